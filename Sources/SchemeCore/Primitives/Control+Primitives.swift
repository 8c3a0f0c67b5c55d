// The primitives that are more than a computation: they call procedures or get hold of continuations. Being primitives, they cannot call
// back into Scheme; they ask their caller for a tail call (`Pending`), or unwind with a request to the trampoline.
import GuestABI

func defineControlPrimitives(_ define: (StaticString, Int, Int, PrimitiveFunction) -> Void) {
  define("apply", 2, -1) { arguments, count in applyPrimitive(arguments, Int(count)) }
  for name in Continuation.captureNames {
    define(name, 1, 1) { arguments, _ in Trampoline.request(.captureContinuation, load64(arguments), Constant.null) }
  }
  // `(%freeze continuation)`: see FrozenProgram.
  define("%freeze", 1, 1) { arguments, _ in FrozenProgram.stop(at: load64(arguments)) }
  // `(%throw continuation arguments)`, without regard to winds.
  define("%throw", 2, 2) { arguments, _ in
    Continuation.throwTo(load64(arguments), load64(arguments &+ 8))
  }
  // `(%continuation-place continuation)`: where the program goes on with it: the source's name, the line and the column; #f for a place in the library.
  define("%continuation-place", 1, 1) { arguments, _ in
    var record = load64(arguments).field(ContinuationField.frames)
    while record.isTrue && record != Continuation.borrowed {
      let position = DebugFrame.position(record)
      if position != .none {
        var text = TextBuffer()
        for byte in Sources.name(of: position) { text.append(byte) }
        defer { text.free() }
        return list(text.makeString(), .fixnum(Sources.line(in: position)), .fixnum(position.column))
      }
      record = record.field(FrameField.next)
    }
    return Constant.false
  }
  // A break point; see BreakPoints.swift.
  define("%break-point", 0, 0) { _, _ in Trampoline.request(.stop, Constant.unspecified, Constant.unspecified) }
}

/// `(apply procedure argument ... list)`: spreads the list after the other arguments and asks for the call.
private func applyPrimitive(_ arguments: Address, _ count: Int) -> Word {
  let procedure = load64(arguments)
  for index in 1..<max(count, 1) { store64(arguments &+ UInt32(index - 1) &* 8, load64(arguments &+ UInt32(index) &* 8)) }
  if !procedure.isProcedure { return raiseNotAProcedure(procedure) }
  let passed = count > 1 ? spreadList(procedure, arguments, count - 1) : 0
  if passed < 0 { return Constant.unwind }
  return Pending.set(procedure, arguments, passed)
}

/// Replaces the list that is the last of some arguments of `apply` by its elements; returns the number of arguments then. -1 after raising an
/// error, or when there is no room for them: then the trampoline makes the call.
public func spreadList(_ procedure: Word, _ arguments: Address, _ count: Int) -> Int {
  let last = arguments &+ UInt32(count - 1) &* 8
  var list = load64(last)
  var rest = list
  var next = last
  // (A list without an end ends here, too.)
  let end = runtimeState.realStackLimit &+ UInt32(Heap.stackReserve / 2)
  while rest.isPair && next < end {
    store64(next, car(rest))
    next &+= 8
    rest = cdr(rest)
  }
  if rest.isNull && next < end { return Int(next &- arguments) / 8 }
  if listLength(list) < 0 {
    _ = raiseWrongType("apply", count + 1, "a proper list", list)
    return -1
  }
  for index in (0..<count - 1).reversed() { list = cons(load64(arguments &+ UInt32(index) &* 8), list) }
  _ = Trampoline.request(.apply, procedure, list)
  return -1
}
