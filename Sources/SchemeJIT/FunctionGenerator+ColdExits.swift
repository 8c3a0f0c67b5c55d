// Branches that are rarely taken, and those to cold exits.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// An `if` whose condition rarely holds, and says so.
  @inline(never) mutating func ifUnlikely() {
    body.hint(isLikely: false)
    body.if()
  }

  /// A `br_if` whose condition rarely holds, and says so.
  @inline(never) mutating func branchUnlikely(_ label: UInt32) {
    body.hint(isLikely: false)
    body.brIf(label)
  }

  /// Goes back to the interpreter at a node if the i32 on the stack is not 0; in an inlined procedure, at the call that it was inlined at.
  @inline(never) mutating func fail(if node: Node) {
    if inlining != nil { return failInside() }
    if lastFailure.node == node.address { return branchUnlikely(UInt32(nesting + lastFailure.exit)) }
    lastFailure = (node.address, exits.count)
    var homes: [TypeState.Home] = []
    node.forEachSlotNeeded(function.keepsAllSlots) { homes.append(state.homes[$0]) }
    exit(if: entersLoop ? .loopPresumedWrong(node, homes) : .presumedWrong(node, homes))
  }

  /// The exit for an error that the runtime has raised at a node: with a debugger, the frame can go on, unless it is that of an inlined procedure.
  func failure(at node: Node) -> ColdExit {
    guard Debugging.isOn && inlining == nil else { return .failed(node) }
    var homes: [TypeState.Home] = []
    node.forEachLive { index in homes.append(index.map { state.homes[$0] } ?? .word) }
    var uses: [(slot: Int, home: TypeState.Home)] = []
    if node.flags & Node.keepAllFlag == 0 {
      node.forEachOperand { operand in
        if operand.kind == .slot && operand.index <= Node.maximumNamedSlot { uses.append((operand.index, state.homes[operand.index])) }
      }
    }
    return .failedInFrame(node, homes, uses: uses)
  }

  /// Takes a cold exit if the i32 on the stack is not 0.
  @inline(never) mutating func exit(if exit: ColdExit) {
    branchUnlikely(UInt32(nesting + exits.count))
    append(located(exit))
  }

  /// Takes a cold exit.
  @inline(never) mutating func exit(_ exit: ColdExit) {
    body.br(UInt32(nesting + exits.count))
    append(located(exit))
  }

  /// Notes an exit of the frame that can be recorded here.
  mutating func append(_ exit: ColdExit) { exits.append((exit, ExitFrame(inlining?.outer ?? frame))) }
}
