// The session's view of compilation: policy, generating and linking modules on request, what was recorded, what it cost.

import GuestABI
import WasmEngine

/// A generated module that lies in the guest's memory until the session is used again.
///
/// ```swift
/// if let module = try session.generateModule() {       // of all recorded closures
///   print(module.closures, try session.bytes(of: module).count)
///   _ = try session.link(module)
/// }
/// ```
public struct GeneratedModule: Sendable {
  /// How many closures it has the code of.
  public let closures: Int
  /// The bytes of the module.
  public let byteCount: Int
  let pointer: Int
}

/// A closure that the interpreter has recorded.
///
/// ```swift
/// for closure in try session.recordedClosures() { print(closure.name, closure.calls, closure.state) }
/// ```
public struct RecordedClosure: Equatable, Sendable {
  /// The procedure's name, or what stands for one.
  public let name: String
  /// How often it was called.
  public let calls: Int
  /// "interpreted", "compiled", or why it cannot be compiled.
  public let state: String
}

/// A procedure that samples of a running program met.
///
/// ```swift
/// for row in try session.takeProfile() { print(row.name, row.samples, row.isCompiled) }
/// ```
public struct ProfileRow: Equatable, Sendable {
  /// The procedure's name, or what stands for one.
  public let name: String
  /// How many samples met it.
  public let samples: Int
  /// Whether it runs as machine code by now.
  public let isCompiled: Bool
}

/// A procedure as it was called in one way, by a procedure that was itself called in one way.
///
/// ```swift
/// try session.startStackProfile(ofAllocation: true)
/// _ = try session.evaluate("(define l (make-list 1000000 1))", name: "example")
/// for row in try session.takeStackProfile() { print(String(repeating: " ", count: row.depth), row.name, row.bytes) }
/// ```
public struct CallTreeRow: Equatable, Sendable {
  /// 1 for what the program's text calls; a row belongs to the last one before it whose depth is one less.
  public let depth: Int
  /// The procedure's name, or what stands for one.
  public let name: String
  /// Where it is defined; empty for the library's.
  public let place: String
  /// How many samples met it, and nothing that it had called.
  public let samples: Int
  /// The bytes allocated between these samples and those before.
  public let bytes: UInt64
  /// Calls that the interpreter has counted.
  public let calls: Int
  /// Whether it runs as machine code by now.
  public let isCompiled: Bool
}

/// What a session has done so far.
///
/// ```swift
/// let statistics = try session.statistics()
/// print(statistics[.collectionNanoseconds], statistics.tiers.optimized.functions)
/// ```
public struct SessionStatistics: Sendable {
  private let counters: [UInt64]
  /// Modules that were linked.
  public let links: LinkStatistics
  /// What the engine's compilers have done, for all sessions on the same engine.
  public let tiers: TierStatistics

  init(_ counters: [UInt64], _ links: LinkStatistics, _ tiers: TierStatistics) {
    self.counters = counters
    self.links = links
    self.tiers = tiers
  }

  /// One of the guest's own counters.
  public subscript(_ statistic: Statistic) -> UInt64 { counters[statistic.rawValue] }
}

extension SchemeSession {
  /// When closures are compiled from now on.
  public func setJITPolicy(_ policy: JITPolicy) throws { try guest.setJITMode(policy.mode) }

  /// Generates one module for all recorded closures that have been called and are not compiled; nil when there are none.
  public func generateModule() throws -> GeneratedModule? {
    let closures: Int32 = try guest.jitModule()
    guard closures > 0 else { return nil }
    let (pointer, length) = try outputRange()
    return GeneratedModule(closures: Int(closures), byteCount: length, pointer: pointer)
  }

  /// Compiles and instantiates a generated module and runs its patch function, which makes the code known to the guest. Returns the
  /// nanoseconds it took.
  @discardableResult
  public func link(_ module: GeneratedModule) throws -> UInt64 {
    let before = services.statistics.nanoseconds
    try services.linker?.link(moduleAt: module.pointer, length: module.byteCount)
    return services.statistics.nanoseconds - before
  }

  /// A generated module's bytes.
  public func bytes(of module: GeneratedModule) throws -> [UInt8] {
    try memory.read(at: module.pointer, count: module.byteCount)
  }

  /// The module of one global procedure, for looking at; or why there is none.
  public func generateModule(of name: String) throws -> Result<[UInt8], GuestError> {
    var name = name
    let length = try name.withUTF8 { try putInput(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(start: nil, count: 0)) }
    let closures: Int32 = try guest.jitModuleOf(Int32(length))
    guard closures > 0 else { return .failure(GuestError("\(name) \(try outputText())")) }
    let output = try outputRange()
    return .success(try memory.read(at: output.pointer, count: output.length))
  }

  /// The closures recorded so far.
  public func recordedClosures() throws -> [RecordedClosure] {
    _ = try guest.closures(as: Int32.self)
    return try outputText().split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, let calls = Int(fields[1]) else { return nil }
      return RecordedClosure(name: String(fields[0]), calls: calls, state: String(fields[2]))
    }
  }

  /// The procedures that samples (`Interrupter.sample`) met since this was asked last, the most often met first.
  public func takeProfile() throws -> [ProfileRow] {
    _ = try guest.profile(as: Int32.self)
    return try outputText().split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let samples = Int(fields[1]) else { return nil }
      return ProfileRow(name: String(fields[0]), samples: samples, isCompiled: fields[2] == "compiled")
    }
  }

  /// From now on samples (`Interrupter.sample`) note all calls that led to what is running. With `ofAllocation` there are samples when memory is given out, and none are to
  /// be asked for. Before the first evaluation.
  public func startStackProfile(ofAllocation: Bool = false) throws {
    guard let function = instance.function(WasmName(GuestExport.startStackProfile)) else { throw GuestError("the guest makes no profiles") }
    try function(Int32(ofAllocation ? 1 : 0))
  }

  /// Ends that; the calls that were met, callers before callees.
  public func takeStackProfile() throws -> [CallTreeRow] {
    guard let function = instance.function(WasmName(GuestExport.stackProfile)) else { throw GuestError("the guest makes no profiles") }
    let _: Int32 = try function()
    return try outputText().split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 7, let depth = Int(fields[0]), let samples = Int(fields[3]), let bytes = UInt64(fields[4]), let calls = Int(fields[5])
      else { return nil }
      return CallTreeRow(
        depth: depth, name: fields[1], place: fields[2], samples: samples, bytes: bytes, calls: calls, isCompiled: fields[6] == "compiled")
    }
  }

  /// What the session has done so far.
  public func statistics() throws -> SessionStatistics {
    let pointer: UInt32 = try guest.statistics()
    var counters: [UInt64] = []
    for statistic in Statistic.allCases {
      counters.append(try memory.load(at: Int(pointer) + 8 * statistic.rawValue, as: UInt64.self))
    }
    return SessionStatistics(counters, services.statistics, store.engine.tierStatistics)
  }

  /// Why the engine refused a module last, if it ever did.
  public var linkRefusal: (any Error)? { services.linker?.lastFailure }
}
