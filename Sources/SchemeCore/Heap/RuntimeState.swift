// The one block of runtime state. Generated code reads and writes its first fields (`GuestABI.RuntimeStateLayout`); the collector
// traces `roots`. Fields keep the order of declaration, so offsets are stable; a test asserts them.
import GuestABI

/// Why `stackLimit` is 0.
public enum PollReason {
  public static let collection: UInt32 = 1
  public static let interrupt: UInt32 = 2
  /// See `Heap.isStressed`: never taken back.
  public static let stress: UInt32 = 4
  /// What a collection is done for.
  static let memory = collection | stress
}

public struct RuntimeState {
  /// The next free byte of the allocation chunk, and the chunk's end.
  public var allocationPointer: UInt32 = 0
  public var allocationLimit: UInt32 = 0
  /// A poll is due when sp is not below this: 0 when attention is asked for, else `realStackLimit`.
  public var stackLimit: UInt32 = 0
  /// Not 0 when the host wants the program to stop.
  public var interrupt: UInt32 = 0
  /// Not 0 while something is half done, so that the runtime could not go on if it were stopped there: in the collector, say. What sets it adds 1
  /// and takes it away again.
  public var busy: UInt32 = 0
  /// Why the runtime cannot go on at all (address and length of a text): see `abortRuntime`.
  var lastWords: UInt32 = 0
  var lastWordsCount: UInt32 = 0
  /// The last collection, for hosts that watch: see `RuntimeStateLayout.collections`.
  var collections: UInt32 = 0
  var collectionExtent: UInt32 = 0
  var collectionBytes: UInt32 = 0
  var collectionStart = 0.0
  var collectionEnd = 0.0
  /// The bounds of the shadow stack.
  public var stackBase: UInt32 = 0
  public var realStackLimit: UInt32 = 0
  /// Bits of `PollReason`.
  public var pollReasons: UInt32 = 0
  /// What the trampoline is asked to do; its meaning belongs to the interpreter.
  public var action: UInt32 = 0
  /// Words that the collector traces and updates; see `Root`.
  public var roots = RootWords()

  /// Asks for a poll.
  @inline(__always)
  public mutating func requestPoll(_ reason: UInt32) {
    pollReasons |= reason
    stackLimit = 0
  }
}

/// The names of the root words.
public enum Root: Int {
  /// The condition object, or any raised value, of the error that unwinds.
  case raised = 0
  /// The newest and the oldest frame record of the unwinding that is going on.
  case unwindHead, unwindTail
  case continuation, pendingProcedure, pendingArguments, result
  /// The dynamic state, and the escape point that is unwound to: see `DynamicState`.
  case handlers, parameters, winds, escapeTarget
  case currentOutputPort, currentInputPort, currentErrorPort
  /// A list of the output ports that have something to write out.
  case openPorts
  /// A list of the borrowed continuations whose first record comes next (Continuations.swift).
  case waitingContinuations
  /// A list of the debug levels, the newest first, or no list; what was to be done next when an interruption came (Debugging).
  case debugLevels, setAsideProcedure, setAsideArguments
  /// The closure that is evaluated in a frame of a debug level.
  case frameClosure
  /// How many frame records have been made, a fixnum (Unwinding.swift).
  case frameRecords
  static var count: Int { 32 }
}

/// 32 root words. (A struct of plain fields, because that is initialised statically.)
public struct RootWords {
  private var w00: Word = 0, w01: Word = 0, w02: Word = 0, w03: Word = 0
  private var w04: Word = 0, w05: Word = 0, w06: Word = 0, w07: Word = 0
  private var w08: Word = 0, w09: Word = 0, w10: Word = 0, w11: Word = 0
  private var w12: Word = 0, w13: Word = 0, w14: Word = 0, w15: Word = 0
  private var w16: Word = 0, w17: Word = 0, w18: Word = 0, w19: Word = 0
  private var w20: Word = 0, w21: Word = 0, w22: Word = 0, w23: Word = 0
  private var w24: Word = 0, w25: Word = 0, w26: Word = 0, w27: Word = 0
  private var w28: Word = 0, w29: Word = 0, w30: Word = 0, w31: Word = 0

  @inline(__always)
  public subscript(_ root: Root) -> Word {
    get { self[root.rawValue] }
    set { self[root.rawValue] = newValue }
  }

  @inline(__always)
  subscript(_ index: Int) -> Word {
    get {
      withUnsafeBytes(of: self) { $0.load(fromByteOffset: index &* 8, as: Word.self) }
    }
    set {
      withUnsafeMutableBytes(of: &self) { $0.storeBytes(of: newValue, toByteOffset: index &* 8, as: Word.self) }
    }
  }
}

/// The state. One thread runs the Scheme, so no synchronisation is needed.
nonisolated(unsafe) public var runtimeState = RuntimeState()

/// Takes back a reason; polls go on only while others are left.
///
/// The host may ask for something meanwhile, on another thread: it stores `interrupt`, makes sure that this thread's stores and loads are not between each other's
/// (a fence for all threads: this one has none, for it would cost more than a poll), and stores 0 at `stackLimit`. The store here comes before the load. So either the
/// load finds the request, or the host's 0 comes after the store. A host without such a fence repeats a request that is not seen.
public func clearPoll(_ reason: UInt32) {
  runtimeState.pollReasons &= ~reason
  runtimeState.stackLimit = runtimeState.pollReasons == 0 ? runtimeState.realStackLimit : 0
  if currentInterrupt() != 0 { runtimeState.stackLimit = 0 }
}

extension RuntimeState {
  /// Where the state lies (in the guest; meaningless natively, where it lies outside the Scheme's memory).
  public static var address: Address {
    withUnsafeMutablePointer(to: &runtimeState) { Address(truncatingIfNeeded: UInt(bitPattern: $0)) }
  }

  /// Where a root word lies.
  public static func address(of root: Root) -> Address {
    let roots = withUnsafeMutablePointer(to: &runtimeState.roots) { Address(truncatingIfNeeded: UInt(bitPattern: $0)) }
    return roots &+ UInt32(root.rawValue) &* 8
  }
}
