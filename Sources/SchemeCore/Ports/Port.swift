// Ports (R7RS 6.13). A port is a buffer of bytes, a bytevector, with a position and an end; it may read or write a stream of the host.
// Text is UTF-8 in the buffer whatever the port is for, so string ports, bytevector ports and files differ only in where bytes come from
// when the buffer is empty, and where they go when it is full.
//
// An input port's unread bytes are those from `position` to `end`; an output port's bytes are those below `position`.
import GuestABI

enum Port {
  /// Bits of a port's header, from the second byte on: one comparison tells whether a value is a port with the traits that are wanted.
  enum Trait {
    static let input = 1
    static let output = 2
    static let textual = 4
    static let binary = 8
    static let open = 16
    /// There is a stream of the host.
    static let stream = 32
    /// One of the standard streams, which stay open.
    static let standard = 64
    /// Everything is written at once.
    static let unbuffered = 128
    /// `read` has met `#!fold-case`.
    static let foldsCase = 256

    static func bits(_ traits: Int) -> Word { Word(traits) << 8 }
  }
  enum Field: Int, FieldName {
    case buffer, position, end
    /// The host's number of the stream.
    case stream
    /// The file's name, or #f.
    case name
    /// The line and the column (from 1) of the buffer's first byte; for input ports.
    case line, column
    static var count: Int { column.rawValue + 1 }
  }

  static let streamBufferBytes = 8192

  static func make(_ traits: Int, buffer: Word, end: Int = 0, stream: Int32 = -1, name: Word = Constant.false) -> Word {
    let port = allocateObject(.port, words: Field.count)
    setHeader(port, port.header | Trait.bits(traits | Trait.open))
    port.initializeField(Field.buffer, buffer)
    port.initializeField(Field.position, .fixnum(0))
    port.initializeField(Field.end, .fixnum(end))
    port.initializeField(Field.stream, .fixnum(Int(stream)))
    port.initializeField(Field.name, name)
    port.initializeField(Field.line, .fixnum(1))
    port.initializeField(Field.column, .fixnum(1))
    return port
  }

  static func makeStream(_ traits: Int, _ stream: Int32, name: Word = Constant.false) -> Word {
    // The buffer is made when it is needed.
    make(traits | Trait.stream, buffer: makeBytevector(count: 0, fill: 0), stream: stream, name: name)
  }

  @inline(__always)
  static func has(_ port: Word, _ trait: Int) -> Bool { port.header & Trait.bits(trait) != 0 }
  @inline(__always)
  static func `is`(_ value: Word, _ traits: Int) -> Bool {
    value.isObject && value.header & (Header.kindMask | Trait.bits(traits)) == Header.kindBits(.port) | Trait.bits(traits)
  }
  /// Whether a value is an open port of a direction, with a trait; if not, an error has been raised.
  @inline(__always)
  static func check(_ name: StaticString, _ port: Word, position: Int, _ direction: Int, _ trait: Int) -> Bool {
    if `is`(port, direction | Trait.open | trait) { return true }
    raiseUnusable(name, port, position: position, direction, trait)
    return false
  }
  static func add(_ port: Word, _ trait: Int) {
    setHeader(port, port.header | Trait.bits(trait))
  }
  static func remove(_ port: Word, _ trait: Int) {
    setHeader(port, port.header & ~Trait.bits(trait))
  }
  private static func setHeader(_ port: Word, _ header: Word) { store64(port.address, header) }

  @inline(__always)
  static func position(_ port: Word) -> Int { port.field(Field.position).index }
  @inline(__always)
  static func setPosition(_ port: Word, _ position: Int) { port.setField(Field.position, .fixnum(position)) }
  @inline(__always)
  static func end(_ port: Word) -> Int { port.field(Field.end).index }
  /// The address of byte 0 of the buffer.
  @inline(__always)
  static func bytes(_ port: Word) -> Address { bytevectorBytes(port.field(Field.buffer)) }
  static func capacity(_ port: Word) -> Int { bytevectorCount(port.field(Field.buffer)) }
  static func stream(_ port: Word) -> Int32 { Int32(truncatingIfNeeded: port.field(Field.stream).index) }

