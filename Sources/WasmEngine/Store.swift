// A store owns everything that exists at run time: instances, memories, tables, globals, host functions. They refer to each other
// freely (an instance to its table, the table to functions, functions to their instance), so none is freed alone: all live
// as long as the store, and the store lives as long as anyone has it or one of the handles (`Instance`, `Function`, `Memory`, ...).
//
// A host function's closure belongs to the store. A closure that captures the store or a handle of it keeps the store alive for ever;
// it should use its `Caller` instead, or capture weakly.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// The owner of run-time objects. Not thread-safe: one thread at a time uses a store and everything in it.
///
/// ```swift
/// let store = Store(engine)
/// let instance = try Instance(module, in: store)
/// ```
public final class Store {
  /// The engine that it was made with, and whose modules it takes.
  public let engine: Engine

  var instances: [InstanceStorage] = []
  /// How many of them were unlinked; how many that may be until what refers to them is searched for; how often that has been asked for since the last search.
  var retiredCount = 0
  var retiredThreshold = Tuning.retiredModules
  var releaseRequests = 0
  var memories: [MemoryStorage] = []
  var tables: [TableStorage] = []
  var globals: [GlobalStorage] = []
  var tags: [TagStorage] = []
  var hostFunctions: [HostFunctionStorage] = []
  /// The error of the host function that failed last, until the caller of the outer call gets it.
  var pendingError: (any Error)?

  let budget: StoreBudget
  /// What compiled code takes its fuel from.
  let fuelCell = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
  private(set) lazy var exceptions = ExceptionHeap(self)
  private(set) lazy var objects = HostObjectHeap(self)

  /// Whatever the host wants to find again where it has the store: in host functions, by `Caller.store`.
  ///
  /// ```swift
  /// final class Session { var requests = 0 }
  ///
  /// store.data = Session()
  /// imports.define("env", "count", Function(store) { (caller: borrowing Caller) in
  ///   let session = try caller.data(as: Session.self)
  ///   session.requests += 1
  /// })
  /// ```
  public var data: Any?

  /// Asked before a memory or table of the store is made or grows (a shared memory on the thread that enlarges it). When it says no, making it throws
  /// `ResourceError`, and growing it fails as wasm code knows it. nil: yes.
  ///
  /// ```swift
  /// store.growthLimiter = { request in request.kind == .table || request.wanted <= 16 << 20 }
  /// ```
  public var growthLimiter: (@Sendable (GrowthRequest) -> Bool)? {
    get { budget.limiter.withLock { $0 } }
    set { budget.limiter.withLock { $0 = newValue } }
  }

  /// Bytes of the wasm stack that calls ask for.
  @usableFromInline let stackSize: Int
  /// What interruption goes by.
  @usableFromInline let scope: UnsafePointer<latch_scope>

  /// A store with nothing in it.
  public init(_ engine: Engine = Engine()) {
    self.engine = engine
    budget = StoreBudget(engine.configuration.limits.storeBytes)
    fuelCell.initialize(to: 0)
    stackSize = max(engine.configuration.limits.stackSize, 1)
    let scope = UnsafeMutablePointer<latch_scope>.allocate(capacity: 1)
    scope.initialize(to: latch_scope(engine: engine.number, store: ScopeNumber.next()))
    self.scope = UnsafePointer(scope)
  }

  deinit {
    scope.deallocate()
    fuelCell.deallocate()
  }

  /// Bytes that its memories, tables, globals and exceptions take at present, of at most `EngineLimits.storeBytes`. What a program has not touched of
  /// them counts, too.
  public var usedBytes: UInt64 { budget.used }

  /// How many exceptions the store holds that it has not found to be out of reach.
  public var exceptionCount: Int { exceptions.count }

  /// How many instances the store holds.
  public var instanceCount: Int { instances.count }

  /// Calls compiled code; what it throws is a `Trap`, an `Exception` or the error of a host function.
  func invoke(_ call: inout latch_call) throws {
    latch_install_handler()
    let outcome = latch_invoke(&call, stackSize, scope)
    if outcome != 0 { throw failure(UInt64(outcome)) }
  }

  /// Makes this thread ready for direct calls.
  @usableFromInline func prepareCall() throws {
    latch_install_handler()
    if !latch_prepare_call(stackSize) { throw failure(UInt64(latch_no_stack.rawValue)) }
  }

  /// The error that a call ended with.
  @usableFromInline func failure(_ outcome: UInt64) -> any Error {
    switch UInt32(truncatingIfNeeded: outcome) {
    case latch_host_failed.rawValue:
      let error = pendingError
      pendingError = nil
      return error ?? Trap(.unreachable)
    case latch_threw.rawValue:
      return Exception(ExceptionReference(address: UInt(bitPattern: latch_last_exception())), in: self, backtrace: Backtrace.last())
    case latch_no_stack.rawValue: return ResourceError("no memory for a stack")
    default:
      // How much of it optimized code holds in a register when it traps is not known.
      fuelCell.pointee = 0
      return Trap.last()
    }
  }
}
