// The tree IR in A-normal form. Every node is a block of raw permanent memory; every non-tail call is the right-hand side of a
// binding, so "what remains to be done" is always: bind one slot, go on with `next`.
//
// A function's frame is an array of words. A variable's slot is the number of variables in scope where it is bound (its depth), so
// at any node all slots below the node's depth hold values, and a callee's frame can start right there.
import GuestABI

public struct Node: Equatable {
  public let address: Address
  @inline(__always) public init(_ address: Address) { self.address = address }

  /// In `live`: the running procedure is needed. (A branch's `live` is what is needed after its test.)
  public static var liveProcedure: UInt64 { 1 << 63 }
  /// The deepest slot that `live` can name; functions with more keep all their slots alive.
  public static let maximumNamedSlot = 62

  /// In `flags` of a label: it is a loop. Of a jump: it is a back edge.
  public static let loopFlag: UInt8 = 1
  /// In `flags` of a binding: a frame record keeps all slots.
  public static let keepAllFlag: UInt8 = 2
  /// In `flags` of a label: its parameters are those of the function, whose calls of itself are jumps there. Of a tail call: it is such a call (`isSelfCall`).
  public static let selfFlag: UInt8 = 8
  /// In `flags` of a call: an escape can end it; see `DynamicState`.
  public static let catchFlag: UInt8 = 4
  /// In `flags` of a call: its payload is certain to be the callee's Func.
  static let knownCalleeFlag: UInt8 = 16
  /// In `flags` of a `boxRef`: the variable certainly has a value.
  public static let definedFlag: UInt8 = 32

  @inline(__always) public var kind: NodeKind { unsafeBitCast(load8(address, NodeLayout.kind), to: NodeKind.self) }
  @inline(__always)
  public var operation: InlineOperation { unsafeBitCast(load8(address, NodeLayout.operation), to: InlineOperation.self) }
  @inline(__always) public var count: Int { Int(load16(address, NodeLayout.count)) }
  @inline(__always) public var next: Node {
    get { Node(load32(address, NodeLayout.next)) }
    nonmutating set { store32(address, NodeLayout.next, newValue.address) }
  }
  @inline(__always) public var a: Operand { Operand(bits: load32(address, NodeLayout.a)) }
  @inline(__always) public var b: Operand { Operand(bits: load32(address, NodeLayout.b)) }
  @inline(__always) public var slotOffset: UInt32 { load32(address, NodeLayout.slot) }
  public var slot: Int { Int(slotOffset >> 3) }
  @inline(__always) public var alternative: Node { Node(load32(address, NodeLayout.alternative)) }
  @inline(__always) public var depthOffset: UInt32 { load32(address, NodeLayout.depth) }
  public var depth: Int { Int(depthOffset >> 3) }
  @inline(__always) public var live: UInt64 {
    get { load64(address, NodeLayout.live) }
    nonmutating set { store64(address, NodeLayout.live, newValue) }
  }
  public var position: SourcePosition { SourcePosition(bits: load64(address, NodeLayout.position)) }
  @inline(__always) public var feedback: UInt8 {
    get { load8(address, NodeLayout.feedback) }
    nonmutating set { store8(address, NodeLayout.feedback, newValue) }
  }
  public var flags: UInt8 {
    get { load8(address, NodeLayout.flags) }
    nonmutating set { store8(address, NodeLayout.flags, newValue) }
  }
  @inline(__always) public var payload: Address {
    get { load32(address, NodeLayout.payload) }
    nonmutating set { store32(address, NodeLayout.payload, newValue) }
  }
  @inline(__always)
  public func argument(_ index: Int) -> Operand {
    Operand(bits: load32(address, NodeLayout.arguments &+ index &* 4))
  }

  /// The address of the Func that a call's callee certainly has, or 0.
  public var knownCallee: Address { flags & Node.knownCalleeFlag != 0 ? payload : 0 }

  /// The Func of the procedure that the interpreter has called at a call whose callee is not known; nil when there was none, or others as often.
  public var recordedCallee: Func? {
    if payload == 0 || flags & Node.knownCalleeFlag != 0 { return nil }
    return payload & Node.othersBit == 0 || flags & Node.majority == Node.majority ? Func(payload & ~Node.othersBit) : nil
  }

  /// Set in the address of the recorded Func when there were others: then the last bits of the flags count how often the callee was that one, up to three times, and two
  /// down for each other one, which takes its place where they cannot.
  private static var othersBit: Address { 1 }
  private static var majority: UInt8 { 0xC0 }
  private static var one: UInt8 { 0x40 }

  /// Records a call's callee. (That of a known one is there.)
  @inline(__always)
  func record(callee: Func) {
    if payload != callee.address { recordOther(callee) }
  }

  @inline(never)
  private func recordOther(_ callee: Func) {
    if flags & Node.knownCalleeFlag != 0 { return }
    if payload == 0 {
      payload = callee.address
    } else if payload == callee.address | Node.othersBit {
      if flags < Node.majority { flags += Node.one }
    } else if payload & Node.othersBit == 0 {
      payload |= Node.othersBit
      flags += Node.one
    } else if flags >= 2 * Node.one {
      flags -= 2 * Node.one
    } else {
      payload = callee.address | Node.othersBit
      flags &= Node.one - 1
    }
  }

  public var isSelf: Bool { kind == .label && flags & Node.selfFlag != 0 }

  /// A tail call that the interpreter makes like any other; for generated code `next` is a test of whether the procedure is still itself, and a jump to its label.
  public var isSelfCall: Bool { kind == .tailCall && flags & Node.selfFlag != 0 }

