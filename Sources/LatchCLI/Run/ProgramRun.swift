// Running one WebAssembly program: load, give it what it may use, start it, and say how it ended.

import SchemeHost
import WASI
import WasmEngine

struct ProgramSettings {
  /// "-" for the standard input.
  let file: String
  let arguments: [String]
  /// The file is a saved module.
  var isPrecompiled = false
  /// Machine code is kept for the next run, and that of earlier ones is used.
  var usesCache = true
  var directories: [PreopenedDirectory] = []
  var environment: [String] = []
  /// The function to call instead of `_start`.
  var invoke: String?
  var engine = EngineConfiguration()
  /// Say at the end what was compiled.
  var stats = false
  /// In MiB; 0 for as much as memories can have.
  var maximumMemory = 0
  /// In seconds; 0 for none.
  var timeLimit = 0.0
  /// How much it may take (Store.fuel); nil for no limit.
  var fuel: UInt64?
  /// How modules that the program generates are linked, if at all.
  var lateLink: LateLinkMode?
  var imports: [HostImport] = []
}

/// Why a program does not run, or stopped.
struct ProgramError: Error, CustomStringConvertible {
  let description: String
  var code: Int32 = 1
}

extension ProgramError {
  /// Puts the program's name before what is wrong with it.
  static func explaining<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let trap as Trap {
      throw ProgramError(description: "\(file): \(trap)", code: trap.reason == .outOfFuel ? ProgramRun.limitCode : ProgramRun.trapCode)
    } catch let exception as Exception {
      throw ProgramError(description: "\(file): \(exception)", code: ProgramRun.trapCode)
    } catch let error as ResourceError {
      throw ProgramError(description: "\(file): \(error.withOption)")
    } catch let error where isAboutProgram(error) {
      throw ProgramError(description: "\(file): \(error)")
    }
  }

  private static func isAboutProgram(_ error: any Error) -> Bool {
    switch error {
    case is DecodingError, is WasmEngine.ValidationError, is SerializationError, is LinkError, is LateLinkRefusal, is MemoryAccessError,
      is MissingMemoryError,
      is StartError:
      true
    default: false
    }
  }
}

extension ResourceError {
  /// The message, and the remedy as an option of `latch run`.
  var withOption: String { remedy == .checkedMemory ? "\(message); --memory checked needs less" : message }
}

struct ProgramRun {
  /// The exit code of a program that trapped: that of one that called `abort`, as shells see it.
  static let trapCode: Int32 = 134
  /// That of one that a limit ended.
  static let limitCode: Int32 = 124

  let settings: ProgramSettings
  /// How messages call the program.
  private var file: String { ProgramFile.name(settings.file) }

  init(_ settings: ProgramSettings) { self.settings = settings }

  /// Runs the program. Does not return unless its exit code is 0.
  func perform() throws {
    // Before anything is opened: what is opened must not become the program's standard stream.
    let isOpen = System.occupyStandardDescriptors()
    // Opening the program's file may wait, too.
    Interrupts.endProcess(after: settings.timeLimit)
    // A saved module is read where it is loaded.
    let bytes = try settings.isPrecompiled ? [] : ProgramFile.read(settings.file)
    let engine = Engine(configuration)
    let cache = isCached(engine.configuration) ? CodeCache(for: bytes, engine.configuration) : nil
    let module = try cache?.load(engine, bytes) ?? load(engine, bytes)
    let process = try WASIProcess(
      arguments: [String(settings.file.split(separator: "/").last ?? "")] + (settings.invoke == nil ? settings.arguments : []),
      environment: settings.environment, directories: settings.directories,
      standardInput: isOpen[0] ? .descriptor(0) : .closed, standardOutput: isOpen[1] ? .descriptor(1) : .closed,
      standardError: isOpen[2] ? .descriptor(2) : .closed)
    defer { if settings.stats { Terminal.complain(TierReport.text(TierReport.rows(module.engine.tierStatistics))) } }
    let recorder = cache == nil ? nil : HotCodeRecorder(module)
    recorder?.start()
    // However the program ends.
    defer { if let saved = recorder?.finish() { cache?.store(saved) } }
    let code = try explaining { try run(module, process) }
    // The system keeps 8 bits of it: 256 would be success.
    guard code <= 255 else {
      throw ProgramError(description: "\(file): exit code \(code), which the system cannot express: it has 0 to 255", code: 255)
    }
    if code != 0 { throw ProgramExit(code: Int32(code)) }
  }

