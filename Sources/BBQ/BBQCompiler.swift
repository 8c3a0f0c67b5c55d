// BBQ, Build Bytecode Quickly: the baseline tier. Entry points: validate a body, or validate and compile it. Both keep their working
// memory between functions.
//
// Compilation goes through the same walk as validation, so it never trusts its input. A module's bodies may all be validated before the
// first is compiled, or not; see `ModuleView.validatesLazily` and `ModuleView.marks` for what that means to the code.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout
import WasmFormat

/// Validates bodies.
public struct BodyValidator: ~Copyable {
  private var locals = LocalTypes()
  private var walk = FunctionWalk(ValidationSink())

  public init() {}

  /// Validates the body of a function.
  ///
  /// - Parameters:
  ///   - functionIndex: in the function index space (imports first).
  ///   - body: local declarations and code, without the size in front.
  ///   - moduleOffset: where the body is in the module; for errors.
  public mutating func validate(
    _ view: ModuleView, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int
  ) throws(ModuleError) {
    let code = try locals.read(view, functionIndex: functionIndex, body: body, moduleOffset: moduleOffset)
    walk.begin(
      view, functionIndex: functionIndex, body: body, code: code, moduleOffset: moduleOffset, locals: locals.types.base,
      localCount: locals.types.count)
    try walk.run()
  }
}

/// Compiles bodies for the machine that this runs on.
public struct BBQCompiler: ~Copyable {
  private var locals = LocalTypes()
  private var use = LocalUse()
  private var walk = FunctionWalk(HostEmitter())

  public init() {}

  /// Validates and compiles the body of a function. The same parameters as `BodyValidator.validate`. The result lives in this compiler's memory
  /// until the next call.
  public mutating func compile(
    _ view: ModuleView, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int
  ) throws(ModuleError) -> CompiledFunction {
    let code = try locals.read(view, functionIndex: functionIndex, body: body, moduleOffset: moduleOffset)
    let start = body.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    use.scan(
      view, localCount: locals.types.count, parameterCount: Int(view.shape(ofFunction: functionIndex).parameters.count),
      body: start, code: code, end: start + body.count)
    walk.begin(
      view, functionIndex: functionIndex, body: body, code: code, moduleOffset: moduleOffset, locals: locals.types.base,
      localCount: locals.types.count)
    walk.sink.begin(
      view, functionIndex: functionIndex, body: body, moduleOffset: moduleOffset, locals: locals.types.base,
      localCount: locals.types.count, use)
    try walk.run()
    guard walk.sink.frameSize <= StackLayout.largestFrame else {
      throw .invalid(
        ValidationError("function needs too large a frame", offset: moduleOffset, function: UInt32(functionIndex)))
    }
    return walk.sink.finish()
  }
}

/// The parameters' and locals' types.
struct LocalTypes: ~Copyable {
  var types = RawArray<ValueType>(capacity: 64)

  /// Reads a body's declarations. Returns where the code starts.
  mutating func read(
    _ view: ModuleView, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int
  ) throws(ModuleError) -> UnsafePointer<UInt8> {
    types.removeAll()
    let shape = view.shape(ofFunction: functionIndex)
    for index in 0..<Int(shape.parameters.count) { types.append(view.typePool[Int(shape.parameters.start) + index]) }
    guard let base = body.baseAddress else { throw .malformed(DecodingError("unexpected end", offset: moduleOffset)) }
    let start = base.assumingMemoryBound(to: UInt8.self)
    let end = start + body.count
    var pc = start
    var total = UInt64(types.count)

    func u32() throws(ModuleError) -> UInt32 {
      var result: UInt32 = 0
      var shift: UInt32 = 0
      while true {
        guard pc < end else { throw .malformed(DecodingError("unexpected end", offset: moduleOffset + (pc - start))) }
        let next = pc.pointee
        pc += 1
        if shift == 28, next & 0xF0 != 0 {
          throw .malformed(
            DecodingError(
              next & 0x80 != 0 ? "integer representation too long" : "integer too large",
              offset: moduleOffset + (pc - start)))
        }
        result |= UInt32(next & 0x7F) << shift
        if next & 0x80 == 0 { return result }
        shift += 7
      }
    }

    let groups = try u32()
    for _ in 0..<groups {
      let count = try u32()
      guard pc < end else { throw .malformed(DecodingError("unexpected end", offset: moduleOffset + (pc - start))) }
      let code = pc.pointee
      pc += 1
      guard let type = ValueType(code: code) else {
        throw .malformed(DecodingError("malformed value type", offset: moduleOffset + (pc - start)))
      }
      guard type.isSupported(view.features) else {
        throw .invalid(
          ValidationError(
            "feature not supported: \(type.name)", offset: moduleOffset + (pc - start),
            function: UInt32(functionIndex)))
      }
      total += UInt64(count)
      guard total <= UInt64(UInt32.max) else {
        throw .malformed(DecodingError("too many locals", offset: moduleOffset + (pc - start)))
      }
      guard total <= UInt64(view.maximumLocals) else {
        throw .invalid(
          ValidationError(
            "implementation limit: more than \(view.maximumLocals) locals", offset: moduleOffset + (pc - start),
            function: UInt32(functionIndex)))
      }
      types.reserve(Int(count))
      let used = types.count
      types.setCount(used + Int(count))
      (types.base + used).update(repeating: type, count: Int(count))
    }
    return UnsafePointer(pc)
  }
}
