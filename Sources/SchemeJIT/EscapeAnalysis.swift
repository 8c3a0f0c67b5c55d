// Whether what a procedure is given can be used after the procedure has returned: a continuation that `call/cc` gives to its receiver, above all. Where it cannot, it
// needs no frames of its own (SchemeCore's Continuations.swift).
//
// A value is followed through the IR of the procedures that it is passed to and that capture it. It stays inside as long as it is only called, tested, bound, captured by
// procedures that stay inside themselves, and passed to procedures where it stays inside. It leaves when it is returned, stored, or given to anything else. That globals
// hold the procedures that they hold now is assumed (SchemeCore's Assumptions).
//
// What a frame record keeps need not be looked at: a continuation that is borrowed gets its frames when any is recorded.
import GuestABI
import SchemeCore

struct EscapeAnalysis {
  /// A procedure with the slots, and the free variables, whose values are followed.
  private struct Flow: Equatable {
    let function: Func
    let slots: UInt64
    let free: UInt64
  }

  private var waiting: [Flow] = []
  private var known: [Flow] = []
  /// The globals that were looked at.
  private var globals: [Address] = []
  /// The parameters of labels that followed values are passed to, by the label's address.
  private var parameters: [(label: Address, slots: UInt64)] = []
  /// The Funcs of the procedures that were made last for each slot.
  private var made = [Address](repeating: 0, count: Node.maximumNamedSlot + 1)
  private var budget = JITTuning.followedNodes
  private var leaves = false

  /// Whether the one argument of a procedure stays inside. If so, that is assumed from now on.
  static func keepsArgument(_ receiver: Func) -> Bool {
    if receiver.kind != .lambda || receiver.parameters != 1 || receiver.hasRest { return false }
    var analysis = EscapeAnalysis()
    analysis.follow(Flow(function: receiver, slots: 1, free: 0))
    while let flow = analysis.waiting.popLast() {
      analysis.body(flow)
      if analysis.leaves { return false }
    }
    for global in analysis.globals { Assumptions.rely(on: global) }
    return true
  }

  private mutating func follow(_ flow: Flow) {
    if flow.function.kind != .lambda || flow.function.keepsAllSlots || flow.function.freeVariables > 63 { leaves = true }
    if leaves || known.contains(flow) { return }
    known.append(flow)
    waiting.append(flow)
  }

  private mutating func body(_ flow: Flow) {
    parameters = []
    path(flow.function.body, flow.slots, flow.free)
  }

  // MARK: Along paths

  /// Whether an operand is a followed value, or a procedure that has captured one.
  private func isFollowed(_ operand: Operand, _ slots: UInt64, _ free: UInt64) -> Bool {
    switch operand.kind {
    case .slot: slots >> UInt64(operand.index) & 1 != 0
    case .free: free >> UInt64(operand.index) & 1 != 0
    case .procedure: free != 0
    case .constant, .global: false
    }
  }