  /// The body of a label.
  public var body: Node { Node(payload) }

  /// A label's number among those of its function; the code generator's.
  public var labelNumber: Int {
    get { Int(load16(address, NodeLayout.labelNumber)) }
    nonmutating set { store16(address, NodeLayout.labelNumber, UInt16(truncatingIfNeeded: newValue)) }
  }

  /// The function that a label is in.
  public var owner: Func { Func(load32(address, NodeLayout.owner)) }
  func setOwner(_ function: Func) { store32(address, NodeLayout.owner, function.address) }

  /// Counts an iteration of the loop in the interpreter; how many there have been.
  @inline(__always)
  func countIteration() -> UInt32 {
    let iterations = load32(address, NodeLayout.iterations) &+ 1
    store32(address, NodeLayout.iterations, iterations)
    return iterations
  }
  /// The table index of generated code that goes on with the loop, or 0: (procedure, frame, number of slots) -> result of the procedure.
  @inline(__always) public var loopEntry: UInt32 { load32(address, NodeLayout.loopEntry) }

  /// Forgets a loop's iterations and its generated code.
  func resetLoop() {
    store32(address, NodeLayout.iterations, 0)
    store32(address, NodeLayout.loopEntry, 0)
  }

  /// The table index of generated code that goes on after a call, or 0: (frame record, sp, 0) -> result of the procedure. The call's value is at sp.
  @inline(__always) var resumeEntry: UInt32 { load32(address, NodeLayout.resumeEntry) }
  public var isResumedInGeneratedCode: Bool { resumeEntry != 0 }
  public var resumptions: UInt16 { load16(address, NodeLayout.resumptions) }

  /// Counts a frame record with which the interpreter goes on after a call; how many there have been.
  @inline(__always)
  func countResumption() -> UInt16 {
    let count = resumptions
    if count == .max { return count }
    store16(address, NodeLayout.resumptions, count + 1)
    return count + 1
  }

  /// Forgets a call's resumptions and the generated code after it.
  func resetResumption() {
    store16(address, NodeLayout.resumptions, 0)
    store32(address, NodeLayout.resumeEntry, 0)
  }

  /// How often the interpreter has ended a procedure with the value of this node, a return.
  public var returns: UInt32 { load32(address, NodeLayout.returns) }
  @inline(__always)
  func countReturn() { store32(address, NodeLayout.returns, load32(address, NodeLayout.returns) &+ 1) }

  /// Records an operand's type.
  @inline(__always)
  func record(_ seen: UInt8) { feedback |= seen }

  /// Makes a label's number of parameters known; a new label has none.
  func setCount(_ count: Int) { store16(address, NodeLayout.count, UInt16(truncatingIfNeeded: count)) }

  /// A new node.
  static func make(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand = .none, b: Operand = .none, slot: Int = 0, depth: Int = 0,
    next: Node = Node(0), payload: Address = 0, position: SourcePosition = .none, arguments: [Operand] = []
  ) -> Node {
    let address = CodeStore.allocate(bytes: (NodeLayout.arguments + 4 * arguments.count + 7) & ~7)
    write(
      kind, at: address, operation: operation, a: a, b: b, slot: slot, depth: depth, next: next, payload: payload, position: position,
      arguments: arguments)
    let node = Node(address)
    if payload != 0 && (kind == .call || kind == .tailCall) { node.flags = knownCalleeFlag }
    return node
  }

  private static func write(
    _ kind: NodeKind, at address: Address, operation: InlineOperation, a: Operand, b: Operand, slot: Int, depth: Int, next: Node = Node(0),
    payload: Address, position: SourcePosition = .none, arguments: [Operand]
  ) {
    store8(address, NodeLayout.kind, kind.rawValue)
    store8(address, NodeLayout.operation, operation.rawValue)
    store16(address, NodeLayout.count, UInt16(truncatingIfNeeded: arguments.count))
    store32(address, NodeLayout.next, next.address)
    store32(address, NodeLayout.a, a.bits)
    store32(address, NodeLayout.b, b.bits)
    store32(address, NodeLayout.slot, UInt32(slot) << 3)
    store32(address, NodeLayout.depth, UInt32(depth) << 3)
    store64(address, NodeLayout.live, 0)
    store64(address, NodeLayout.position, position.bits)
    store64(address, NodeLayout.feedback, 0)
    store32(address, NodeLayout.payload, payload)
    for index in 0..<arguments.count {
      store32(address, NodeLayout.arguments &+ index &* 4, arguments[index].bits)
    }
  }

  /// A node of bindings that is valid until the next one is made.
  public static func makeTemporary(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand = .none, b: Operand = .none, slot: Int, depth: Int, payload: Address,
    arguments: [Operand]
  ) -> Node {
    let bytes = NodeLayout.arguments + 4 * arguments.count
    if bytes > temporaryBytes {
      temporaryBytes = 2 * bytes
      temporary = PermanentArena.allocate(bytes: temporaryBytes)
    }
    write(kind, at: temporary, operation: operation, a: a, b: b, slot: slot, depth: depth, payload: payload, arguments: arguments)
    return Node(temporary)
  }

  nonisolated(unsafe) private static var temporary: Address = 0
  nonisolated(unsafe) private static var temporaryBytes = 0

  static func makeBranch(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand, b: Operand = .none, depth: Int, then: Node, otherwise: Node,
    payload: Address = 0, position: SourcePosition = .none
  ) -> Node {
    let node = make(
      kind, operation: operation, a: a, b: b, depth: depth, next: then, payload: payload, position: position)
    store32(node.address, NodeLayout.alternative, otherwise.address)
    return node
  }
}
