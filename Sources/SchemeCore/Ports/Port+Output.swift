// Writing to ports.
import GuestABI

extension Port {
  /// What printing appends to before it goes to a port.
  nonisolated(unsafe) private static var scratch = TextBuffer()

  /// Forgets what was being printed.
  static func reset() { scratch = TextBuffer() }
  /// Text for a string port may not be longer.
  private static let maximumTextBytes = 1 << 28

  /// Whether a value is an open output port with the traits; if not, an error has been raised.
  @inline(__always)
  static func checkOutput(_ name: StaticString, _ port: Word, position: Int, _ trait: Int) -> Bool {
    check(name, port, position: position, Trait.output, trait)
  }

  @inline(never)
  static func raiseUnusable(_ name: StaticString, _ port: Word, position: Int, _ direction: Int, _ trait: Int) {
    let isOutput = direction == Trait.output
    if `is`(port, direction | trait) {
      _ = raiseError(.wrongType, name, "the port is closed:", irritants: list(port))
    } else if trait == Trait.textual {
      _ = raiseWrongType(name, position, isOutput ? "a textual output port" : "a textual input port", port)
    } else if trait == Trait.binary {
      _ = raiseWrongType(name, position, isOutput ? "a binary output port" : "a binary input port", port)
    } else {
      _ = raiseWrongType(name, position, isOutput ? "an output port" : "an input port", port)
    }
  }

  /// Calls `body` with a buffer and brings what it appends to a textual output port. False after raising an error.
  @inline(__always)
  static func write(_ name: StaticString, to port: Word, position: Int, _ body: (inout TextBuffer) -> Void) -> Bool {
    if !checkOutput(name, port, position: position, Trait.textual) { return false }
    body(&scratch)
    return writeScratch(name, to: port)
  }

  /// Prints a value to a textual output port. False after raising an error.
  static func print(_ name: StaticString, _ value: Word, _ style: PrintStyle, to port: Word, position: Int) -> Bool {
    if !checkOutput(name, port, position: position, Trait.textual) { return false }
    if !has(port, Trait.stream) {
      printValue(value, style, to: &scratch, limit: maximumTextBytes)
      return writeScratch(name, to: port)
    }
    // What does not end, or is very long, goes to the stream piece by piece.
    var failure: Int32 = 0
    printValue(value, style, to: &scratch, limit: .max) { text in
      if failure == 0 && !flush(name, port) { failure = -1 }
      if failure == 0 { failure = hostWrite(text.base, Int32(text.count), stream(port)) }
      text.removeAll()
      return failure == 0
    }
    if failure == 0 { return writeScratch(name, to: port) }
    scratch.removeAll()
    if failure == HostError.interrupted.rawValue && LongWork.shouldStop() {
      _ = LongWork.unwind()
    } else if failure > 0 {
      _ = HostFiles.raise(name, failure, port.field(Field.name))
    }
    return false
  }

  /// Appends a string, or a character, as it is, if that is ASCII, or a fixnum, if the port's buffer has room for it; whether it has done that.
  @inline(__always)
  static func appendAtOnce(_ value: Word, to port: Word) -> Bool {
    if !`is`(port, Trait.output | Trait.open | Trait.textual) || has(port, Trait.unbuffered) { return false }
    let at = position(port)
    let room = capacity(port) - at
    let target = bytes(port) &+ UInt32(at)
    if value.isCharacter {
      if value.characterValue >= 0x80 || room == 0 { return false }
      store8(target, UInt8(value.characterValue))
      setPosition(port, at + 1)
      return true
    }
    if value.isFixnum {
      if room < 20 { return false }
      setPosition(port, at + put(value.fixnumValue, at: target))
      return true
    }
    if !value.isString || stringCount(value) > min(room, 256) { return false }
    let count = stringCount(value)
    var done = ASCIIRuns.copy(stringCharacters(value), count: count, to: target)
    while done < count {
      let scalar = stringElement(value, done)
      if scalar >= 0x80 { return false }
      store8(target &+ UInt32(done), UInt8(scalar))
      done += 1
    }
    setPosition(port, at + count)
    return true
  }

  /// Puts a number's decimals where there is room for 20 bytes; how many there are.
  private static func put(_ number: Int64, at target: Address) -> Int {
    let end = target &+ 20
    var first = end
    var rest = number.magnitude
    repeat {
      first &-= 1
      store8(first, UInt8(truncatingIfNeeded: 0x30 &+ SmallDecimals.nextDigit(&rest)))
    } while rest > 0
    if number < 0 {
      first &-= 1
      store8(first, UInt8(ascii: "-"))
    }
    for index in 0..<end &- first { store8(target &+ index, load8(first &+ index)) }
    return Int(end &- first)
  }