  /// Bits of the arguments of a node that are followed.
  private func arguments(_ node: Node, _ slots: UInt64, _ free: UInt64) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<min(node.count, 64) where isFollowed(node.argument(index), slots, free) { bits |= 1 << UInt64(index) }
    if node.count > 64 && slots | free != 0 { bits = .max }
    return bits
  }

  private mutating func path(_ start: Node, _ slotsBefore: UInt64, _ free: UInt64) {
    var node = start
    var slots = slotsBefore
    while !leaves {
      budget -= 1
      if budget < 0 { leaves = true }
      if node.isSelfCall { node = node.next }
      var isBoundToFollowed = false
      switch node.kind {
      case .return:
        if isFollowed(node.a, slots, free) { leaves = true }
        return
      case .jump: return pass(arguments(node, slots, free), to: Node(node.payload))
      case .tailCall: return call(node, arguments(node, slots, free))
      case .tailApply:
        if arguments(node, slots, free) != 0 { leaves = true }
        return
      case .branch: path(node.alternative, slots, free)
      case .branchOperation:
        operation(node, slots, free)
        path(node.alternative, slots, free)
      case .label: return label(node, slots, free)
      case .call: call(node, arguments(node, slots, free))
      case .apply, .primitiveCall:
        if arguments(node, slots, free) != 0 && !(node.kind == .primitiveCall && Int(node.payload) == checkProcedureRow) { leaves = true }
      case .operation: operation(node, slots, free)
      case .move: isBoundToFollowed = isFollowed(node.a, slots, free)
      case .makeProcedure:
        let captured = arguments(node, slots, free)
        made[min(node.slot, Node.maximumNamedSlot)] = node.payload
        isBoundToFollowed = captured != 0
        if captured != 0 { follow(Flow(function: Func(node.payload), slots: 0, free: captured)) }
      case .fillProcedure:
        if isFollowed(node.argument(0), slots, free) {
          guard node.a.kind == .slot, node.b.bits < 63, made[node.a.index] != 0 else {
            leaves = true
            return
          }
          follow(Flow(function: Func(made[node.a.index]), slots: 0, free: 1 << UInt64(node.b.bits)))
          slots |= Node.bit(node.a.index)
        }
      case .makeBox, .globalSet, .globalDefine: if isFollowed(node.a, slots, free) { leaves = true }
      case .boxSet: if isFollowed(node.b, slots, free) { leaves = true }
      case .boxRef, .globalRef: break
      }
      if node.bindsSlot { slots = isBoundToFollowed ? slots | Node.bit(node.slot) : slots & ~Node.bit(node.slot) }
      node = node.next
    }
  }

  /// Only what cannot fail: an error would keep its operands.
  private mutating func operation(_ node: Node, _ slots: UInt64, _ free: UInt64) {
    if node.operation.isTotal && node.operation.isPredicate { return }
    var isAny = isFollowed(node.a, slots, free) || arguments(node, slots, free) != 0
    if node.operation.operandCount > 1 && isFollowed(node.b, slots, free) { isAny = true }
    if isAny { leaves = true }
  }

  // MARK: Labels

  private func passed(to label: Node) -> UInt64 { parameters.first { $0.label == label.address }?.slots ?? 0 }

  private mutating func pass(_ arguments: UInt64, to label: Node) {
    if arguments == 0 { return }
    let bits = arguments << UInt64(label.slot)
    if let index = parameters.firstIndex(where: { $0.label == label.address }) {
      parameters[index].slots |= bits
    } else {
      parameters.append((label.address, bits))
    }
  }

  private mutating func label(_ node: Node, _ slots: UInt64, _ free: UInt64) {
    path(node.next, slots, free)
    var outer = slots
    for index in 0..<node.count { outer &= ~Node.bit(node.slot + index) }
    var before: UInt64
    repeat {
      before = passed(to: node)
      path(node.body, outer | before, free)
    } while !leaves && passed(to: node) != before
  }

  // MARK: Calls

  /// A call with some followed arguments. (What is done with a followed callee was looked at where it was captured.)
  private mutating func call(_ node: Node, _ arguments: UInt64) {
    if arguments == 0 { return }
    if node.knownCallee != 0 { return follow(Flow(function: Func(node.knownCallee), slots: arguments, free: 0)) }
    let symbol = node.a.kind == .global ? node.a.address : 0
    let procedure = symbol == 0 ? 0 : load32(symbol + UInt32(SymbolLayout.knownFunc))
    if procedure == 0 {
      leaves = true
      return
    }
    if !globals.contains(symbol) { globals.append(symbol) }
    let general = Func(procedure)
    if general.isCapture && node.count == 1 { return }
    let callee = general.variant(node.count) ?? general
    // What follows the required parameters is put in a list.
    if callee.kind != .lambda || node.count < callee.parameters || node.count > callee.parameters && !callee.hasRest
      || callee.parameters < 64 && arguments >> UInt64(callee.parameters) != 0
    {
      leaves = true
      return
    }
    // A handler is among the handlers as long as the call takes.
    let rest = general.isHandlerInstaller ? arguments & ~1 : arguments
    if rest != 0 { follow(Flow(function: callee, slots: rest, free: 0)) }
  }

  private var checkProcedureRow: Int { Primitives.row(named: "%check-procedure") }
}
