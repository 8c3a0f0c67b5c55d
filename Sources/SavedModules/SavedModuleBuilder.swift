// Making a saved module: a WebAssembly module, and the optimizing compiler's code of all functions or of some.

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
  var builder = try SavedModuleBuilder(bytes, settings, limits: limits)
  try builder.validate()
  var refusedFunctions = 0
  var compiler = OMGCompiler()
  for index in 0..<builder.functionCount {
    progress?(index)
    if let compiled = compiler.compile(builder.input(index)) {
      builder.add(compiled, of: index)
    } else {
      refusedFunctions += 1
    }
    compiler.trim()
  }
  return SavedModuleOutput(bytes: builder.finish(), refusedFunctions: refusedFunctions)
}

/// A saved module that functions are added to, counted from the first that the module defines. The module's bytes must stay while it is used.
public struct SavedModuleBuilder: ~Copyable {
  private let bytes: UnsafeRawBufferPointer
  private let settings: SavedModuleSettings
  private let declarations: ModuleDeclarations
  private let information: ModuleInformation
  private let hints: BranchHints
  /// All of them are: nobody compiles anything before that is known.
  private let areValid: UnsafeMutableBufferPointer<UInt8>
  private var output: [UInt8]

  /// A saved module without code.
  public init(_ bytes: UnsafeRawBufferPointer, _ settings: SavedModuleSettings, limits: ModuleLimits = ModuleLimits()) throws(ModuleError) {
    self.bytes = bytes
    self.settings = settings
    declarations = try ModuleReader.read(bytes, features: settings.features, limits: limits)
    information = ModuleInformation(
      declarations, strategy: settings.strategy, processor: settings.processor, countsFuel: settings.countsFuel,
      isDeterministic: settings.isDeterministic, maximumLocals: limits.locals, isSaved: true)
    let count = declarations.bodies.count
    areValid = .allocate(capacity: max(count, 1))
    areValid.initialize(repeating: 1)
    hints = declarations.branchHints(in: bytes)
    output = [UInt8](repeating: 0, count: SavedModule.startOfModule(functionCount: count))
    for (index, body) in declarations.bodies.enumerated() {
      let place = SavedModule.startOfBodies(functionCount: count) + 8 * index
      output.store(UInt32(body.lowerBound), at: place)
      output.store(UInt32(body.upperBound), at: place + 4)
    }
    output.append(contentsOf: bytes)
  }

  deinit { areValid.deallocate() }

  /// How many functions the module defines.
  public var functionCount: Int { declarations.bodies.count }

  /// To be called before anything is compiled, unless the bytes are known to be a valid module.
  public func validate() throws(ModuleError) {
    var validator = BodyValidator()
    for (index, body) in declarations.bodies.enumerated() {
      try validator.validate(
        information, functionIndex: declarations.importedFunctionCount + index, body: UnsafeRawBufferPointer(rebasing: bytes[body]),
        moduleOffset: body.lowerBound)
    }
  }

  /// What the optimizing compiler is given for a function; valid while the builder is.
  public func input(_ function: Int) -> OMGInput {
    var input = OMGInput(
      module: information, functionIndex: declarations.importedFunctionCount + function, bytes: bytes.baseAddress!, bodies: declarations.bodies.base)
    input.mayInline = UnsafePointer(areValid.baseAddress)
    input.branchHints = hints
    // Nothing is known of what calls change: a callee may be a stub, or baseline code, when the call is made.
    input.clobbers = nil
    return input
  }

  /// Whether a function has code.
  public func has(_ function: Int) -> Bool {
    output.withUnsafeBytes { $0.load(fromByteOffset: SavedModule.Field.offsets + 4 * function, as: UInt32.self) } != 0
  }

  /// Adds the code that was made of `input(function)`.
  public mutating func add(_ compiled: CompiledFunction, of function: Int) {
    begin(function)
    appendSavedFunction(compiled, to: &output)
  }

  /// Adds all functions of a saved module of the same module with the same settings.
  public mutating func add(allOf saved: SavedModule) {
    for (function, code) in saved.codes() where function < functionCount {
      begin(function)
      output.append(contentsOf: code)
    }
  }

  private mutating func begin(_ function: Int) {
    while output.count & 3 != 0 { output.append(0) }
    output.store(UInt32(output.count / 4), at: SavedModule.Field.offsets + 4 * function)
  }

  /// The bytes of the saved module. Nothing may be added afterwards.
  public mutating func finish() -> [UInt8] {
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
    output.store(UInt32(functionCount), at: SavedModule.Field.functionCount)
    output.store(UInt64(bytes.count), at: SavedModule.Field.moduleSize)
    output.store(UInt64(output.count), at: SavedModule.Field.size)
    output.replaceSubrange(SavedModule.Field.checksum..<SavedModule.Field.offsets, with: output.withUnsafeBytes { SavedModule.checksum($0) })
    let result = output
    output = []
    return result
  }
}

extension [UInt8] {
  fileprivate mutating func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self) }
  }
}
