// Ports. A port is an object of four fields: what it is, a string, a count or position, whether it is open. String ports keep their
// text in the string; the standard streams are buffers outside the heap.
import GuestABI

/// The buffers of the standard streams.
public enum PortOutput {
  nonisolated(unsafe) static var output = TextBuffer(stream: 1)
  nonisolated(unsafe) static var error = TextBuffer(stream: 2)

  /// Hands everything that is waiting to the host.
  public static func flush() {
    output.flush()
    error.flush()
  }
}

/// Ports and what they are.
enum Port {
  /// Bits of a port's first field (a fixnum).
  enum Trait {
    static let input = 1
    static let output = 2
    static let standardOutput = 4
    static let standardError = 8
  }
  enum Field {
    static let traits = 0
    /// An output string port: room for its text. An input string port: its text.
    static let text = 1
    /// How many characters of it are written, or read.
    static let position = 2
    static let isOpen = 3
  }

  static func make(_ traits: Int, text: Word) -> Word {
    let port = allocateObject(.port, words: 4)
    port.setField(Field.traits, .fixnum(traits))
    port.setField(Field.text, text)
    port.setField(Field.position, .fixnum(0))
    port.setField(Field.isOpen, Constant.true)
    return port
  }

  static func has(_ port: Word, _ trait: Int) -> Bool { port.field(Field.traits).index & trait != 0 }
  static func isOpen(_ port: Word) -> Bool { port.field(Field.isOpen).isTrue }

  /// The port in a root word, made at the first use.
  static func current(_ root: Root, _ traits: Int) -> Word {
    let port = runtimeState.roots[root]
    if port.isKind(.port) { return port }
    let new = make(traits, text: Constant.false)
    runtimeState.roots[root] = new
    return new
  }
  static var currentOutput: Word { current(.currentOutputPort, Trait.output | Trait.standardOutput) }
  static var currentError: Word { current(.currentErrorPort, Trait.output | Trait.standardError) }
  static var currentInput: Word { current(.currentInputPort, Trait.input) }

  /// Calls `body` with a buffer and brings what it appends to an output port. False after raising an error.
  @inline(__always)
  static func write(_ name: StaticString, to port: Word, position: Int, _ body: (inout TextBuffer) -> Void) -> Bool {
    if !port.isKind(.port) || !has(port, Trait.output) {
      _ = raiseWrongType(name, position, "an output port", port)
      return false
    }
    if !isOpen(port) {
      _ = raiseError(.file, name, "the port is closed")
      return false
    }
    if has(port, Trait.standardOutput) {
      body(&PortOutput.output)
    } else if has(port, Trait.standardError) {
      body(&PortOutput.error)
      PortOutput.error.flush()
    } else {
      var text = TextBuffer()
      body(&text)
      let hasRoom = append(text, to: port)
      text.free()
      if !hasRoom {
        _ = raiseError(.outOfMemory, name, "the text of the port is too long")
        return false
      }
    }
    return true
  }

  /// Appends UTF-8 to a string port; false when it is too long.
  private static func append(_ text: TextBuffer, to port: Word) -> Bool {
    var string = port.field(Field.text)
    var count = port.field(Field.position).index
    if stringCount(string) < count + text.count {
      if !Heap.hasRoom(bytes: Int64(count + text.count) * 8 + 64) { return false }
      let larger = makeString(count: (count + text.count) * 2, fill: 32)
      copyMemory(to: stringCharacters(larger), from: stringCharacters(string), bytes: count * 4)
      string = larger
      port.setField(Field.text, larger)
    }
    var at = 0
    while at < text.count {
      let decoded = decodeUTF8(text.base &+ UInt32(at), available: text.count - at)
      setStringElement(string, count, decoded.scalar)
      count += 1
      at += decoded.length
    }
    port.setField(Field.position, .fixnum(count))
    return true
  }

  /// What has been written to a string port.
  static func writtenString(_ port: Word) -> Word {
    let count = port.field(Field.position).index
    let result = makeUninitializedString(count: count)
    copyMemory(to: stringCharacters(result), from: stringCharacters(port.field(Field.text)), bytes: count * 4)
    return result
  }
}
