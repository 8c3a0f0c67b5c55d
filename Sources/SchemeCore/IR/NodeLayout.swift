// How an IR node lies in memory. Only the runtime reads nodes; generated code knows `loopEntry`, and addresses of nodes by which it names places.
import GuestABI

/// Offsets in bytes from a node's address. Fields have 32 bits where nothing else is said.
public enum NodeLayout {
  /// One byte each: `NodeKind`, `InlineOperation`.
  static let kind = 0
  static let operation = 1
  /// 16 bits: the number of arguments; of a label, of parameters.
  static let count = 2
  /// The node after a binding; the consequent of a branch; the scope of a label.
  static let next = 4
  /// The operands.
  static let a = 8
  static let b = 12
  /// Where the result goes, in bytes from the frame; a label's first parameter. Of a branch, the alternative.
  static let slot = 16
  static let alternative = slot
  /// Where a callee's frame starts, in bytes from the frame.
  static let depth = 20
  /// 64 bits. Bit i: slot i is needed after this node; `Node.liveProcedure`: so is the running procedure.
  static let live = 24
  /// 64 bits: a `SourcePosition`.
  static let position = 32
  /// One byte each: `Feedback` bits of the operands seen; flags.
  static let feedback = 40
  static let flags = 41
  /// 16 bits: a label's number, while code is generated.
  static let labelNumber = 42
  /// A Func, the address of a symbol, the row of a primitive, a label, a label's body. Of a call the Func that is certain to be its callee's, or the one that the interpreter
  /// has called there (`Node.knownCallee`, `Node.recordedCallee`).
  static let payload = 44
  /// One operand each.
  static let arguments = 48

  // A label has no operands and no position.

  /// A loop's iterations in the interpreter.
  static let iterations = a
  /// The table index of a loop's generated code.
  public static let loopEntry = b
  /// The Func that a label is in.
  static let owner = position

  // A return has one operand.

  /// How often it has been executed.
  static let returns = b

  // A call has one operand besides its arguments, so it has room for the same.

  /// The table index of generated code that goes on after a call, with its frame record.
  public static let resumeEntry = b
  /// 16 bits: how often the interpreter has gone on after a call with its frame record.
  static let resumptions = labelNumber
}
