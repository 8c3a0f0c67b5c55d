// Input from string ports, and the predicates of ports. The standard input has no data yet: it is always at its end.
import GuestABI

/// The port argument at an index or the current input port, checked; nil after raising an error.
private func port(_ name: StaticString, _ a: Address, _ count: Int32, _ index: Int) -> Word? {
  let port = Int(count) > index ? a.argument(index) : Port.currentInput
  if !port.isKind(.port) || !Port.has(port, Port.Trait.input) {
    _ = raiseWrongType(name, index + 1, "an input port", port)
    return nil
  }
  if !Port.isOpen(port) {
    _ = raiseError(.file, name, "the port is closed")
    return nil
  }
  return port
}

/// The next character, or the end-of-file object.
private func nextCharacter(_ port: Word, advances: Bool) -> Word {
  let text = port.field(Port.Field.text)
  let position = port.field(Port.Field.position).index
  if !text.isString || position >= stringCount(text) { return Constant.eof }
  if advances { port.setField(Port.Field.position, .fixnum(position + 1)) }
  return .character(stringElement(text, position))
}

/// Reads up to `limit` characters, or up to a newline, which is dropped.
private func readText(_ port: Word, limit: Int, isLine: Bool) -> Word {
  let text = port.field(Port.Field.text)
  let start = port.field(Port.Field.position).index
  let length = text.isString ? stringCount(text) : 0
  if start >= length { return Constant.eof }
  var end = start
  while end < length && end - start < limit && !(isLine && stringElement(text, end) == 10) { end += 1 }
  let result = makeUninitializedString(count: end - start)
  copyMemory(to: stringCharacters(result), from: stringCharacters(text) &+ UInt32(start) &* 4, bytes: (end - start) * 4)
  port.setField(Port.Field.position, .fixnum(isLine && end < length ? end + 1 : end))
  return result
}

private func readDatum(_ port: Word) -> Word {
  let string = port.field(Port.Field.text)
  let start = port.field(Port.Field.position).index
  if !string.isString || start >= stringCount(string) { return Constant.eof }
  var text = TextBuffer()
  for index in start..<stringCount(string) { text.append(scalar: stringElement(string, index)) }
  let bytes = text.bytes()
  text.free()
  var reader = Reader(bytes)
  do throws(ReadError) {
    guard let datum = try reader.next() else {
      port.setField(Port.Field.position, .fixnum(stringCount(string)))
      return Constant.eof
    }
    var characters = 0
    for index in 0..<reader.at where bytes[index] & 0xC0 != 0x80 { characters += 1 }
    port.setField(Port.Field.position, .fixnum(start + characters))
    return datum
  } catch {
    return raiseError(.read, "read", error.message)
  }
}

func defineInputPrimitives(_ define: PrimitiveDefiner) {
  define("port?", 1, 1) { a, _ in .boolean(a.first.isKind(.port)) }
  define("textual-port?", 1, 1) { a, _ in .boolean(a.first.isKind(.port)) }
  define("binary-port?", 1, 1) { _, _ in Constant.false }
  define("input-port?", 1, 1) { a, _ in .boolean(a.first.isKind(.port) && Port.has(a.first, Port.Trait.input)) }
  define("output-port?", 1, 1) { a, _ in .boolean(a.first.isKind(.port) && Port.has(a.first, Port.Trait.output)) }
  define("input-port-open?", 1, 1) { a, _ in
    if !a.first.isKind(.port) || !Port.has(a.first, Port.Trait.input) {
      return raiseWrongType("input-port-open?", 1, "an input port", a.first)
    }
    return .boolean(Port.isOpen(a.first))
  }
  define("output-port-open?", 1, 1) { a, _ in
    if !a.first.isKind(.port) || !Port.has(a.first, Port.Trait.output) {
      return raiseWrongType("output-port-open?", 1, "an output port", a.first)
    }
    return .boolean(Port.isOpen(a.first))
  }
  define("close-port", 1, 1) { a, _ in close("close-port", a.first) }
  define("close-input-port", 1, 1) { a, _ in close("close-input-port", a.first) }
  define("close-output-port", 1, 1) { a, _ in close("close-output-port", a.first) }
  define("current-input-port", 0, 0) { _, _ in Port.currentInput }
  define("open-input-string", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("open-input-string", 1, "a string", a.first) }
    let count = stringCount(a.first)
    let copy = makeUninitializedString(count: count)
    copyMemory(to: stringCharacters(copy), from: stringCharacters(a.first), bytes: count * 4)
    return Port.make(Port.Trait.input, text: copy)
  }
  define("read-char", 0, 1) { a, count in
    guard let port = port("read-char", a, count, 0) else { return Constant.unwind }
    return nextCharacter(port, advances: true)
  }
  define("peek-char", 0, 1) { a, count in
    guard let port = port("peek-char", a, count, 0) else { return Constant.unwind }
    return nextCharacter(port, advances: false)
  }
  define("char-ready?", 0, 1) { a, count in
    port("char-ready?", a, count, 0) == nil ? Constant.unwind : Constant.true
  }
  define("read-line", 0, 1) { a, count in
    guard let port = port("read-line", a, count, 0) else { return Constant.unwind }
    return readText(port, limit: .max, isLine: true)
  }
  define("read-string", 1, 2) { a, count in
    guard let limit = sizeArgument("read-string", 1, a.first, elementBytes: 0) else { return Constant.unwind }
    guard let port = port("read-string", a, count, 1) else { return Constant.unwind }
    return limit == 0 ? makeString("") : readText(port, limit: limit, isLine: false)
  }
  define("read", 0, 1) { a, count in
    guard let port = port("read", a, count, 0) else { return Constant.unwind }
    return readDatum(port)
  }
}

private func close(_ name: StaticString, _ port: Word) -> Word {
  if !port.isKind(.port) { return raiseWrongType(name, 1, "a port", port) }
  if Port.has(port, Port.Trait.standardOutput | Port.Trait.standardError) { return Constant.unspecified }
  port.setField(Port.Field.isOpen, Constant.false)
  return Constant.unspecified
}
