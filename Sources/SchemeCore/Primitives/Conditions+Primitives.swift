// Raising and looking into conditions. Handlers are the interpreter's business.
import GuestABI

private func condition(_ name: StaticString, _ value: Word) -> Bool {
  if value.isKind(.condition) { return true }
  _ = raiseWrongType(name, 1, "an error object", value)
  return false
}

private func isCondition(_ value: Word, _ kind: ErrorKind) -> Bool {
  value.isKind(.condition) && value.field(ConditionField.kind) == .fixnum(kind.rawValue)
}

func defineConditionPrimitives(_ define: PrimitiveDefiner) {
  define("error", 0, -1) { a, count in
    var irritants = Constant.null
    for index in stride(from: Int(count) - 1, to: 0, by: -1) { irritants = cons(a.argument(index), irritants) }
    return raiseError(.program, message: count > 0 ? a.first : makeString(""), irritants: irritants)
  }
  define("raise", 1, 1) { a, _ in raiseObject(a.first) }
  define("error-object?", 1, 1) { a, _ in .boolean(a.first.isKind(.condition)) }
  define("error?", 1, 1) { a, _ in .boolean(a.first.isKind(.condition)) }
  define("error-object-message", 1, 1) { a, _ in
    if !condition("error-object-message", a.first) { return Constant.unwind }
    let message = a.first.field(ConditionField.message)
    return message.isString ? message : makeString("")
  }
  define("error-object-irritants", 1, 1) { a, _ in
    condition("error-object-irritants", a.first) ? a.first.field(ConditionField.irritants) : Constant.unwind
  }
  define("read-error?", 1, 1) { a, _ in .boolean(isCondition(a.first, .read)) }
  define("file-error?", 1, 1) { a, _ in .boolean(isCondition(a.first, .file)) }
  define("condition/report-string", 1, 1) { a, _ in
    if !condition("condition/report-string", a.first) { return Constant.unwind }
    var text = TextBuffer()
    appendRaised(a.first, to: &text)
    let string = text.makeString()
    text.free()
    return LongWork.finish(string)
  }
}
