// A function's start: arguments of a general entry from memory, and the poll.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Takes the arguments of a general entry from memory.
  mutating func loadArguments() {
    let count: UInt32 = 2
    body.localGet(count)
    body.i32Const(Int32(function.parameters))
    body.emit(function.hasRest ? .i32LtS : .i32Ne)
    exit(if: .wrongArgumentCount)
    for index in 0..<function.parameters {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * index))
      body.localSet(slot(index))
    }
    if function.hasRest {
      body.localGet(sp)
      body.i32Const(Int32(function.parameters))
      body.localGet(count)
      call(routines.listOfArguments, .list)
      body.localSet(slot(function.parameters))
    }
  }

  /// A path without calls and loops cannot be part of an endless computation without polls. So the poll at the entry waits until a path is known to have some,
  /// as long as there are only tests, which bind nothing: the arguments are where they were. Where calls of itself are jumps to the start, each iteration does
  /// the same.
  var needsPoll: Bool { containsCallsOrLoops(function.body) }

  /// Polls, if the entry's poll cannot wait any more.
  mutating func pollIfDue(before node: Node) {
    switch node.kind {
    case .branch, .branchOperation:
      if !containsCallsOrLoops(node.next) || !containsCallsOrLoops(node.alternative) { return }
    case .label where node.isSelf: return
    case .label where !node.isLoop && node.count == 0:
      if !containsCallsOrLoops(node.next) || !containsCallsOrLoops(node.body) { return }
    default: break
    }
    pollIsPending = false
    if containsCallsOrLoops(node) { pollEntry() }
  }

  private func containsCallsOrLoops(_ start: Node) -> Bool {
    var node = start
    while true {
      switch node.kind {
      case .call, .tailCall, .apply, .tailApply: return true
      case .return: return false
      case .jump: return Node(node.payload).isSelf
      case .label:
        if node.flags & Node.loopFlag != 0 || containsCallsOrLoops(node.body) { return true }
      case .branch, .branchOperation: if containsCallsOrLoops(node.alternative) { return true }
      default: break
      }
      node = node.next
    }
  }

  /// Pushes whether a poll is due.
  mutating func isPollDue() {
    body.localGet(sp)
    body.i32Const(0)
    body.load(.i32Load, offset: RuntimeState.address &+ UInt32(RuntimeStateLayout.stackLimit))
    body.emit(.i32GeU)
  }

  mutating func pollEntry() {
    let homes = state.homes
    isPollDue()
    ifUnlikely()
    nesting += 1
    for index in 0..<function.entrySlots {
      if homes[pollBase + index] == .double { encode(slot: pollBase + index) }
      storeSlot(pollBase + index, at: index)
    }
    if function.ownProcedureCell != 0 {
      // It may have been called as the procedure that it is a variant of, or, after a call, may not be in its local any more.
      body.i32Const(0)
      body.load(.i64Load, offset: function.ownProcedureCell)
    } else {
      body.localGet(procedure)
    }
    body.localGet(sp)
    body.i32Const(Int32(function.entrySlots))
    call(routines.pollEntry, .general)
    body.localTee(procedure)
    isUnwind()
    exit(if: .unwound)
    for index in 0..<function.entrySlots where homes[pollBase + index] == .word { loadSlot(pollBase + index, at: index) }
    state.homes = homes
    state.dropWords()
    nesting -= 1
    body.end()
  }
}
