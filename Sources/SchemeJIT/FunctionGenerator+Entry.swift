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

  /// A procedure without calls and loops cannot be part of an endless computation without polls.
  var needsPoll: Bool { containsCallsOrLoops(function.body) }

  private func containsCallsOrLoops(_ start: Node) -> Bool {
    var node = start
    while true {
      switch node.kind {
      case .call, .tailCall, .apply, .tailApply: return true
      case .return, .jump: return false
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
    isPollDue()
    ifUnlikely()
    nesting += 1
    for index in 0..<function.entrySlots { storeSlot(index, at: index) }
    body.localGet(procedure)
    body.localGet(sp)
    body.i32Const(Int32(function.entrySlots))
    call(routines.pollEntry, .general)
    body.localTee(procedure)
    isUnwind()
    exit(if: .unwound)
    for index in 0..<function.entrySlots { loadSlot(index, at: index) }
    nesting -= 1
    body.end()
  }
}
