// The guest as a module: the embedded bytes, decoded once and shared by all sessions of a kind. Machine code of its functions comes with it.

import GuestABI
import GuestImage
import Synchronization
import WasmEngine

/// The Scheme's own WebAssembly module.
///
/// ```swift
/// let module = try Module(engine, Guest.bytes)
/// for declaration in module.imports { print(declaration.module, declaration.name) }
/// ```
public enum Guest {
  /// The built-in guest as WebAssembly, for other hosts.
  public static var bytes: [UInt8] {
    do { return [UInt8](try Module.bytes(inBuiltIn: saved)) } catch { preconditionFailure("the guest that was built in: \(error)") }
  }

  private static var saved: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: latch_guest_bytes(), count: latch_guest_length()) }

  private static var linked: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: latch_guest_linked_code(), count: latch_guest_linked_code_length())
  }

  /// The module that was made last, for the sessions that want the same.
  private static let last = Mutex<Module?>(nil)

  /// The guest on an engine of this configuration. Functions get their code when they are first called.
  static func module(_ configuration: EngineConfiguration) throws -> Module {
    try last.withLock { last in
      if let last, last.engine.configuration == configuration { return last }
      let module = try Module(Engine(configuration), builtIn: saved, linked: linked)
      last = module
      return module
    }
  }

  /// A guest from elsewhere. Throws `DecodingError` or `ValidationError`.
  static func load(_ bytes: [UInt8], _ configuration: EngineConfiguration) throws -> Module {
    try Module(Engine(configuration), bytes)
  }
}

/// The guest's exported functions, looked up once per session.
struct GuestFunctions {
  let initialize, inputBuffer, outputPointer, outputLength: Function
  let prepare, mentionsFreeze, runToFreeze, feedback, addFeedback, addProcedure, seal, heldFunctions, forgetModules: Function
  let tidy, compileAll, setNativeStack, setHeapLimit: Function
  let evaluate, evaluateNext, setArguments, setLibraryPath, flush, completions, expand, describe, sourceText, forgetLibraries: Function
  let recover, setCollectorStress, setJITMode, jitModule, jitModuleOf, closures, statistics, runtimeState, profile: Function

  /// Their indices, in the order in which they are looked up: for other instances of the module.
  let indices: [Int]

  /// - Parameter known: the indices, if another instance of the module has found them.
  init(_ instance: Instance, _ known: [Int]?) throws {
    var indices: [Int] = []
    func export(_ name: String) throws -> Function {
      let index = known?[indices.count] ?? instance.functionIndex(WasmName(name))
      guard let index else { throw GuestError("the guest has no export \(name)") }
      indices.append(index)
      return instance.function(at: index)
    }
    initialize = try export(GuestExport.initialize)
    setNativeStack = try export(GuestExport.setNativeStack)
    setHeapLimit = try export(GuestExport.setHeapLimit)
    inputBuffer = try export(GuestExport.inputBuffer)
    outputPointer = try export(GuestExport.outputPointer)
    outputLength = try export(GuestExport.outputLength)
    prepare = try export(GuestExport.prepare)
    mentionsFreeze = try export(GuestExport.mentionsFreeze)
    runToFreeze = try export(GuestExport.runToFreeze)
    feedback = try export(GuestExport.feedback)
    addFeedback = try export(GuestExport.addFeedback)
    addProcedure = try export(GuestExport.addProcedure)
    seal = try export(GuestExport.seal)
    heldFunctions = try export(GuestExport.heldFunctions)
    forgetModules = try export(GuestExport.forgetModules)
    tidy = try export(GuestExport.tidy)
    compileAll = try export(GuestExport.compileAll)
    evaluate = try export(GuestExport.evaluate)
    evaluateNext = try export(GuestExport.evaluateNext)
    setArguments = try export(GuestExport.setArguments)
    setLibraryPath = try export(GuestExport.setLibraryPath)
    flush = try export(GuestExport.flush)
    completions = try export(GuestExport.completions)
    expand = try export(GuestExport.expand)
    describe = try export(GuestExport.describe)
    sourceText = try export(GuestExport.sourceText)
    forgetLibraries = try export(GuestExport.forgetLibraries)
    recover = try export(GuestExport.recover)
    setCollectorStress = try export(GuestExport.setCollectorStress)
    setJITMode = try export(GuestExport.setJITMode)
    jitModule = try export(GuestExport.jitModule)
    jitModuleOf = try export(GuestExport.jitModuleOf)
    closures = try export(GuestExport.closures)
    statistics = try export(GuestExport.statistics)
    runtimeState = try export(GuestExport.runtimeState)
    profile = try export(GuestExport.profile)
    self.indices = indices
  }
}
