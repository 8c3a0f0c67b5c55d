// Records, as `define-record-type` uses them:
//
//     (%record type field ...)                         makes a record
//     (%record? value type)
//     (%record-ref record type index name)             `name`: the accessor's, a symbol, for the error message
//     (%record-set! record type index value name)
import GuestABI

/// `point-x: argument 1 must be a point, but is 5`.
@inline(never)
func raiseNotARecord(_ name: Word, _ type: Word, _ value: Word) -> Word {
  var text = TextBuffer()
  printValue(name, .display, to: &text)
  text.append(": argument 1 must be a record of type ")
  text.append(typeName: type)
  text.append(", but is")
  let message = text.makeString()
  text.free()
  return raiseError(.wrongType, message: message, irritants: list(value))
}

@inline(__always)
private func isRecord(_ value: Word, of type: Word) -> Bool { value.isRecord && value.field(0) == type }

func defineRecordPrimitives(_ define: PrimitiveDefiner) {
  define("%make-record-type", 2, 2) { a, _ in makeRecordType(name: a.first, fields: a.second) }
  define("%record", 1, -1, .record) { a, count in
    let record = allocateObject(.record, words: Int(count))
    copyMemory(to: record.address &+ 8, from: a, bytes: Int(count) * 8)
    return record
  }
  define("%record?", 2, 2, .isRecordOf) { a, _ in .boolean(isRecord(a.first, of: a.second)) }
  define("%record-ref", 4, 4, .recordRef) { a, _ in
    if !isRecord(a.first, of: a.second) { return raiseNotARecord(a.argument(3), a.second, a.first) }
    return a.first.field(1 + a.third.index)
  }
  define("%record-set!", 5, 5, .recordSet) { a, _ in
    if !isRecord(a.first, of: a.second) { return raiseNotARecord(a.argument(4), a.second, a.first) }
    a.first.setField(1 + a.third.index, a.argument(3))
    return Constant.unspecified
  }
}
