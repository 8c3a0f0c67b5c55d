// Where generated code presumed something that turned out wrong (the type of an operand, say), it stores its live slots as the interpreter would have
// them and the interpreter executes the rest of the procedure, from the node that failed. Errors take the same exit: the interpreter then raises
// what it would have raised anyway.
//
// A failure widens what has been recorded at the node, and after a few of them the procedure is compiled anew: then it presumes less, and after
// `JITTuning.maximumRegenerations` nothing at all.
import GuestABI

public enum Deoptimization {
  /// In the address: it is the entry of a loop that fails. The node is told nothing by that, and the failure is counted all the same: until the loop is
  /// compiled anew, the interpreter enters it again at the next iteration, each time deeper in the stack.
  public static var loopFlag: Address { 1 }
  /// In the address: a procedure fails that was inlined with a frame of its own, and `caller` is the call that it was inlined at.
  public static var inlinedFlag: Address { 2 }

  /// The address of the Func whose code fails; generated code stores it.
  nonisolated(unsafe) static var function: Address = 0
  /// Where that is (in the guest).
  public static var functionAddress: Address {
    withUnsafeMutablePointer(to: &function) { Address(truncatingIfNeeded: UInt(bitPattern: $0)) }
  }

  /// The address of that call; generated code stores it.
  nonisolated(unsafe) static var caller: Address = 0
  public static var callerAddress: Address {
    withUnsafeMutablePointer(to: &caller) { Address(truncatingIfNeeded: UInt(bitPattern: $0)) }
  }
}

extension Func {
  /// Whether its code may rely on what the interpreter has seen.
  public var speculates: Bool { regenerations < JITTuning.maximumRegenerations }
}

/// Executes the rest of a procedure from a node on. The slots that are needed are in `frame`; the procedure is a fixnum if it is not needed.
/// May return `tailCall`.
public func continueInterpreted(_ procedure: Word, _ frame: Address, _ node: Node) -> Word {
  if Deoptimization.function & Deoptimization.inlinedFlag != 0 { return continueInlined(procedure, frame, node) }
  let function = Func(Deoptimization.function & ~Deoptimization.loopFlag)
  let isAtLoop = Deoptimization.function & Deoptimization.loopFlag != 0
  clearOthers(in: frame, count: node.depth) { node.forEachSlotNeeded(function.keepsAllSlots, $0) }
  let isRecorded = node.recordFailure(frame, procedure)
  if isRecorded || isAtLoop {
    function.failures &+= 1
    if function.failures >= JITTuning.failuresUntilRegeneration && function.speculates {
      function.failures = 0
      function.regenerations += 1
      function.body.resetLoops()
      JITHooks.compileAnew(function)
    }
  }
  return run(node, frame, procedure)
}

/// The same of a procedure that was inlined with a frame of its own, and then, with its value, the rest of the procedure around it, whose frame comes first: what is live
/// across the call, then the place where its procedure is kept, as for any call of the interpreter's, the procedure that was inlined, and that one's frame.
private func continueInlined(_ procedure: Word, _ frame: Address, _ node: Node) -> Word {
  Deoptimization.function &= ~Deoptimization.inlinedFlag
  let call = Node(Deoptimization.caller)
  clearOthers(in: frame, count: call.depth) { visit in call.forEachLive { slot in if let slot { visit(slot) } } }
  let kept = frame &+ call.depthOffset
  store64(kept, procedure)
  var result = continueInterpreted(load64(kept &+ 8), kept &+ 16, node)
  if result == Constant.tailCall { result = callPending() }
  if result == Constant.unwind { return recordFrame(call, frame, load64(kept)) }
  let procedure = load64(kept)
  store64(frame &+ call.slotOffset, result)
  return run(call.next, frame, procedure)
}

/// Gives the slots of a frame but those that are visited, ascending, a value that the collector can look at, and the debugger can tell from others.
@inline(__always)
private func clearOthers(in frame: Address, count: Int, but forEachNeeded: ((Int) -> Void) -> Void) {
  var next = 0
  forEachNeeded { slot in
    while next < slot {
      store64(frame &+ UInt32(next) &* 8, Constant.undefined)
      next += 1
    }
    next = slot + 1
  }
  while next < count {
    store64(frame &+ UInt32(next) &* 8, Constant.undefined)
    next += 1
  }
}

extension Node {
  /// Widens what is recorded at a node whose code failed; false if the node records nothing (the failure is an error then).
  fileprivate func recordFailure(_ frame: Address, _ procedure: Word) -> Bool {
    switch kind {
    case .jump:
      feedback |= Feedback.other
      return true
    case .call, .tailCall:
      // A callee that was inlined here; it is told to itself what it was not made for. Failures are counted.
      if feedback < .max { feedback += 1 }
      return true
    case .branchOperation where operation == .isCurrent:
      feedback |= Feedback.other
      return true
    case .operation, .branchOperation:
      if !operation.isArithmetic { return false }
      let before = feedback
      let first = a.value(frame, procedure)
      recordTypes(first, operation.operandCount > 1 ? b.value(frame, procedure) : first)
      if feedback == before { feedback |= Feedback.other }
      return true
    default: return false
    }
  }

  /// Makes all loops, and resumptions of calls, on the paths from here start counting anew.
  func resetLoops() {
    var node = self
    while true {
      switch node.kind {
      case .label:
        if node.flags & Node.loopFlag != 0 { node.resetLoop() }
        node.body.resetLoops()
      case .branch, .branchOperation: node.alternative.resetLoops()
      case .call: node.resetResumption()
      case .return, .jump, .tailCall, .tailApply: return
      default: break
      }
      node = node.next
    }
  }
}
