// BBQ, Build Bytecode Quickly: the baseline tier. Entry points: validate a body, or validate and compile it. Both keep their working
// memory between functions.
//
// Compilation goes through the same walk as validation, so it never trusts its input. A module's bodies may all be validated before the
// first is compiled, or not.

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
    _ module: ModuleInformation, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int
  ) throws(ModuleError) {
    do throws(ModuleError) {
      let code = try locals.read(module, functionIndex: functionIndex, body: CheckedCursor(body, offset: moduleOffset, features: module.features))
      walk.begin(module, functionIndex: functionIndex, code: code, locals)
      try walk.run()
    } catch {
      throw error.inFunction(functionIndex)
    }
  }
}

/// Compiles bodies for the machine that this runs on.
public struct BBQCompiler: ~Copyable {
  private var locals = LocalTypes()
  private var facts = LivenessAndLoops()
  private var walk = FunctionWalk(HostEmitter())

  public init() {}

  /// Validates and compiles the body of a function. The same parameters as `BodyValidator.validate`. The result lives in this compiler's memory
  /// until the next call.
  public mutating func compile(
    _ module: ModuleInformation, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int
  ) throws(ModuleError) -> CompiledFunction {
    do throws(ModuleError) {
      let code = try locals.read(module, functionIndex: functionIndex, body: CheckedCursor(body, offset: moduleOffset, features: module.features))
      facts.scan(
        module, localCount: locals.types.count, parameterCount: Int(module.shape(ofFunction: functionIndex).parameters.count),
        body: body.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self), code: code)
      walk.begin(module, functionIndex: functionIndex, code: code, locals)
      walk.sink.begin(
        module, functionIndex: functionIndex, body: body, moduleOffset: moduleOffset, locals: locals.types.base,
        localCount: locals.types.count, facts)
      try walk.run()
      guard !walk.sink.isFull else {
        throw .invalid(ValidationError("implementation limit: too much code for the size of the function", offset: moduleOffset))
      }
      guard walk.sink.frameSize <= StackLayout.largestFrame else {
        throw .invalid(ValidationError("function needs too large a frame", offset: moduleOffset))
      }
    } catch {
      throw error.inFunction(functionIndex)
    }
    return walk.sink.finish()
  }

  /// The units of work that the last function took: its bytes, and what was looked at more than once or for several of them.
  public var work: Int { walk.cursor.end - walk.sink.bodyStart + walk.sink.work.spent }
}
