// Making, asking about and closing ports; files and the environment.
import GuestABI

private func openFile(_ name: StaticString, _ path: Word, _ mode: Int32, _ traits: Int) -> Word {
  if !path.isString { return raiseWrongType(name, 1, "a string", path) }
  guard let stream = HostFiles.open(name, path, mode) else { return LongWork.finish(Constant.unwind) }
  let port = Port.makeStream(traits, stream, name: Strings.copy(path))
  return traits & Port.Trait.output != 0 ? Port.registered(port) : port
}

private func close(_ name: StaticString, _ port: Word, _ trait: Int, _ expected: StaticString) -> Word {
  if !Port.is(port, trait) { return raiseWrongType(name, 1, expected, port) }
  return Port.close(name, port) ? Constant.unspecified : Constant.unwind
}

/// Whether a port can be used in a direction.
private func isOpen(_ name: StaticString, _ port: Word, _ trait: Int) -> Word {
  port.isKind(.port) ? .boolean(Port.is(port, trait | Port.Trait.open)) : raiseWrongType(name, 1, "a port", port)
}

/// What has been written to a port of memory; the port's bytes are at the address.
private func written(
  _ name: StaticString, _ port: Word, _ trait: Int, _ expected: StaticString, _ make: (Address, Int) -> Word
) -> Word {
  if !Port.is(port, Port.Trait.output | trait) || Port.has(port, Port.Trait.stream) {
    return raiseWrongType(name, 1, expected, port)
  }
  let count = Port.position(port)
  if !hasRoom(name, count: Int64(count), elementBytes: 4) { return Constant.unwind }
  return make(Port.bytes(port), count)
}

/// `(("NAME" . "VALUE") ...)` from `NAME=VALUE` texts, each with a NUL byte at its end.
private func environmentList() -> Word {
  guard var text = HostFiles.environment(makeString("")) else { return Constant.null }
  defer { text.free() }
  var result = ListBuilder()
  var start = 0
  while start < text.count {
    var equals = -1
    var end = start
    while end < text.count && text[end] != 0 {
      if equals < 0 && text[end] == UInt8(ascii: "=") { equals = end }
      end += 1
    }
    if equals > start {
      let name = makeStringFromUTF8(text.base &+ UInt32(start), count: equals - start)
      result.append(cons(name, makeStringFromUTF8(text.base &+ UInt32(equals + 1), count: end - equals - 1)))
    }
    start = end + 1
  }
  return result.list
}

func definePortPrimitives(_ define: PrimitiveDefiner) {
  define("port?", 1, 1) { a, _ in .boolean(a.first.isKind(.port)) }
  define("textual-port?", 1, 1) { a, _ in .boolean(Port.is(a.first, Port.Trait.textual)) }
  define("binary-port?", 1, 1) { a, _ in .boolean(Port.is(a.first, Port.Trait.binary)) }
  define("input-port?", 1, 1) { a, _ in .boolean(Port.is(a.first, Port.Trait.input)) }
  define("output-port?", 1, 1) { a, _ in .boolean(Port.is(a.first, Port.Trait.output)) }
  define("input-port-open?", 1, 1) { a, _ in isOpen("input-port-open?", a.first, Port.Trait.input) }
  define("output-port-open?", 1, 1) { a, _ in isOpen("output-port-open?", a.first, Port.Trait.output) }
  define("close-port", 1, 1) { a, _ in close("close-port", a.first, 0, "a port") }
  define("close-input-port", 1, 1) { a, _ in close("close-input-port", a.first, Port.Trait.input, "an input port") }
  define("close-output-port", 1, 1) { a, _ in close("close-output-port", a.first, Port.Trait.output, "an output port") }

  // The parameter that holds the current input, output or error port: 0, 1 or 2.
  define("%current-port-parameter", 1, 1) { a, _ in
    Port.parameter(a.first == .fixnum(0) ? .currentInputPort : a.first == .fixnum(1) ? .currentOutputPort : .currentErrorPort)
  }

  // Ports of memory.
  define("open-input-string", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("open-input-string", 1, "a string", a.first) }
    let bytes = Strings.utf8("open-input-string", a.first, 0, stringCount(a.first))
    if bytes == Constant.unwind { return bytes }
    return Port.make(Port.Trait.input | Port.Trait.textual, buffer: bytes, end: bytevectorCount(bytes))
  }
  define("open-output-string", 0, 0) { _, _ in
    Port.make(Port.Trait.output | Port.Trait.textual, buffer: makeBytevector(count: 48, fill: 0))
  }
  define("get-output-string", 1, 1) { a, _ in
    written("get-output-string", a.first, Port.Trait.textual, "an output string port") { makeStringFromUTF8($0, count: $1) }
  }
  define("open-input-bytevector", 1, 1) { a, _ in
    if !a.first.isBytevector { return raiseWrongType("open-input-bytevector", 1, "a bytevector", a.first) }
    let count = bytevectorCount(a.first)
    if !hasRoom("open-input-bytevector", count: Int64(count), elementBytes: 1) { return Constant.unwind }
    let copy = makeBytevector(count: count, fill: 0)
    copyMemory(to: bytevectorBytes(copy), from: bytevectorBytes(a.first), bytes: count)
    return Port.make(Port.Trait.input | Port.Trait.binary, buffer: copy, end: count)
  }
  define("open-output-bytevector", 0, 0) { _, _ in
    Port.make(Port.Trait.output | Port.Trait.binary, buffer: makeBytevector(count: 48, fill: 0))
  }
  define("get-output-bytevector", 1, 1) { a, _ in
    written("get-output-bytevector", a.first, Port.Trait.binary, "an output bytevector port") { bytes, count in
      let result = makeBytevector(count: count, fill: 0)
      copyMemory(to: bytevectorBytes(result), from: bytes, bytes: count)
      return result
    }
  }

  // Files.
  define("open-input-file", 1, 1) { a, _ in
    openFile("open-input-file", a.first, OpenMode.read, Port.Trait.input | Port.Trait.textual)
  }
  define("open-binary-input-file", 1, 1) { a, _ in
    openFile("open-binary-input-file", a.first, OpenMode.read, Port.Trait.input | Port.Trait.binary)
  }
  define("open-output-file", 1, 1) { a, _ in
    openFile("open-output-file", a.first, OpenMode.write, Port.Trait.output | Port.Trait.textual)
  }
  define("open-binary-output-file", 1, 1) { a, _ in
    openFile("open-binary-output-file", a.first, OpenMode.write, Port.Trait.output | Port.Trait.binary)
  }
  define("open-append-file", 1, 1) { a, _ in
    openFile("open-append-file", a.first, OpenMode.append, Port.Trait.output | Port.Trait.textual)
  }
  define("file-exists?", 1, 1) { a, _ in
    a.first.isString ? .boolean(HostFiles.exists(a.first)) : raiseWrongType("file-exists?", 1, "a string", a.first)
  }
  define("delete-file", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("delete-file", 1, "a string", a.first) }
    return HostFiles.delete("delete-file", a.first) ? Constant.unspecified : Constant.unwind
  }

  define("get-environment-variable", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("get-environment-variable", 1, "a string", a.first) }
    if stringCount(a.first) == 0 { return Constant.false }
    guard var value = HostFiles.environment(a.first) else { return Constant.false }
    let string = value.makeString()
    value.free()
    return string
  }
  define("get-environment-variables", 0, 0) { _, _ in environmentList() }
}
