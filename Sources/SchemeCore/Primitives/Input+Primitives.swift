// Input from ports.
import GuestABI

/// The port argument at an index or the current input port, checked; nil after raising an error.
@inline(__always)
private func port(_ name: StaticString, _ a: Address, _ count: Int32, _ index: Int, _ trait: Int) -> Word? {
  let port = Int(count) > index ? a.argument(index) : Port.currentInput
  return Port.checkInput(name, port, position: index + 1, trait) ? port : nil
}

private func nextCharacter(_ name: StaticString, _ a: Address, _ count: Int32, advances: Bool) -> Word {
  guard let port = port(name, a, count, 0, Port.Trait.textual) else { return Constant.unwind }
  return Port.nextCharacter(name, port, advances: advances)
}

private func nextByte(_ name: StaticString, _ a: Address, _ count: Int32, advances: Bool) -> Word {
  guard let port = port(name, a, count, 0, Port.Trait.binary) else { return Constant.unwind }
  return Port.nextByte(name, port, advances: advances)
}

private func isReady(_ name: StaticString, _ a: Address, _ count: Int32, _ trait: Int) -> Word {
  guard let port = port(name, a, count, 0, trait) else { return Constant.unwind }
  return .boolean(Port.isReady(port))
}

func defineInputPrimitives(_ define: PrimitiveDefiner) {
  define("read-char", 0, 1, .readChar) { a, count in nextCharacter("read-char", a, count, advances: true) }
  define("peek-char", 0, 1, .peekChar) { a, count in nextCharacter("peek-char", a, count, advances: false) }
  define("char-ready?", 0, 1) { a, count in isReady("char-ready?", a, count, Port.Trait.textual) }
  define("read-line", 0, 1) { a, count in
    guard let port = port("read-line", a, count, 0, Port.Trait.textual) else { return Constant.unwind }
    return Port.readLine("read-line", port)
  }
  define("read-string", 1, 2) { a, count in
    guard let limit = sizeArgument("read-string", 1, a.first, elementBytes: 0) else { return Constant.unwind }
    guard let port = port("read-string", a, count, 1, Port.Trait.textual) else { return Constant.unwind }
    return Port.readString("read-string", port, limit: limit)
  }
  define("read", 0, 1) { a, count in
    guard let port = port("read", a, count, 0, Port.Trait.textual) else { return Constant.unwind }
    return Port.readDatum("read", port)
  }
  define("read-u8", 0, 1) { a, count in nextByte("read-u8", a, count, advances: true) }
  define("peek-u8", 0, 1) { a, count in nextByte("peek-u8", a, count, advances: false) }
  define("u8-ready?", 0, 1) { a, count in isReady("u8-ready?", a, count, Port.Trait.binary) }
  define("read-bytevector", 1, 2) { a, count in
    guard let limit = sizeArgument("read-bytevector", 1, a.first, elementBytes: 0) else { return Constant.unwind }
    guard let port = port("read-bytevector", a, count, 1, Port.Trait.binary) else { return Constant.unwind }
    if limit == 0 { return makeBytevector(count: 0, fill: 0) }
    // Bytes that are not there need no room.
    var text = TextBuffer()
    defer { text.free() }
    var available = Port.available("read-bytevector", port, wanted: 1)
    while available > 0 && text.count < limit && !LongWork.step() {
      let piece = min(available, limit - text.count)
      text.append(bytes: Port.bytes(port) &+ UInt32(Port.position(port)), count: piece)
      Port.setPosition(port, Port.position(port) + piece)
      available = text.count < limit ? Port.available("read-bytevector", port, wanted: 1) : 0
    }
    if LongWork.isAbandoned { return LongWork.unwind() }
    if available < 0 || !hasRoom("read-bytevector", count: Int64(text.count), elementBytes: 1) { return Constant.unwind }
    if text.count == 0 { return Constant.eof }
    let result = makeBytevector(count: text.count, fill: 0)
    copyMemory(to: bytevectorBytes(result), from: text.base, bytes: text.count)
    return result
  }
  define("read-bytevector!", 1, 4) { a, count in
    let target = a.first
    if !target.isBytevector { return raiseWrongType("read-bytevector!", 1, "a bytevector", target) }
    guard let (start, end) = sequenceRange("read-bytevector!", a, count, 2, length: bytevectorCount(target)),
      let port = port("read-bytevector!", a, count, 1, Port.Trait.binary)
    else { return Constant.unwind }
    if start == end { return .fixnum(0) }
    let done = Port.readBytes(
      "read-bytevector!", port, to: { bytevectorBytes(target) &+ UInt32(start + $0) }, count: end - start)
    return done < 0 ? Constant.unwind : done == 0 ? Constant.eof : .fixnum(done)
  }
}