  /// Replaces the buffer by one that is at least twice as large and has room for `needed` bytes; false when there is no memory for it.
  static func growBuffer(_ port: Word, needed: Int) -> Bool {
    let old = port.field(Field.buffer)
    let size = max(needed, bytevectorCount(old) * 2)
    if size > 1 << 29 || !Heap.hasRoom(bytes: Int64(size) + 64) { return false }
    let new = makeBytevector(count: size, fill: 0)
    copyMemory(to: bytevectorBytes(new), from: bytevectorBytes(old), bytes: bytevectorCount(old))
    port.setField(Field.buffer, new)
    return true
  }

  // MARK: Current ports

  static var currentInput: Word { current(.currentInputPort) }
  static var currentOutput: Word { current(.currentOutputPort) }
  static var currentError: Word { current(.currentErrorPort) }

  @inline(__always)
  private static func current(_ root: Root) -> Word { parameterValue(parameter(root)) }

  /// The parameter that holds a current port; made, with a standard stream as its value, at the first use.
  @inline(__always)
  static func parameter(_ root: Root) -> Word {
    let parameter = runtimeState.roots[root]
    return parameter.isProcedure ? parameter : makeHolder(root)
  }

  @inline(never)
  private static func makeHolder(_ root: Root) -> Word {
    let port =
      switch root {
      case .currentInputPort: makeStream(Trait.input | Trait.textual | Trait.standard, 0)
      case .currentOutputPort:
        registered(makeStream(Trait.output | Trait.textual | Trait.standard | (PortOutput.isUnbuffered ? Trait.unbuffered : 0), 1))
      default: registered(makeStream(Trait.output | Trait.textual | Trait.standard | Trait.unbuffered, 2))
      }
    let parameter = makeParameter(value: port)
    runtimeState.roots[root] = parameter
    return parameter
  }

  // MARK: Closing

  /// Enters an output port of a stream in the list of those that are written out at the end of the program.
  static func registered(_ port: Word) -> Word {
    let list = runtimeState.roots[.openPorts]
    runtimeState.roots[.openPorts] = cons(port, list.isPair ? list : Constant.null)
    return port
  }

  /// Closes a port for `traits` (input, output or both); false after raising an error. Standard streams stay open, and closing twice is no error.
  static func close(_ name: StaticString, _ port: Word) -> Bool {
    if !has(port, Trait.open) { return true }
    let isWritten = !has(port, Trait.output) || flush(name, port)
    if has(port, Trait.standard) { return isWritten }
    remove(port, Trait.open)
    if !has(port, Trait.stream) { return true }
    port.setField(Field.buffer, makeBytevector(count: 0, fill: 0))
    setPosition(port, 0)
    port.setField(Field.end, .fixnum(0))
    forget(port)
    let failure = hostClose(stream(port))
    if isWritten && failure != 0 {
      _ = HostFiles.raise(name, failure, port.field(Field.name))
      return false
    }
    return isWritten
  }

  /// Takes a port out of the list of open ones.
  private static func forget(_ port: Word) {
    var previous = Constant.null
    var rest = runtimeState.roots[.openPorts]
    while rest.isPair {
      if car(rest) == port {
        if previous.isNull { runtimeState.roots[.openPorts] = cdr(rest) } else { setCdr(previous, cdr(rest)) }
        return
      }
      previous = rest
      rest = cdr(rest)
    }
  }
}

/// What generated code knows of ports.
public enum PortLayout {
  /// Bits of the header, and what they must be.
  public struct Traits {
    public let mask: Word
    public let wanted: Word

    init(with traits: Int, without others: Int = 0) {
      mask = Header.kindMask | Port.Trait.bits(traits | others)
      wanted = Header.kindBits(.port) | Port.Trait.bits(traits)
    }
  }
  public static var openTextualInput: Traits { Traits(with: Port.Trait.input | Port.Trait.textual | Port.Trait.open) }
  public static var openTextualOutput: Traits {
    Traits(with: Port.Trait.output | Port.Trait.textual | Port.Trait.open, without: Port.Trait.unbuffered)
  }

  /// Sees to it that the parameter of a current port is there, in its root word.
  public static func makeParameter(_ root: Root) { _ = Port.parameter(root) }

  // Fields. Position and end are fixnums, so that storing them needs no card.
  public static var buffer: Int { Port.Field.buffer.rawValue }
  public static var position: Int { Port.Field.position.rawValue }
  public static var end: Int { Port.Field.end.rawValue }
}
