// Small modules for tests.

import Foundation
import SampleBodies
import Testing
import WasmEngine

/// A module in the making whose functions are given together with their bodies.
struct ModuleBuilder: ~Copyable {
  var writer = ModuleWriter()

  /// Adds a function, exported if it has a name; the body's final `end` is added.
  @discardableResult
  mutating func function(
    _ export: WasmName? = nil, _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    _ write: (inout FunctionBodyWriter) -> Void
  ) -> UInt32 {
    writer.addFunction(export, parameters, results, write)
  }

  /// What a guest of late linking has: a memory and a table, exported by the usual names, and the import `env.link` of (pointer, length), which is
  /// returned. To be called before functions are added.
  mutating func beLateLinkingGuest() -> UInt32 {
    _ = writer.addMemory(MemoryType(Limits(2)))
    _ = writer.addTable(TableType(.funcref, Limits(1)))
    writer.addExport("memory", .memory, 0)
    writer.addExport("__indirect_function_table", .table, 0)
    return writer.importFunction("env", "link", type: writer.addType(FuncType([.i32, .i32], [.i32])))
  }

  /// Adds functions that make the memory and the table larger by their argument.
  mutating func addGrowing(memory: WasmName = "memory", table: WasmName = "table") {
    function(memory, [.i32], [.i32]) { body in
      body.localGet(0)
      body.memoryGrow()
    }
    function(table, [.i32], [.i32]) { body in
      body.refNull(.funcref)
      body.localGet(0)
      body.tableGrow()
    }
  }

  /// Adds `call(element, x)`, which calls the table's function of a type from a value to one like it.
  mutating func addTableCall(
    _ value: ValueType, type: UInt32, named name: WasmName = "call", then write: (inout FunctionBodyWriter) -> Void = { _ in }
  ) {
    function(name, [.i32, value], [value]) { body in
      body.localGet(1)
      body.localGet(0)
      body.callIndirect(type: type)
      write(&body)
    }
  }

  func module(_ engine: Engine) throws -> Module { try Module(engine, writer.finish().bytes) }

  func instance(_ store: Store, _ imports: Imports = Imports()) throws -> Instance {
    try Instance(module(store.engine), imports: imports, in: store)
  }
}

extension FunctionBodyWriter {
  /// Ends a loop that is repeated while a local of type i64, 1 less each time, is positive.
  mutating func endLoopCountingDown(_ local: UInt32) {
    localGet(local)
    i64Const(1)
    emit(.i64Sub)
    localTee(local)
    i64Const(0)
    emit(.i64GtS)
    brIf(0)
    end()
  }

  /// Puts so many references of a segment at the start of table 0.
  mutating func initTable(from elements: UInt32, count: Int) {
    i32Const(0)
    i32Const(0)
    i32Const(Int32(count))
    tableInit(element: elements)
  }

  /// Pushes the i64 that tells an instance from others: byte 0 of its memory.
  mutating func pushMark() {
    i32Const(0)
    load(.i64Load8U)
  }

  /// Adds nine i64 parameters and the f64 after them to the value on the stack.
  mutating func addWideParameters() {
    for index in 0..<9 {
      localGet(UInt32(index))
      emit(.i64Add)
    }
    localGet(9)
    emit(.i64TruncF64S)
    emit(.i64Add)
  }
}

extension Engine {
  static func with(_ strategy: MemoryStrategy = .guarded, stackSize: Int = 4 << 20) -> Engine {
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = stackSize
    return Engine(configuration)
  }
}

extension Imports {
  /// `env.link` for `beLateLinkingGuest`: links the module at (pointer, length) to the caller; its result is 1.
  static func lateLinking(_ store: Store) -> Imports {
    var imports = Imports()
    imports.define(
      "env", "link",
      Function(store) { (caller: borrowing Caller, pointer: UInt32, length: UInt32) -> Int32 in
        try LateLinker(caller.instance!).link(moduleAt: Int(pointer), length: Int(length))
        return 1
      })
    return imports
  }
}

/// How often a function calls itself before the stack of a new store is full.
func reachedDepth(_ engine: Engine) throws -> Int64 {
  var builder = ModuleBuilder()
  let depth = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(0))
  builder.writer.addExport("depth", .global, depth)
  builder.function("deep") { body in
    body.globalGet(depth)
    body.i64Const(1)
    body.emit(.i64Add)
    body.globalSet(depth)
    body.call(0)
    // Not a tail call.
    body.globalGet(depth)
    body.drop()
  }
  let instance = try builder.instance(Store(engine))
  #expect(trap { try instance.function("deep")!() }?.reason == .stackOverflow)
  guard case .i64(let reached)? = instance.global("depth")?.value else { return -1 }
  return reached
}

/// Traps once, and then faults in Swift code, which the engine must hand back to the process.
func faultAfterATrap() throws -> Never {
  var builder = ModuleBuilder()
  builder.function("f") { $0.unreachable() }
  let instance = try builder.instance(Store())
  guard trap({ try instance.function("f")!() })?.reason == .unreachable else { exit(0) }
  UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1
  exit(0)
}

/// The trap that `body` ends with.
func trap(_ body: () throws -> Void) -> Trap? {
  do {
    try body()
    return nil
  } catch {
    return error as? Trap
  }
}
