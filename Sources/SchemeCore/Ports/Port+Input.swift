// Reading from ports.
import GuestABI

extension Port {
  /// What looking for more input came to.
  enum Supply {
    case more, atEnd
    /// An error has been raised.
    case failed
  }

  /// Whether a value is an open input port with the trait; if not, an error has been raised.
  @inline(__always)
  static func checkInput(_ name: StaticString, _ port: Word, position: Int, _ trait: Int) -> Bool {
    check(name, port, position: position, Trait.input, trait)
  }

  /// Gets more bytes from the host after those that are unread.
  @inline(never)
  static func fill(_ name: StaticString, _ port: Word) -> Supply {
    if !has(port, Trait.stream) { return .atEnd }
    discardRead(port)
    if end(port) == capacity(port) && !growBuffer(port, needed: streamBufferBytes) {
      _ = raiseError(.outOfMemory, name, "the datum is too long for the memory")
      return .failed
    }
    if has(port, Trait.standard) { flushStandardOutput() }
    while true {
      let count = hostRead(stream(port), bytes(port) &+ UInt32(end(port)), Int32(capacity(port) - end(port)))
      if count > 0 {
        port.setField(Field.end, .fixnum(end(port) + Int(count)))
        return .more
      }
      if count == 0 { return .atEnd }
      if -count != HostError.interrupted.rawValue {
        _ = HostFiles.raise(name, -count, port.field(Field.name))
        return .failed
      }
      if checkInterrupt(in: Func(0)) { return .failed }
    }
  }

  /// Moves the unread bytes to the buffer's front.
  private static func discardRead(_ port: Word) {
    let (start, stop) = (position(port), end(port))
    if start == 0 { return }
    let place = place(of: start, in: port)
    port.setField(Field.line, .fixnum(place.line))
    port.setField(Field.column, .fixnum(place.column))
    copyMemory(to: bytes(port), from: bytes(port) &+ UInt32(start), bytes: stop - start)
    setPosition(port, 0)
    port.setField(Field.end, .fixnum(stop - start))
  }

