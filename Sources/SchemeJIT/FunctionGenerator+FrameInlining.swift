// Inlining of a procedure that makes calls, with a frame of its own:
//
//     guard: is the global's procedure still the same?    else back to the call, in the interpreter
//     arguments to new locals
//     block
//       the callee's paths; each value goes to the local of the call's slot: br 0
//     end
//
// It is the procedure's own code in all respects but that its frame lies after that of its caller. What is live in the caller across the inlined call is stored, and loaded
// again, around each call that the inlined procedure makes, before what is live in that: a path without calls takes nothing. Unwinding leaves two records, as if the call had
// been made. So does what was presumed wrong: the interpreter executes the rest of the inlined procedure, and with its value the rest of the caller. Effects may come
// first.
//
// That pays for procedures that call themselves: half of the calls, and with them polls, stores of what is live, and the engine's own cost of a call. Engines do not inline
// recursion themselves, as a rule. Other procedures that make calls are left to the engine's own inlining.
import GuestABI
import SchemeCore
import WasmFormat

/// The call that a procedure with a frame of its own was inlined at.
final class FrameCaller {
  let call: Node
  /// The frame around it, as it was there.
  let frame: InlineFrame
  /// What that needs at sp after a call, in order; and where each of its live slots is.
  let stored: [Int?]
  let homes: [TypeState.Home]
  let place: ExitFrame

  init(_ call: Node, _ frame: InlineFrame, stored: [Int?], homes: [TypeState.Home]) {
    self.call = call
    self.frame = frame
    self.stored = stored
    self.homes = homes
    place = ExitFrame(frame)
  }
}

extension InlineFrame {
  /// Words at sp that are the caller's.
  var callerWords: Int { caller?.stored.count ?? 0 }
}

extension FunctionGenerator {
  /// Generates a call of the function that is being generated in its place, if that is possible.
  mutating func inlineWithFrame(_ callee: Func, _ node: Node, _ isGuarded: Bool) -> Bool {
    guard callee == unit.function, inlining == nil, frame.caller == nil, !Debugging.isOn else { return false }
    var rules = FrameInliningRules(budget: min(inliningBudget, JITTuning.framedNodes))
    guard rules.allow(callee, taking: node.count) else { return false }
    inliningBudget -= rules.used
    if isGuarded {
      _ = begin(node)
      guardGlobal(node)
      end()
    }
    let (stored, homes) = live(for: node)
    let caller = FrameCaller(node, frame, stored: stored, homes: homes)
    lastFailure = (0, 0)
    inlinedBody(of: callee, node, isTail: false, false, caller: caller)
    lastFailure = (0, 0)
    for index in frameRuns.indices { frameRuns[index].isUsed = false }
    return true
  }

  /// Stores what the caller needs after a call.
  mutating func storeLive(of caller: FrameCaller) {
    for (position, index) in caller.stored.enumerated() {
      body.localGet(sp)
      body.localGet(caller.place.local(index))
      body.store(.i64Store, offset: UInt32(8 * position))
    }
  }

  /// Loads it again.
  mutating func reloadLive(of caller: FrameCaller) {
    for (position, index) in caller.stored.enumerated() {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * position))
      body.localSet(caller.place.local(index))
    }
  }
}

/// Which procedures are inlined with a frame: small ones without loops, and without calls whose frames are known to escapes and continuations as they stand.
private struct FrameInliningRules {
  private let budget: Int
  private(set) var used = 0

  init(budget: Int) { self.budget = budget }

  mutating func allow(_ callee: Func, taking count: Int) -> Bool {
    callee.canBeInlined && !callee.hasRest && callee.parameters == count && path(callee.body)
  }

  private mutating func path(_ start: Node) -> Bool {
    var node = start
    while true {
      used += 1
      if used > budget { return false }
      switch node.kind {
      case .return, .jump: return true
      case .tailCall: return allows(node)
      case .tailApply, .apply: return false
      case .call: if !allows(node) { return false }
      case .branch, .branchOperation: if !path(node.alternative) { return false }
      case .label: if node.isLoop || !path(node.body) { return false }
      case .operation, .primitiveCall, .move, .makeProcedure, .fillProcedure, .makeBox, .boxRef, .boxSet, .globalRef, .globalSet, .globalDefine:
        break
      }
      node = node.next
    }
  }

  private func allows(_ call: Node) -> Bool {
    call.flags & Node.catchFlag == 0 && call.count <= FuncLayout.maximumDirectArity && !(InliningRules.target(of: call)?.callee.isCapture ?? false)
  }
}
