// Which procedures are inlined where they are called: small ones without loops, whose calls, but for one at the end of a path, are inlined too.
//
// Where inlined code meets what it was not made for (another procedure in the global, an operand of another type, an error) it goes back to the call
// that it stands for, and the interpreter makes that call. So nothing that can fail may come after an effect.
import GuestABI
import SchemeCore

struct InliningRules {
  /// The nodes that are left.
  var budget: Int
  /// An effect has been met that cannot be repeated.
  private var hasEffect = false
  /// The procedures that are around a call: none is inlined into itself.
  private var chain: [Func]

  init(budget: Int, in chain: [Func]) {
    self.budget = budget
    self.chain = chain
  }

  /// What a call would reach now: the code of a lambda or a primitive, and whether a global holds it, which may change.
  static func target(of node: Node) -> (callee: Func, isGuarded: Bool)? {
    if node.flags & Node.catchFlag != 0 { return nil }
    if node.knownCallee != 0 { return (Func(node.knownCallee), false) }
    if node.a.kind != .global { return nil }
    let known = load32(node.a.address + UInt32(SymbolLayout.knownFunc))
    return known == 0 ? nil : (code(of: Func(known), taking: node.count), true)
  }

  /// What the interpreter has reached at a call whose callee is a variable, if that was always the same.
  static func recordedTarget(of node: Node) -> Func? {
    if node.flags & Node.catchFlag != 0 || node.a.kind != .slot && node.a.kind != .free { return nil }
    guard let callee = node.recordedCallee, Func.exists(at: callee.address) else { return nil }
    return callee
  }

  /// The code that calls of its procedures with so many arguments run.
  static func code(of callee: Func, taking count: Int) -> Func { callee.variant(count) ?? callee }

  /// The Func of the value that is called; the code that is called may be a variant of it.
  static func general(of node: Node) -> Func? {
    if node.knownCallee != 0 { return Func(node.knownCallee) }
    return node.a.kind == .global ? Func(load32(node.a.address + UInt32(SymbolLayout.knownFunc))) : node.recordedCallee
  }

  /// Whether a primitive can be called in place of a call.
  static func isPrimitive(_ callee: Func, taking count: Int) -> Bool {
    if callee.kind != .primitive { return false }
    let row = Primitives.row(at: callee.primitive)
    return row.isDirect && count >= row.minimum && (row.maximum < 0 || count <= row.maximum)
  }

  /// Whether a call reads a parameter. (As a tail call it is left to the parameter.)
  static func isRead(of callee: Func, by node: Node) -> Bool { callee.kind == .parameter && node.kind == .call && node.count == 0 }

  /// Whether a procedure can be inlined in place of a call that is no tail call of an inlined one, or (`mustReturn`) may not end in a call itself.
  mutating func allow(_ callee: Func, taking count: Int, mustReturn: Bool) -> Bool {
    if chain.count > JITTuning.inliningDepth || !callee.canBeInlined || !callee.accepts(count) { return false }
    if count - callee.parameters > JITTuning.maximumInlineElements || chain.contains(callee) { return false }
    chain.append(callee)
    defer { chain.removeLast() }
    return path(callee.body, mustReturn)
  }

  /// Whether what follows in a procedure, from a node on, can be inlined so that each path returns a value.
  mutating func allowsRest(_ node: Node) -> Bool { path(node, true) }

  /// Whether the callee of a call that is no tail call can be inlined, and has no effect.
  mutating func allowsWithoutEffect(_ node: Node) -> Bool { call(node, mustReturn: true) && !hasEffect }

  private mutating func path(_ start: Node, _ mustReturn: Bool) -> Bool {
    var node = start
    while true {
      budget -= 1
      if budget < 0 { return false }
      switch node.kind {
      case .return, .jump: return true
      case .tailApply, .apply: return false
      case .tailCall: return tailCall(node, mustReturn)
      case .call: if !call(node, mustReturn: true) { return false }
      case .branch, .branchOperation:
        if node.kind == .branchOperation && !operation(node) { return false }
        let before = hasEffect
        if !path(node.alternative, mustReturn) { return false }
        let other = hasEffect
        hasEffect = before
        if !path(node.next, mustReturn) { return false }
        hasEffect = hasEffect || other
        return true
      case .label:
        if node.isLoop || !path(node.next, mustReturn) { return false }
        node = node.body
        continue
      case .operation: if !operation(node) { return false }
      case .primitiveCall: primitive(Int(node.payload))
      case .globalRef: if hasEffect && globalValue(node.payload) == Constant.undefined { return false }
      case .boxRef: if hasEffect && node.flags & Node.definedFlag == 0 { return false }
      case .globalSet where Sealing.isSealed(node.payload), .globalDefine where Sealing.isSealed(node.payload): return false
      case .globalSet:
        if hasEffect && globalValue(node.payload) == Constant.undefined { return false }
        hasEffect = true
      case .boxSet, .globalDefine: hasEffect = true
      case .move, .makeProcedure, .fillProcedure, .makeBox: break
      }
      node = node.next
    }
  }

  /// A call whose guard, or check, can fail.
  private mutating func call(_ node: Node, mustReturn: Bool) -> Bool {
    guard !hasEffect, let (callee, _) = InliningRules.target(of: node) else { return false }
    if InliningRules.isRead(of: callee, by: node) { return true }
    if InliningRules.isPrimitive(callee, taking: node.count) {
      let row = Primitives.row(at: callee.primitive)
      if row.operation == .none || row.operation.operandCount != node.count { primitive(callee.primitive) } else { note(row.operation) }
      return true
    }
    return allow(callee, taking: node.count, mustReturn: mustReturn)
  }

  private mutating func tailCall(_ node: Node, _ mustReturn: Bool) -> Bool {
    // In a procedure of its own such a call may do without capturing anything.
    if hasEffect || InliningRules.target(of: node)?.callee.isCapture ?? false { return false }
    let before = budget
    if call(node, mustReturn: mustReturn) { return true }
    budget = before
    hasEffect = false
    return !mustReturn && node.count <= FuncLayout.maximumDirectArity
  }

  private mutating func operation(_ node: Node) -> Bool {
    if hasEffect && !node.operation.isTotal { return false }
    note(node.operation)
    return true
  }

  private mutating func note(_ operation: InlineOperation) {
    switch operation {
    case .setCar, .setCdr, .vectorSet, .stringSet, .bytevectorSet, .recordSet, .setHandlers, .setParameters, .setWinds, .readChar, .peekChar,
      .writeChar, .tableSet:
      hasEffect = true
    default: break
    }
  }

  /// A primitive that fails has raised its error: that is not repeated.
  private mutating func primitive(_ row: Int) {
    if !Primitives.row(at: row).operation.isTotal { hasEffect = true }
  }
}

extension Func {
  /// Whether its code may stand in place of a call.
  var canBeInlined: Bool { kind == .lambda && !keepsAllSlots && !isTopLevel && !hasBreakPoint }
}
