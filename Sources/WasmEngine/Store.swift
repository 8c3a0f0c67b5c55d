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
public final class Store {
  public let engine: Engine

  var instances: [InstanceStorage] = []
  var memories: [MemoryStorage] = []
  var tables: [TableStorage] = []
  var globals: [GlobalStorage] = []
  var tags: [TagStorage] = []
  var hostFunctions: [HostFunctionStorage] = []
  /// The error of the host function that failed last, on its way to the caller of the outer call.
  var pendingError: (any Error)?

  private(set) lazy var exceptions = ExceptionHeap(self)

  public init(_ engine: Engine = Engine()) { self.engine = engine }

  /// How many exceptions the store holds that it has not found to be out of reach.
  public var exceptionCount: Int { exceptions.count }

  /// How many instances the store holds.
  public var instanceCount: Int { instances.count }

  /// Calls compiled code; what it throws is a `Trap`, an `Exception` or the error of a host function.
  @usableFromInline func invoke(_ call: inout latch_call) throws {
    latch_install_handler()
    let outcome = latch_invoke(&call, engine.configuration.limits.stackSize)
    switch UInt32(outcome) {
    case latch_returned.rawValue: return
    case latch_host_failed.rawValue:
      let error = pendingError
      pendingError = nil
      throw error ?? Trap(.unreachable)
    case latch_threw.rawValue:
      throw Exception(ExceptionReference(address: UInt(bitPattern: latch_last_exception())), in: self)
    case latch_no_stack.rawValue: throw ResourceError("no memory for a stack")
    default: throw Trap.last()
    }
  }
}
