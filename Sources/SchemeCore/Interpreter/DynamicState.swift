// The dynamic state of a program: the stack of exception handlers, the values that `parameterize` gives to parameters, and the `dynamic-wind`
// calls that are active. Three root words, each the newest element of an immutable chain:
//
//   handlers     a list; an element is a procedure (`with-exception-handler`) or an escape point (`guard`)
//   parameters   a list of pairs (parameter . value), newest first
//   winds        an active `dynamic-wind` (a vector: SchemeLibrary/base/control.scm), or ()
//
// Who changes a word keeps the old one in its frame and puts it back when it returns; a continuation holds all three, and so does an escape
// point. Unwinding into the heap and resuming leave them alone: they say what the program does, not where its frames are.
import GuestABI

/// The fields of an escape point: a frame that can be returned to from within its call, and the dynamic state to return to.
enum EscapePointField: Int, FieldName {
  case handlers, parameters, winds
  /// #t: a `guard` with an `else` clause, which handles everything and never comes back to where an object was raised.
  case handlesAll
  static var count: Int { handlesAll.rawValue + 1 }
}

enum DynamicState {
  /// The state in which a program's top-level forms run.
  static func reset() {
    runtimeState.roots[.handlers] = Constant.null
    runtimeState.roots[.parameters] = Constant.null
    runtimeState.roots[.winds] = Constant.null
  }

  /// An escape point that returns to the present state.
  static func makeEscapePoint(handlesAll: Bool) -> Word {
    let point = allocateObject(.escapePoint, words: EscapePointField.count)
    point.initializeField(EscapePointField.handlers, runtimeState.roots[.handlers])
    point.initializeField(EscapePointField.parameters, runtimeState.roots[.parameters])
    point.initializeField(EscapePointField.winds, runtimeState.roots[.winds])
    point.initializeField(EscapePointField.handlesAll, .boolean(handlesAll))
    return point
  }

  /// Starts unwinding to the frame that made an escape point. Returns `unwind`.
  static func escape(to point: Word, with value: Word) -> Word {
    runtimeState.roots[.raised] = value
    runtimeState.roots[.escapeTarget] = point
    runtimeState.action = UnwindAction.escape.rawValue
    return Constant.unwind
  }

  /// Ends an unwinding at the frame that it was for. Returns the escape point, which is what that frame's call returns; `Root.raised` holds
  /// the value.
  static func arrive() -> Word {
    let point = runtimeState.roots[.escapeTarget]
    runtimeState.roots[.escapeTarget] = Constant.false
    runtimeState.roots[.handlers] = point.field(EscapePointField.handlers)
    runtimeState.roots[.parameters] = point.field(EscapePointField.parameters)
    runtimeState.roots[.winds] = point.field(EscapePointField.winds)
    runtimeState.action = UnwindAction.raise.rawValue
    return point
  }

  /// What unwinding is to do for an object just raised: when the innermost handler is a `guard` that handles everything, and no `dynamic-wind` is in
  /// between, the frames up to it need not be kept.
  @inline(__always)
  static func chooseWayOut() {
    let handlers = runtimeState.roots[.handlers]
    if !handlers.isPair { return }
    let point = car(handlers)
    if !point.isKind(.escapePoint) || point.field(EscapePointField.handlesAll) != Constant.true { return }
    if point.field(EscapePointField.winds) != runtimeState.roots[.winds] { return }
    runtimeState.roots[.escapeTarget] = point
    runtimeState.action = UnwindAction.escape.rawValue
  }
}