  private var configuration: EngineConfiguration {
    var configuration = settings.engine
    configuration.countsFuel = settings.fuel != nil
    if settings.maximumMemory > 0 {
      configuration.limits.memoryPages = min(65536, UInt64(settings.maximumMemory) * 16)
      configuration.limits.memory64Bytes = UInt64(settings.maximumMemory) << 20
      // Globals and the like have a page besides, so that a memory may have all of it.
      configuration.limits.storeBytes = UInt64(settings.maximumMemory) << 20 + 65_536
    }
    return configuration
  }

  private func load(_ engine: Engine, _ bytes: [UInt8]) throws -> Module {
    try explaining {
      if settings.isPrecompiled { return try ProgramFile.loadSaved(settings.file, engine) }
      return try bytes.withUnsafeBytes { try Module(engine, copying: $0) }
    }
  }

  /// Whether code of such an engine may be another run's: not what somebody wants to see or to take apart.
  private func isCached(_ configuration: EngineConfiguration) -> Bool {
    var usual = DebugOptions()
    usual.timesPhases = configuration.debug.timesPhases
    usual.disabledProcessorFeatures = configuration.debug.disabledProcessorFeatures
    return settings.usesCache && !settings.isPrecompiled && configuration.tier == .auto && configuration.debug == usual
  }

  private func run(_ module: Module, _ process: WASIProcess) throws -> UInt32 {
    let store = Store(module.engine)
    if let fuel = settings.fuel { store.fuel = fuel }
    defer {
      if let fuel = settings.fuel, settings.stats { Terminal.complain("fuel: \(fuel - min(fuel, store.fuel)) of \(fuel) taken\n") }
    }
    var imports = Imports()
    process.define(in: &imports, for: store, usedBy: module)
    let linker = settings.lateLink?.linker(store)
    linker?.define(in: &imports)
    for hostImport in settings.imports { try hostImport.define(in: &imports, for: module, store) }
    try checkImports(module, imports)
    do {
      let instance = try Instance(module, imports: imports, in: store)
      try linker?.attach(instance)
      guard let name = settings.invoke else {
        guard module.exports.contains(where: { $0.name == "_start" || $0.name == "_initialize" }) else {
          throw ProgramError(description: "\(file) exports no _start; name a function with --invoke")
        }
        return try process.start(instance)
      }
      if name != "_initialize" {
        let code = try process.initialize(instance)
        if code != 0 { return code }
      }
      try invoke(name, instance, linker)
      return 0
    } catch let exit as WASIExit {
      return exit.code
    }
  }

  private func checkImports(_ module: Module, _ imports: Imports) throws {
    if let message = MissingImports.message(module, imports) { throw ProgramError(description: "\(file) \(message)") }
  }

  /// Calls the function; again, if there were modules to pull afterwards: it has returned so that they can be linked.
  private func invoke(_ name: String, _ instance: Instance, _ linker: LateLinker?) throws {
    guard let function = instance.function(WasmName(name)) else {
      throw ProgramError(description: "\(file) exports no function \(name)")
    }
    let arguments = try InvokeArguments.values(settings.arguments, for: function.type, of: name)
    func pull() throws -> Bool { try linker.map { try settings.lateLink?.pull($0) ?? false } ?? false }
    _ = try pull()
    var results: [Value]
    repeat { results = try function.call(arguments) } while try pull()
    for result in results { try Terminal.write(InvokeArguments.text(result) + "\n") }
  }

  private func explaining<Result>(_ body: () throws -> Result) throws -> Result {
    try ProgramError.explaining(file) {
      do {
        return try body()
      } catch let error as ResourceError where settings.maximumMemory > 0 {
        throw ProgramError(description: "\(file): \(error.withOption) (--max-memory \(settings.maximumMemory))")
      }
    }
  }
}
