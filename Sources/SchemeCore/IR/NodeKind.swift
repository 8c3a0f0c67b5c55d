// What kinds of IR nodes there are, and what a node records of the operand types that it has seen.

public enum NodeKind: UInt8 {
  // Ends of a path.
  /// Return a.
  case `return` = 0
  /// Go to the label `payload` with the arguments in its slots.
  case jump
  /// Call a with the arguments, in place of this frame.
  case tailCall
  /// The same, the last argument being a list that is spread.
  case tailApply
  /// If a is true `next`, else `slot`.
  case branch
  /// If the predicate `operation` of a and b holds `next`, else `slot`.
  case branchOperation

  // Bindings of `slot`, then `next`.
  case move
  /// a called with the arguments.
  case call
  /// The same, the last argument being a list that is spread.
  case apply
  /// The primitive `payload` called with the arguments.
  case primitiveCall
  /// The inline operation `operation` of a, b and the arguments.
  case operation
  /// A procedure of the Func `payload`; the arguments are its free variables.
  case makeProcedure
  /// Sets free variable b (a number) of the procedure a to argument 0; binds nothing.
  case fillProcedure
  /// A new box holding a.
  case makeBox
  /// The content of box a; an error while it is undefined.
  case boxRef
  /// Sets box a to b.
  case boxSet
  /// The value of the global `payload`; an error while it is undefined.
  case globalRef
  /// Sets the global `payload` to a; an error while it is undefined.
  case globalSet
  /// Defines the global `payload` as a.
  case globalDefine

  /// Introduces a label: `payload` is its body, `slot` the first of its `count` parameters; `next` is its scope. A loop's body is in the scope too.
  case label
}

/// What operand types a node has seen.
/// Fixnums are only recorded together with something else: nothing recorded means fixnums only, or that the node has not been executed.
public enum Feedback {
  public static let fixnum: UInt8 = 1
  public static let flonum: UInt8 = 2
  /// Other numbers, a result that is none of these, or several of these in turn: nothing can be presumed.
  public static let other: UInt8 = 4
}
