// Making a saved module: validates a WebAssembly module and has the optimizing compiler make code of every function that it takes.

import BBQ
import CompilerInterface
import OMG
import RuntimeLayout
import WasmFormat

/// What was made.
public struct SavedModuleOutput: Sendable {
  public let bytes: [UInt8]
  /// Functions without code: they are compiled when they are called.
  public let refusedFunctions: Int
}

/// The bytes of a saved module of the module in `bytes`. Throws `ModuleError`. To be called with as much stack as the optimizing compiler needs
/// (Tuning.compileThreadStackSize). `progress` is told before each function how many are done.
public func compileForSaving(
  _ bytes: UnsafeRawBufferPointer, _ settings: SavedModuleSettings, limits: ModuleLimits = ModuleLimits(), progress: ((Int) -> Void)? = nil
) throws(ModuleError) -> SavedModuleOutput {
  let declarations = try ModuleReader.read(bytes, features: settings.features, limits: limits)
  let information = ModuleInformation(
    declarations, strategy: settings.strategy, processor: settings.processor, countsFuel: settings.countsFuel,
    isDeterministic: settings.isDeterministic,
    maximumLocals: limits.locals, isSaved: true)
  let imported = declarations.importedFunctionCount
  let count = declarations.bodies.count
  var validator = BodyValidator()
  for (index, body) in declarations.bodies.enumerated() {
    try validator.validate(
      information, functionIndex: imported + index, body: UnsafeRawBufferPointer(rebasing: bytes[body]), moduleOffset: body.lowerBound)
  }

  let ranges = UnsafeMutableBufferPointer<BodyRange>.allocate(capacity: max(count, 1))
  let areValid = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(count, 1))
  defer {
    ranges.deallocate()
    areValid.deallocate()
  }
  areValid.initialize(repeating: 1)
  for (index, body) in declarations.bodies.enumerated() {
    ranges.initializeElement(at: index, to: BodyRange(start: UInt32(body.lowerBound), end: UInt32(body.upperBound)))
  }
  let hints = declarations.branchHints(in: bytes)

  let start = SavedModule.startOfModule(functionCount: count)
  var output = [UInt8](repeating: 0, count: start)
  output.append(contentsOf: bytes)
  var refusedFunctions = 0
  var compiler = OMGCompiler()
  for index in 0..<count {
    progress?(index)
    var input = OMGInput(module: information, functionIndex: imported + index, bytes: bytes.baseAddress!, bodies: ranges.baseAddress!)
    input.mayInline = UnsafePointer(areValid.baseAddress)
    input.branchHints = hints
    // Nothing is known of what calls change: a callee may be a stub, or baseline code, when the call is made.
    input.clobbers = nil
    if let compiled = compiler.compile(input) {
      while output.count & 3 != 0 { output.append(0) }
      output.store(UInt32(output.count / 4), at: SavedModule.Field.offsets + 4 * index)
      appendSavedFunction(compiled, to: &output)
    } else {
      refusedFunctions += 1
    }
    compiler.trim()
  }

  output += Array(repeating: 0, count: SavedModule.padding)
  output.replaceSubrange(0..<8, with: SavedModule.magic)
  output.store(SavedModule.version, at: SavedModule.Field.version)
  output.store(SavedModule.instructionSet, at: SavedModule.Field.instructionSet)
  output.store(LayoutFingerprint.value, at: SavedModule.Field.fingerprint)
  output.store(settings.processor.rawValue, at: SavedModule.Field.processor)
  output.store(
    (settings.strategy == .guarded ? 1 : 0) as UInt32 | (settings.isDeterministic ? 2 : 0) | (settings.countsFuel ? 4 : 0),
    at: SavedModule.Field.settings)
  output.store(UInt64(settings.features.rawValue), at: SavedModule.Field.features)
  output.store(UInt32(count), at: SavedModule.Field.functionCount)
  output.store(UInt64(bytes.count), at: SavedModule.Field.moduleSize)
  output.store(UInt64(output.count), at: SavedModule.Field.size)
  var digest = SHA256()
  output.withUnsafeBytes { output in
    digest.update(UnsafeRawBufferPointer(rebasing: output[..<SavedModule.Field.digest]))
    digest.update(UnsafeRawBufferPointer(rebasing: output[SavedModule.Field.offsets...]))
  }
  output.replaceSubrange(SavedModule.Field.digest..<SavedModule.Field.offsets, with: digest.finish())
  return SavedModuleOutput(bytes: output, refusedFunctions: refusedFunctions)
}

extension [UInt8] {
  fileprivate mutating func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self) }
  }
}