  /// The line and column of a byte of the buffer.
  static func place(of index: Int, in port: Word) -> (line: Int, column: Int) {
    var line = port.field(Field.line).index
    var column = port.field(Field.column).index
    let base = bytes(port)
    for at in 0..<UInt32(index) {
      let byte = load8(base &+ at)
      // A return counts by itself unless a newline follows.
      if byte == 10 || byte == 13 && !(Int(at) + 1 < end(port) && load8(base &+ at &+ 1) == 10) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// How many bytes are unread, having tried to make them at least `wanted`; -1 after raising an error.
  @inline(__always)
  static func available(_ name: StaticString, _ port: Word, wanted: Int) -> Int {
    while end(port) - position(port) < wanted {
      switch fill(name, port) {
      case .more: continue
      case .atEnd: return end(port) - position(port)
      case .failed: return -1
      }
    }
    return end(port) - position(port)
  }

  // MARK: Bytes and characters

  /// The next byte, or the end-of-file object; `unwind` after raising an error.
  static func nextByte(_ name: StaticString, _ port: Word, advances: Bool) -> Word {
    switch available(name, port, wanted: 1) {
    case -1: return Constant.unwind
    case 0: return Constant.eof
    default:
      let at = position(port)
      if advances { setPosition(port, at + 1) }
      return .fixnum(Int(load8(bytes(port) &+ UInt32(at))))
    }
  }

  /// The next character, or the end-of-file object; `unwind` after raising an error. Malformed UTF-8 reads as U+FFFD.
  static func nextCharacter(_ name: StaticString, _ port: Word, advances: Bool) -> Word {
    var count = available(name, port, wanted: 1)
    if count <= 0 { return count == 0 ? Constant.eof : Constant.unwind }
    let first = load8(bytes(port) &+ UInt32(position(port)))
    if first < 0x80 {
      if advances { setPosition(port, position(port) + 1) }
      return .character(UInt32(first))
    }
    count = available(name, port, wanted: first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4)
    if count < 0 { return Constant.unwind }
    let decoded = decodeUTF8(bytes(port) &+ UInt32(position(port)), available: count)
    if advances { setPosition(port, position(port) + decoded.length) }
    return .character(decoded.scalar)
  }

  /// A string of up to `limit` characters; `unwind` after raising an error.
  static func readString(_ name: StaticString, _ port: Word, limit: Int) -> Word {
    if limit == 0 { return makeString("") }
    var characters = 0
    var length = 0
    while characters < limit {
      let count = available(name, port, wanted: length + 1)
      if count < 0 { return Constant.unwind }
      if count <= length { break }
      let first = load8(bytes(port) &+ UInt32(position(port) + length))
      if first < 0x80 {
        length += 1
      } else {
        let more = available(name, port, wanted: length + 4)
        if more < 0 { return Constant.unwind }
        length += decodeUTF8(bytes(port) &+ UInt32(position(port) + length), available: more - length).length
      }
      characters += 1
    }
    return length == 0 ? Constant.eof : takeString(name, port, length)
  }

  /// The text up to the end of the line, which is passed: a newline, a return, or both. `unwind` after raising an error.
  static func readLine(_ name: StaticString, _ port: Word) -> Word {
    var length = 0
    while true {
      let count = available(name, port, wanted: length + 1)
      if count < 0 { return Constant.unwind }
      if count <= length { return length == 0 ? Constant.eof : takeString(name, port, length) }
      let start = bytes(port) &+ UInt32(position(port))
      while length < count {
        let byte = load8(start &+ UInt32(length))
        if byte == 10 || byte == 13 { return takeLine(name, port, length, byte) }
        length += 1
      }
    }
  }

  private static func takeLine(_ name: StaticString, _ port: Word, _ length: Int, _ ending: UInt8) -> Word {
    var passed = length + 1
    if ending == 13 {
      let count = available(name, port, wanted: length + 2)
      if count < 0 { return Constant.unwind }
      if count >= length + 2 && load8(bytes(port) &+ UInt32(position(port) + length + 1)) == 10 { passed += 1 }
    }
    let string = takeString(name, port, length)
    if string != Constant.unwind { setPosition(port, position(port) + passed - length) }
    return string
  }

  /// The next bytes as a string.
  private static func takeString(_ name: StaticString, _ port: Word, _ length: Int) -> Word {
    if !hasRoom(name, count: Int64(length), elementBytes: 4) { return Constant.unwind }
    let string = makeStringFromUTF8(bytes(port) &+ UInt32(position(port)), count: length)
    setPosition(port, position(port) + length)
    return string
  }

  /// Reads up to `count` bytes to an address; how many, or -1 after raising an error.
  static func readBytes(_ name: StaticString, _ port: Word, to target: (Int) -> Address, count: Int) -> Int {
    var done = 0
    while done < count {
      let unread = available(name, port, wanted: 1)
      if unread < 0 { return -1 }
      if unread == 0 { break }
      let piece = min(unread, count - done)
      copyMemory(to: target(done), from: bytes(port) &+ UInt32(position(port)), bytes: piece)
      setPosition(port, position(port) + piece)
      done += piece
    }
    return done
  }

  /// Whether there is input that can be had without waiting (the end counts).
  static func isReady(_ port: Word) -> Bool {
    position(port) < end(port) || !has(port, Trait.stream) || hostReady(stream(port)) != 0
  }

  // MARK: Data

  /// The next datum, or the end-of-file object; `unwind` after raising an error. A text that ends too early is tried again with more of it, and so is one
  /// whose last token might go on.
  static func readDatum(_ name: StaticString, _ port: Word) -> Word {
    var isWhole = !has(port, Trait.stream)
    while true {
      let count = end(port) - position(port)
      let start = pointer(bytes(port) &+ UInt32(position(port))).assumingMemoryBound(to: UInt8.self)
      let text = UnsafeBufferPointer(start: UnsafePointer(start), count: count)
      var reader = Reader(data: text)
      reader.foldsCase = has(port, Trait.foldsCase)
      do throws(ReadError) {
        let datum = try reader.next()
        if LongWork.isAbandoned { return LongWork.unwind() }
        if isWhole || (datum != nil && (reader.at < count || Self.endsItself(text))) {
          setPosition(port, position(port) + reader.at)
          if reader.foldsCase != has(port, Trait.foldsCase) {
            if reader.foldsCase { add(port, Trait.foldsCase) } else { remove(port, Trait.foldsCase) }
          }
          return datum ?? Constant.eof
        }
      } catch {
        if LongWork.isAbandoned { return LongWork.unwind() }
        // A token ends in its line, so one at the end of a whole line is complete.
        if isWhole || (!error.isIncomplete && text[count - 1] == 10) { return raise(error, passing: reader.at, name, port) }
      }
      // All that is there, up to as much again: else a long text from a pipe would be read once for each piece.
      repeat {
        switch fill(name, port) {
        case .more: break
        case .atEnd: isWhole = true
        case .failed: return Constant.unwind
        }
      } while !isWhole && end(port) - position(port) < 2 * count && isReadyToFill(port)
    }
  }

  private static func isReadyToFill(_ port: Word) -> Bool { hostReady(stream(port)) != 0 }

  /// Whether no character after the text could belong to the datum that ends there.
  private static func endsItself(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch text[text.count - 1] {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "\""): true
    default: false
    }
  }

  /// Raises a read error with its place; what was read of the bad datum is passed.
  private static func raise(_ error: ReadError, passing bytes: Int, _ name: StaticString, _ port: Word) -> Word {
    let start = place(of: position(port), in: port)
    let line = start.line + error.line - 1
    let column = error.line == 1 ? start.column + error.column - 1 : error.column
    setPosition(port, min(end(port), position(port) + max(bytes, 1)))
    var text = TextBuffer()
    text.append(name)
    text.append(": ")
    text.append(error.message)
    let file = port.field(Field.name)
    if file.isString {
      text.append(", at ")
      text.append(string: file)
      text.append(UInt8(ascii: ":"))
      text.append(decimal: line)
      text.append(UInt8(ascii: ":"))
    } else {
      text.append(", at line ")
      text.append(decimal: line)
      text.append(", column ")
    }
    text.append(decimal: column)
    let message = text.makeString()
    text.free()
    if LongWork.isAbandoned { return LongWork.unwind() }
    return raiseError(.read, message: message, irritants: Constant.null)
  }
}