  private static func writeScratch(_ name: StaticString, to port: Word) -> Bool {
    if LongWork.isAbandoned {
      scratch.free()
      _ = LongWork.unwind()
      return false
    }
    let isTooLong = scratch.count > maximumTextBytes
    let isWritten = !isTooLong && append(name, port, scratch.base, scratch.count)
    if scratch.count > 1 << 20 { scratch.free() } else { scratch.removeAll() }
    if isTooLong { raiseTooLong(name) }
    return isWritten
  }

  private static func raiseTooLong(_ name: StaticString) {
    _ = raiseError(.outOfMemory, name, "the text of the port is too long")
  }

  /// Appends bytes to an open output port. False after raising an error.
  static func append(_ name: StaticString, _ port: Word, _ source: Address, _ count: Int) -> Bool {
    let at = position(port)
    if count <= capacity(port) - at {
      copyMemory(to: bytes(port) &+ UInt32(at), from: source, bytes: count)
      setPosition(port, at + count)
    } else if !has(port, Trait.stream) {
      if !growBuffer(port, needed: at + count) {
        raiseTooLong(name)
        return false
      }
      copyMemory(to: bytes(port) &+ UInt32(at), from: source, bytes: count)
      setPosition(port, at + count)
    } else {
      if !flush(name, port) { return false }
      if capacity(port) == 0 { _ = growBuffer(port, needed: streamBufferBytes) }
      if count <= capacity(port) { return append(name, port, source, count) }
      return hand(name, port, source, count)
    }
    return has(port, Trait.unbuffered) ? flush(name, port) : true
  }

  /// Appends one byte. False after raising an error.
  @inline(__always)
  static func append(_ name: StaticString, _ port: Word, byte: UInt8) -> Bool {
    let at = position(port)
    if at < capacity(port) && !has(port, Trait.unbuffered) {
      store8(bytes(port) &+ UInt32(at), byte)
      setPosition(port, at + 1)
      return true
    }
    scratch.append(byte)
    return writeScratch(name, to: port)
  }

  /// Gives bytes to the host. False after raising an error.
  private static func hand(_ name: StaticString, _ port: Word, _ source: Address, _ count: Int) -> Bool {
    // What is said to the user comes after what the program has written before.
    if has(port, Trait.unbuffered) && stream(port) != 1 && !flush(name, currentStandardOutput) { return false }
    let failure = hostWrite(source, Int32(count), stream(port))
    if failure == 0 { return true }
    if failure == HostError.interrupted.rawValue && LongWork.shouldStop() {
      _ = LongWork.unwind()
      return false
    }
    _ = HostFiles.raise(name, failure, port.field(Field.name))
    return false
  }

  /// Writes out what is buffered of an output port. False after raising an error; then the bytes are lost.
  static func flush(_ name: StaticString, _ port: Word) -> Bool {
    let count = position(port)
    if count == 0 || !has(port, Trait.stream) { return true }
    setPosition(port, 0)
    return hand(name, port, bytes(port), count)
  }

  /// The port of stream 1, whatever the current output port is.
  private static var currentStandardOutput: Word {
    var rest = runtimeState.roots[.openPorts]
    while rest.isPair {
      if stream(car(rest)) == 1 { return car(rest) }
      rest = cdr(rest)
    }
    return currentOutput
  }

  /// Writes out all ports of streams. False after raising an error.
  static func flushAll() -> Bool {
    var isWritten = true
    var rest = runtimeState.roots[.openPorts]
    while rest.isPair {
      if !flush("flush-output-port", car(rest)) { isWritten = false }
      rest = cdr(rest)
    }
    return isWritten
  }

  /// Writes out the standard output, before the program waits for input.
  static func flushStandardOutput() { _ = flush("flush-output-port", currentStandardOutput) }
}

/// The program's output as a whole.
public enum PortOutput {
  /// Whether the standard output is written at once. To be set before it is first used.
  nonisolated(unsafe) public static var isUnbuffered = false

  /// Writes out what is buffered in all ports. If that fails, the text of the error.
  public static func flush() -> [UInt8]? {
    if Port.flushAll() { return nil }
    return [UInt8]("error: ".utf8) + raisedText(runtimeState.roots[.raised])
  }
}
