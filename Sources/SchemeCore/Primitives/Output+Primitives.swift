// Output to ports.
import GuestABI

/// The port argument at an index, or the current output port.
@inline(__always)
private func port(_ a: Address, _ count: Int32, _ index: Int) -> Word {
  Int(count) > index ? a.argument(index) : Port.currentOutput
}

private func write(_ name: StaticString, _ a: Address, _ count: Int32, _ style: PrintStyle) -> Word {
  Port.print(name, a.first, style, to: port(a, count, 1), position: 2) ? Constant.unspecified : Constant.unwind
}

private func flush(_ name: StaticString, _ port: Word) -> Word {
  if !Port.checkOutput(name, port, position: 1, 0) { return Constant.unwind }
  return Port.flush(name, port) ? Constant.unspecified : Constant.unwind
}

func defineOutputPrimitives(_ define: PrimitiveDefiner) {
  define("write", 1, 2) { a, count in
    a.first.isFixnum && Port.appendAtOnce(a.first, to: port(a, count, 1)) ? Constant.unspecified : write("write", a, count, .write)
  }
  define("display", 1, 2) { a, count in
    Port.appendAtOnce(a.first, to: port(a, count, 1)) ? Constant.unspecified : write("display", a, count, .display)
  }
  define("write-shared", 1, 2) { a, count in write("write-shared", a, count, .writeShared) }
  define("write-simple", 1, 2) { a, count in write("write-simple", a, count, .writeSimple) }
  define("write-line", 1, 2) { a, count in
    let port = port(a, count, 1)
    let isWritten =
      Port.print("write-line", a.first, .write, to: port, position: 2) && Port.append("write-line", port, byte: 10)
    return isWritten ? Constant.unspecified : Constant.unwind
  }
  define("newline", 0, 1) { a, count in
    let port = port(a, count, 0)
    if !Port.checkOutput("newline", port, position: 1, Port.Trait.textual) { return Constant.unwind }
    return Port.append("newline", port, byte: 10) ? Constant.unspecified : Constant.unwind
  }
  define("write-char", 1, 2, .writeChar) { a, count in
    if !a.first.isCharacter { return raiseWrongType("write-char", 1, "a character", a.first) }
    let scalar = a.first.characterValue
    let port = port(a, count, 1)
    if !Port.checkOutput("write-char", port, position: 2, Port.Trait.textual) { return Constant.unwind }
    let isWritten =
      scalar < 0x80
      ? Port.append("write-char", port, byte: UInt8(scalar))
      : Port.write("write-char", to: port, position: 2) { $0.append(scalar: scalar) }
    return isWritten ? Constant.unspecified : Constant.unwind
  }
  define("write-string", 1, 4) { a, count in
    let string = a.first
    if !string.isString { return raiseWrongType("write-string", 1, "a string", string) }
    if count < 3 && Port.appendAtOnce(string, to: port(a, count, 1)) { return Constant.unspecified }
    guard let (start, end) = sequenceRange("write-string", a, count, 2, length: stringCount(string)) else {
      return Constant.unwind
    }
    let isWritten = Port.write("write-string", to: port(a, count, 1), position: 2) { text in
      for index in start..<end { text.append(scalar: stringElement(string, index)) }
    }
    return isWritten ? Constant.unspecified : Constant.unwind
  }
  define("write-u8", 1, 2) { a, count in
    if !a.first.isIndex(below: 256) { return raiseWrongType("write-u8", 1, "a byte", a.first) }
    let port = port(a, count, 1)
    if !Port.checkOutput("write-u8", port, position: 2, Port.Trait.binary) { return Constant.unwind }
    return Port.append("write-u8", port, byte: UInt8(a.first.index)) ? Constant.unspecified : Constant.unwind
  }
  define("write-bytevector", 1, 4) { a, count in
    let bytes = a.first
    if !bytes.isBytevector { return raiseWrongType("write-bytevector", 1, "a bytevector", bytes) }
    guard let (start, end) = sequenceRange("write-bytevector", a, count, 2, length: bytevectorCount(bytes)) else {
      return Constant.unwind
    }
    let port = port(a, count, 1)
    if !Port.checkOutput("write-bytevector", port, position: 2, Port.Trait.binary) { return Constant.unwind }
    return Port.append("write-bytevector", port, bytevectorBytes(bytes) &+ UInt32(start), end - start)
      ? Constant.unspecified : Constant.unwind
  }
  define("flush-output-port", 0, 1) { a, count in flush("flush-output-port", port(a, count, 0)) }
  define("flush-output", 0, 1) { a, count in flush("flush-output", port(a, count, 0)) }
}
