// Validating and compiling a module's bodies.

import BBQ
import CompilerInterface
import FaultHandler
import MachineCode
import RuntimeLayout
import WasmFormat

extension Module {
  /// Validates all bodies.
  static func validateBodies(
    _ declarations: ModuleDeclarations, _ information: ModuleInformation, _ bytes: UnsafeRawBufferPointer, in runtime: EngineRuntime
  ) throws {
    try runtime.validators.use { validator in
      for index in declarations.bodies.indices { try validate(index, declarations, information, bytes, &validator) }
    }
  }

  private static func validate(
    _ function: Int, _ declarations: ModuleDeclarations, _ information: ModuleInformation, _ bytes: UnsafeRawBufferPointer,
    _ validator: inout BodyValidator
  ) throws {
    let body = declarations.bodies[function]
    do throws(ModuleError) {
      try validator.validate(
        information, functionIndex: declarations.importedFunctionCount + function, body: UnsafeRawBufferPointer(rebasing: bytes[body]),
        moduleOffset: body.lowerBound)
    } catch {
      throw error.unwrapped
    }
  }

  /// Validates one body.
  func validate(_ function: Int) throws {
    let content = content
    try engine.runtime.validators.use { try Module.validate(function, content.declarations, content.information, buffer, &$0) }
  }

  /// The address of a function's code, compiling it if need be.
  func compiledAddress(_ functionIndex: Int) throws -> UInt {
    let function = functionIndex - importedFunctionCount
    if let address = try code.withLockIfAvailable({ try compiledAddress(function, &$0) }) { return address }
    let start = MonotonicClock.nanoseconds
    return try code.withLock { code in
      let wait = MonotonicClock.nanoseconds - start
      engine.note {
        $0.waits += 1
        $0.longestWait = max($0.longestWait, wait)
      }
      return try compiledAddress(function, &code)
    }
  }

  private func compiledAddress(_ function: Int, _ code: inout ModuleCode) throws -> UInt {
    // Another thread may have been faster.
    if !code.isCompiled(function) { try compile(function..<function + 1, &code) }
    return code.address(function)
  }

  /// Compiles everything that is not compiled yet.
  public func compileAll() throws { try code.withLock { code in try compile(0..<definedFunctionCount, &code) } }

  /// Compiles those of some functions that are not compiled yet.
  private func compile(_ functions: Range<Int>, _ code: inout ModuleCode) throws {
    if let saved {
      try installSaved(functions, of: saved, &code)
      // A program whose modules are all saved makes no compiler.
      if functions.allSatisfy({ code.isCompiled($0) }) { return }
    }
    if engine.configuration.tier == .omg { try optimize(functions, &code) }
    try engine.runtime.baselineCompilers.use { compiler in try compile(functions, &code, &compiler) }
  }

  private func compile(_ functions: Range<Int>, _ code: inout ModuleCode, _ compiler: inout BBQCompiler) throws {
    let content = content
    let imported = importedFunctionCount
    let start = MonotonicClock.nanoseconds
    var count = 0
    var wasmBytes = 0
    var codeBytes = 0
    for function in functions where !code.isCompiled(function) {
      let body = content.declarations.bodies[function]
      let begun = engine.trace == nil ? 0 : MonotonicClock.nanoseconds
      let compiled: CompiledFunction
      do {
        compiled = try compiler.compile(
          content.information, functionIndex: imported + function,
          body: UnsafeRawBufferPointer(start: bytes + body.lowerBound, count: body.count), moduleOffset: body.lowerBound)
      } catch {
        throw error.unwrapped
      }
      try code.install(function, compiled, at: code.region.place(compiled.code), isFinal: false, owner: self)
      content.bodies?.noteValid(function)
      announce(CompilePlace(function: function), .bbq, compiled, at: code.address(function), since: begun)
      count += 1
      wasmBytes += body.count
      codeBytes += compiled.code.count
    }
    if count == 0 { return }
    let time = MonotonicClock.nanoseconds - start
    engine.note {
      $0.baseline.add(functions: count, wasmBytes: wasmBytes, codeBytes: codeBytes, nanoseconds: time)
    }
  }

  /// Fills an instance's records and keeps them up to date while it lives.
  func adopt(_ instance: InstanceStorage) {
    let imported = importedFunctionCount
    let records = instance.records
    let context = UInt(bitPattern: instance.context)
    let owner = UInt(bitPattern: Unmanaged.passUnretained(instance).toOpaque())
    let content = content
    let signatures = content.signatures
    content.declarations.functions.withUnsafeBufferPointer { types in
      code.withLock { code in
        code.forEachAddress { function, address in
          (records + function).initialize(
            to: FunctionRecord(
              code: address, context: context, typeID: signatures[Int(types[imported + function])].id, functionIndex: UInt32(imported + function),
              owner: owner))
        }
        code.adopt(records: UInt(bitPattern: records))
      }
    }
  }

  func forget(_ instance: InstanceStorage) {
    let records = UInt(bitPattern: instance.records)
    code.withLock { $0.forget(records: records) }
  }

  /// How much has been compiled so far.
  public var compiledCodeSize: Int { code.withLock { $0.codeSize } }
}

extension ModuleError {
  /// The error that users of the engine see.
  var unwrapped: any Error {
    switch self {
    case .malformed(let error): error
    case .invalid(let error): error
    }
  }
}

/// Called by lazy stubs, with an instance's context: the address of the function's code, or nil after noting an error.
let lazyCompiler: @convention(c) (UnsafeMutableRawPointer, UInt32) -> UnsafeRawPointer? = { context, function in
  let instance = InstanceStorage.from(context)
  do {
    return UnsafeRawPointer(bitPattern: try instance.module.compiledAddress(Int(function)))
  } catch {
    instance.store.pendingError = error
    return nil
  }
}
