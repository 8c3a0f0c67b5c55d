// The engine: configuration shared by modules and stores. Cheap to make; what costs something is its runtime's.

import FaultHandler
import MachineCode
import RuntimeLayout
import Synchronization
import WasmFormat

/// How much a module may ask for.
///
/// ```swift
/// configuration.limits.stackSize = 8 << 20
/// configuration.limits.module.functions = 1000
/// ```
///
/// A module that contains more than `module` says is refused with a `ValidationError`; a memory or table that would be larger than the limits
/// throws `ResourceError`, or cannot grow; recursion deeper than the stack traps.
public struct EngineLimits: Sendable, Equatable {
  /// The most pages (64 KiB) of a 32-bit memory, whatever its type allows.
  public var memoryPages: UInt64 = 65536
  /// The most bytes of a 64-bit memory, whatever its type allows. This much address space is reserved for each, if there is as much.
  public var memory64Bytes: UInt64 = 16 << 30
  /// The most bytes that the memories, tables, globals, instances' own data and exceptions of one store take together; what has not been touched counts, too.
  /// More throws `ResourceError`, or cannot grow.
  public var storeBytes: UInt64 = .max
  /// The most elements of a table, whatever its type allows.
  public var tableElements: UInt64 = 10_000_000
  /// Bytes of each thread's wasm stack: address space, not memory in use.
  public var stackSize = StackLayout.defaultSize

  /// What a module may contain.
  public var module = ModuleLimits()

  /// The limits that an engine has without further ado.
  public init() {}
}

/// What an engine is made with.
///
/// ```swift
/// var configuration = EngineConfiguration()
/// configuration.features.remove(.exceptions)
/// ```
public struct EngineConfiguration: Sendable, Equatable {
  /// How out-of-bounds accesses are found.
  public var memoryStrategy = MemoryStrategy.guarded
  /// Which compilers are used, and when.
  public var tier = Tier.auto
  /// How much modules and stores may ask for.
  public var limits = EngineLimits()
  /// The proposals that modules may use. What this version does not implement is left out.
  public var features = Features.standard
  /// Relaxed operators on vectors give the same results on all processors, rather than what is fastest on this one.
  public var relaxedIsDeterministic = false
  /// Code takes a unit of its store's fuel for each call of a function and each iteration of a loop, and traps without any: see `Store.fuel`.
  public var countsFuel = false
  /// Switches for debugging the engine itself.
  public var debug = DebugOptions()

  /// The usual configuration: every proposal that this version implements, both compilers, no tight limits.
  public init() {}
}

/// What modules and stores are made with. Thread-safe.
///
/// ```swift
/// var configuration = EngineConfiguration()
/// configuration.memoryStrategy = .checked
/// configuration.features.remove(.tailCall)
/// configuration.limits.memoryPages = 1024
/// let engine = Engine(configuration)
/// ```
public final class Engine: Sendable {
  /// What the engine was made with; features that this version does not implement, or for which the processor lacks SSE4.1, are left out.
  public let configuration: EngineConfiguration
  /// Where its code is, and who compiles it.
  public let runtime: EngineRuntime
  /// What compiled code may make use of.
  let processor: ProcessorFeatures
  let number = ScopeNumber.next()

  let statistics = Mutex(TierStatistics())
  /// Who wants to know when something happens.
  let trace: TraceEvents?
  /// Where code is written to, for `perf`.
  let jitDump: JITDump?
  /// How much the optimizing compiler has been given.
  let optimizerOrdinal = Atomic<Int>(0)

  /// An engine, which shares its runtime with others unless it is given one of its own.
  public init(_ configuration: EngineConfiguration = EngineConfiguration(), runtime: EngineRuntime = .shared) {
    var configuration = configuration
    configuration.features.formIntersection(.standard)
    processor = HostProcessor.features.subtracting(configuration.debug.disabledProcessorFeatures)
    if configuration.features.contains(.simd), !processor.contains(.sse41) {
      configuration.features.subtract([.simd, .relaxedSIMD])
      configuration.features.insert(.lacksVectorProcessor)
    }
    self.configuration = configuration
    self.runtime = runtime
    trace = configuration.debug.traceFile.flatMap(TraceEvents.init)
    jitDump = configuration.debug.jitDumpDirectory.flatMap(JITDump.shared)
    Engine.prepareProcess
  }

  /// Whether what happens is written to a file (`DebugOptions.traceFile`).
  package var isTraced: Bool { trace != nil }

  /// Writes something there that a guest did between two times of the monotonic clock, in nanoseconds.
  package func trace(_ name: String, _ category: String, from start: UInt64, to end: UInt64, _ arguments: KeyValuePairs<String, Int>) {
    trace?.span(name, category, from: start, to: end, arguments)
  }

  /// Whether somebody wants to see each function's code when a module gets it.
  var announcesCode: Bool { configuration.debug.dumpCode || configuration.debug.writesPerfMap || jitDump != nil }

  /// Installs the fault handler and tells the thunks whom to call; once per process.
  private static let prepareProcess: Void = {
    latch_install_handler()
    latch_set_lazy_compiler(lazyCompiler)
    latch_set_tier_up(tierUp)
    RuntimeHelpers.install()
  }()
}
