// Small modules to compile in tests: one memory, one table, two tags (of an i32 and of nothing), and functions written with FunctionBodyWriter.

import CompilerInterface
import RuntimeLayout
import SampleBodies
import WasmFormat

@testable import OMG

final class TestModule {
  let bytes: UnsafeMutableRawBufferPointer
  let information: ModuleInformation
  private let ranges: BodyRanges
  var bodies: UnsafePointer<BodyRange> { ranges.base }
  let mayInline: UnsafeMutablePointer<UInt8>
  let branchHints: BranchHints

  struct Function {
    var parameters: [ValueType]
    var results: [ValueType]
    var body: (inout FunctionBodyWriter) -> Void
  }

  init(strategy: MemoryStrategy = .guarded, processor: ProcessorFeatures = [], _ functions: [Function], elements: [UInt32] = []) throws {
    var writer = ModuleWriter()
    for function in functions {
      _ = writer.addFunction(type: writer.addType(FuncType(function.parameters, function.results)))
    }
    for type in [FuncType([.i32], []), FuncType([], [])] { _ = writer.addTag(type: writer.addType(type)) }
    _ = writer.addTable(TableType(.funcref, Limits(UInt64(max(elements.count, 1)))))
    if !elements.isEmpty { writer.addActiveElements(offset: .i32(0), functions: elements) }
    _ = writer.addMemory(MemoryType(Limits(1)))
    for function in functions {
      var body = FunctionBodyWriter(parameterCount: function.parameters.count)
      function.body(&body)
      body.end()
      writer.addBody(body)
    }
    let written = writer.finish().bytes
    bytes = .allocate(byteCount: written.count, alignment: 8)
    bytes.copyBytes(from: written)
    let module = try ModuleReader.read(UnsafeRawBufferPointer(bytes))
    branchHints = module.branchHints(in: UnsafeRawBufferPointer(bytes))
    information = ModuleInformation(module, strategy: strategy, processor: processor)
    ranges = module.bodies
    mayInline = .allocate(capacity: functions.count)
    mayInline.initialize(repeating: 0, count: functions.count)
  }

  deinit {
    bytes.deallocate()
    mayInline.deallocate()
  }

  func input(_ function: Int = 0, entry: CodeEntry = .start, inlining: Bool = false) -> OMGInput {
    var input = OMGInput(module: information, functionIndex: function, bytes: UnsafeRawPointer(bytes.baseAddress!), bodies: bodies)
    input.entry = entry
    for index in 0..<information.functionCount { mayInline[index] = inlining ? 1 : 0 }
    input.branchHints = branchHints
    input.mayInline = UnsafePointer(mayInline)
    return input
  }

  /// The offset of the n-th `loop` in a function's body.
  func loopOffset(_ function: Int = 0, _ number: Int) -> Int {
    var survey = BodySurvey()
    let range = bodies[function]
    let body = (UnsafeRawPointer(bytes.baseAddress!) + Int(range.start)).assumingMemoryBound(to: UInt8.self)
    var cursor = TrustedCursor(body)
    var locals = Int(information.shape(ofFunction: function).parameters.count)
    for _ in 0..<cursor.u32() {
      locals += cursor.index()
      _ = cursor.valueType()
    }
    try? survey.survey(cursor.pc, body: body, localCount: locals, functionIndex: function, limit: .max)
    return Int(survey.loops[number].offset)
  }
}

extension TestModule.Function {
  /// The Fibonacci numbers, by two calls of itself.
  static var fibonacci: Self {
    Self(parameters: [.i32], results: [.i32]) { $0.fibonacci(calling: 0, 0) }
  }

  /// Calls of references: of a known function, of a parameter that may be null; branches on null, and null that traps.
  static var references: Self {
    let reference = ValueType(to: .type(0), isNullable: true)
    return Self(parameters: [reference, .i32], results: [.i32]) { body in
      body.block(.value(.i32))
      body.localGet(1)
      body.refFunc(0)
      body.callRef(type: 0)
      body.localGet(0)
      body.brOnNull(0)
      body.drop()
      body.block(.value(reference.nonNull))
      body.localGet(0)
      body.brOnNonNull(0)
      body.i32Const(3)
      body.return()
      body.end()
      body.refAsNonNull()
      body.callRef(type: 0)
      body.end()
      body.localGet(0)
      body.returnCallRef(type: 0)
    }
  }

  /// A loop in a loop, with an operand waiting below the inner one.
  static var nestedLoops: Self {
    Self(parameters: [.i32], results: [.i32]) { body in
      let count = body.addLocal(.i32)
      let sum = body.addLocal(.i32)
      body.countDown(0, .value(.i32)) { body in
        body.i32Const(0)
        body.localSet(count)
        body.i32Const(7)
        body.block()
        body.localGet(0)
        body.emit(.i32Eqz)
        body.brIf(0)
        body.loop()
        body.localGet(count)
        body.i32Const(1)
        body.emit(.i32Add)
        body.localTee(count)
        body.localGet(sum)
        body.emit(.i32Add)
        body.localSet(sum)
        body.localGet(count)
        body.localGet(0)
        body.emit(.i32LtU)
        body.brIf(0)
        body.end()
        body.end()
        body.localGet(sum)
        body.emit(.i32Add)
      }
    }
  }
}

extension [TestModule.Function] {
  /// A `try_table` in another one, with a call and a throw that are caught; the callee has one of its own, out of which it makes a tail call.
  static var tries: Self {
    [
      .init(parameters: [.i32], results: [.i32]) { body in
        let sum = body.addLocal(.i32)
        body.block(.value(.i32))
        body.block()
        body.tryTable(.empty, [.all(label: 0)])
        body.block(.value(.i32))
        body.tryTable(.empty, [.tag(0, label: 0)])
        body.localGet(0)
        body.localSet(sum)
        body.call(1)
        body.i32Const(8)
        body.localSet(sum)
        body.throw(1)
        body.end()
        body.unreachable()
        body.end()
        body.br(2)
        body.end()
        body.end()
        body.localGet(sum)
        body.return()
        body.end()
        body.localGet(sum)
        body.emit(.i32Add)
      },
      .init(parameters: [], results: []) { body in
        body.call(2)
        body.i32Const(1)
        body.throw(0)
      },
      .init(parameters: [], results: []) { body in
        body.tryTable(.empty, [.all(label: 0)])
        body.returnCall(1)
        body.end()
      },
    ]
  }
}
