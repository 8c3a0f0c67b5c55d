// Output to ports.
import GuestABI

/// The port argument at an index, or the current output port.
@inline(__always)
private func port(_ a: Address, _ count: Int32, _ index: Int) -> Word {
  Int(count) > index ? a.argument(index) : Port.currentOutput
}

@inline(__always)
private func write(_ name: StaticString, _ a: Address, _ count: Int32, _ style: PrintStyle) -> Word {
  let value = a.first
  return Port.write(name, to: port(a, count, 1), position: 2) { printValue(value, style, to: &$0) }
    ? Constant.unspecified : Constant.unwind
}

func defineOutputPrimitives(_ define: PrimitiveDefiner) {
  define("write", 1, 2) { a, count in write("write", a, count, .write) }
  define("display", 1, 2) { a, count in write("display", a, count, .display) }
  define("write-shared", 1, 2) { a, count in write("write-shared", a, count, .writeShared) }
  define("write-simple", 1, 2) { a, count in write("write-simple", a, count, .writeSimple) }
  define("write-line", 1, 2) { a, count in
    let value = a.first
    let isWritten = Port.write("write-line", to: port(a, count, 1), position: 2) { text in
      printValue(value, .write, to: &text)
      text.append(10)
    }
    return isWritten ? Constant.unspecified : Constant.unwind
  }
  define("newline", 0, 1) { a, count in
    Port.write("newline", to: port(a, count, 0), position: 1) { $0.append(10) } ? Constant.unspecified : Constant.unwind
  }
  define("write-char", 1, 2) { a, count in
    if !a.first.isCharacter { return raiseWrongType("write-char", 1, "a character", a.first) }
    let scalar = a.first.characterValue
    return Port.write("write-char", to: port(a, count, 1), position: 2) { $0.append(scalar: scalar) }
      ? Constant.unspecified : Constant.unwind
  }
  define("write-string", 1, 4) { a, count in
    let string = a.first
    if !string.isString { return raiseWrongType("write-string", 1, "a string", string) }
    guard let (start, end) = sequenceRange("write-string", a, count, 2, length: stringCount(string)) else {
      return Constant.unwind
    }
    let isWritten = Port.write("write-string", to: port(a, count, 1), position: 2) { text in
      for index in start..<end { text.append(scalar: stringElement(string, index)) }
    }
    return isWritten ? Constant.unspecified : Constant.unwind
  }
  define("flush-output-port", 0, 1) { _, _ in
    PortOutput.flush()
    return Constant.unspecified
  }
  define("flush-output", 0, 1) { _, _ in
    PortOutput.flush()
    return Constant.unspecified
  }
  define("current-output-port", 0, 0) { _, _ in Port.currentOutput }
  define("current-error-port", 0, 0) { _, _ in Port.currentError }
  define("%set-current-output-port!", 1, 1) { a, _ in
    if !a.first.isKind(.port) || !Port.has(a.first, Port.Trait.output) {
      return raiseWrongType("%set-current-output-port!", 1, "an output port", a.first)
    }
    runtimeState.roots[.currentOutputPort] = a.first
    return Constant.unspecified
  }
  define("open-output-string", 0, 0) { _, _ in
    Port.make(Port.Trait.output, text: makeUninitializedString(count: 0))
  }
  define("get-output-string", 1, 1) { a, _ in
    if !a.first.isKind(.port) || !Port.has(a.first, Port.Trait.output) || !a.first.field(Port.Field.text).isString {
      return raiseWrongType("get-output-string", 1, "an output string port", a.first)
    }
    return Port.writtenString(a.first)
  }
}
