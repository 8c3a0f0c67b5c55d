// The tree IR in A-normal form. Every node is a block of raw permanent memory; every non-tail call is the right-hand side of a
// binding, so "what remains to be done" is always: bind one slot, go on with `next`.
//
// A function's frame is an array of words. A variable's slot is the number of variables in scope where it is bound (its depth), so
// at any node all slots below the node's depth hold values, and a callee's frame can start right there.
//
// Layout (bytes):
//    0 kind   1 operation   2 count of arguments (16 bits)
//    4 next: the node after a binding; the consequent of a branch; the scope of a label
//    8 a, 12 b: operands
//   16 slot: where the result goes (bytes from the frame); the alternative of a branch
//   20 depth: where a callee's frame starts (bytes from the frame)
//   24 live: bit i: slot i is needed after this node; `liveProcedure`: so is the running procedure
//   32 position (64 bits)
//   40 feedback: `Feedback` bits of the operands seen     41 flags
//   44 payload: Func, symbol address, primitive row, label
//      (a label has no operands and no position: 8 counts a loop's iterations, 12 is the table index of its generated code, 32 the Func;
//      42 is its number, 16 bits, while code is generated)
//   48 arguments: one operand each
import GuestABI

public struct Node: Equatable {
  public let address: Address
  @inline(__always) public init(_ address: Address) { self.address = address }

  public static let argumentsOffset: UInt32 = 48
  /// In `live`: the running procedure is needed. (A branch's `live` is what is needed after its test.)
  public static let liveProcedure: UInt64 = 1 << 63
  /// The deepest slot that `live` can name; functions with more keep all their slots alive.
  public static let maximumNamedSlot = 62

  /// In `flags` of a label: it is a loop. Of a jump: it goes backwards.
  public static let loopFlag: UInt8 = 1
  /// In `flags` of a binding: a frame record keeps all slots.
  public static let keepAllFlag: UInt8 = 2
  /// In `flags` of a call: an escape can end it; see `DynamicState`.
  public static let catchFlag: UInt8 = 4

  @inline(__always) public var kind: NodeKind { unsafeBitCast(load8(address), to: NodeKind.self) }
  @inline(__always)
  public var operation: InlineOperation { unsafeBitCast(load8(address &+ 1), to: InlineOperation.self) }
  @inline(__always) public var count: Int { Int(load16(address &+ 2)) }
  @inline(__always) public var next: Node {
    get { Node(load32(address &+ 4)) }
    nonmutating set { store32(address &+ 4, newValue.address) }
  }
  @inline(__always) public var a: Operand { Operand(bits: load32(address &+ 8)) }
  @inline(__always) public var b: Operand { Operand(bits: load32(address &+ 12)) }
  @inline(__always) public var slotOffset: UInt32 { load32(address &+ 16) }
  public var slot: Int { Int(slotOffset >> 3) }
  @inline(__always) public var alternative: Node { Node(load32(address &+ 16)) }
  @inline(__always) public var depthOffset: UInt32 { load32(address &+ 20) }
  public var depth: Int { Int(depthOffset >> 3) }
  @inline(__always) public var live: UInt64 {
    get { load64(address &+ 24) }
    nonmutating set { store64(address &+ 24, newValue) }
  }
  public var position: SourcePosition { SourcePosition(bits: load64(address &+ 32)) }
  @inline(__always) public var feedback: UInt8 {
    get { load8(address &+ 40) }
    nonmutating set { store8(address &+ 40, newValue) }
  }
  public var flags: UInt8 {
    get { load8(address &+ 41) }
    nonmutating set { store8(address &+ 41, newValue) }
  }
  @inline(__always) public var payload: Address {
    get { load32(address &+ 44) }
    nonmutating set { store32(address &+ 44, newValue) }
  }
  @inline(__always)
  public func argument(_ index: Int) -> Operand {
    Operand(bits: load32(address &+ Node.argumentsOffset &+ UInt32(truncatingIfNeeded: index) &* 4))
  }

  /// The body of a label.
  public var body: Node { Node(payload) }

  // A label uses the operand fields for what is recorded about a loop, and the position for the Func that it is in.

  /// A label's number among those of its function; the code generator's.
  public var labelNumber: Int {
    get { Int(load16(address &+ 42)) }
    nonmutating set { store16(address &+ 42, UInt16(truncatingIfNeeded: newValue)) }
  }

  /// The function that a label is in.
  public var owner: Func { Func(load32(address &+ 32)) }
  func setOwner(_ function: Func) { store32(address &+ 32, function.address) }

  /// How many iterations of the loop the interpreter has run.
  @inline(__always)
  func countIteration() -> UInt32 {
    let iterations = load32(address &+ 8) &+ 1
    store32(address &+ 8, iterations)
    return iterations
  }
  /// The table index of generated code that goes on with the loop, or 0: (procedure, frame, number of slots) -> result of the procedure.
  @inline(__always) public var loopEntry: UInt32 { load32(address &+ Node.loopEntryOffset) }
  public static let loopEntryOffset: UInt32 = 12

  /// Forgets a loop's iterations and its generated code.
  func resetLoop() {
    store32(address &+ 8, 0)
    store32(address &+ Node.loopEntryOffset, 0)
  }

  /// Records an operand's type.
  @inline(__always)
  func record(_ seen: UInt8) { feedback |= seen }

  /// A new node.
  static func make(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand = .none, b: Operand = .none, slot: Int = 0, depth: Int = 0,
    next: Node = Node(0), payload: Address = 0, position: SourcePosition = .none, arguments: [Operand] = []
  ) -> Node {
    let address = CodeStore.allocate(bytes: (Int(argumentsOffset) + 4 * arguments.count + 7) & ~7)
    store8(address, kind.rawValue)
    store8(address &+ 1, operation.rawValue)
    store16(address &+ 2, UInt16(truncatingIfNeeded: arguments.count))
    store32(address &+ 4, next.address)
    store32(address &+ 8, a.bits)
    store32(address &+ 12, b.bits)
    store32(address &+ 16, UInt32(slot) << 3)
    store32(address &+ 20, UInt32(depth) << 3)
    store64(address &+ 24, 0)
    store64(address &+ 32, position.bits)
    store64(address &+ 40, 0)
    store32(address &+ 44, payload)
    for index in 0..<arguments.count {
      store32(address &+ argumentsOffset &+ UInt32(index) &* 4, arguments[index].bits)
    }
    return Node(address)
  }

  static func makeBranch(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand, b: Operand = .none, depth: Int, then: Node, otherwise: Node,
    payload: Address = 0, position: SourcePosition = .none
  ) -> Node {
    let node = make(
      kind, operation: operation, a: a, b: b, depth: depth, next: then, payload: payload, position: position)
    store32(node.address &+ 16, otherwise.address)
    return node
  }
}
