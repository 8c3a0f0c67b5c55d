// The host's files and environment, as far as it lets the program reach them.
import GuestABI

public enum HostFiles {
  /// All bytes of a file; nil if it cannot be read, after raising a file error in the name of `procedure`, or when it has given up (LongWork.swift).
  public static func read(_ procedure: StaticString, path: [UInt8]) -> [UInt8]? {
    var text = TextBuffer()
    for byte in path { text.append(byte) }
    let name = text.makeString()
    text.free()
    guard let stream = open(procedure, name, OpenMode.read) else { return nil }
    defer { _ = hostClose(stream) }
    let page = PageAllocator.allocate(pages: 1, use: PageUse.scratch)
    defer { if page != 0 { PageAllocator.free(page, pages: 1) } }
    // The array doubles, and its owner copies it.
    var content: [UInt8] = []
    while page != 0 && Heap.hasRoom(bytes: Int64(content.count) * 4 + Int64(pageSize) * 2) {
      guard let count = read(procedure, stream, page, pageSize, name) else { return nil }
      if count == 0 { return content }
      content.append(contentsOf: UnsafeRawBufferPointer(start: pointer(page), count: count))
    }
    _ = raiseError(.outOfMemory, procedure, "out of memory for the file", irritants: list(name))
    return nil
  }

  /// Reads from a stream until there is something, or nothing more; how many bytes, or nil as for a whole file.
  static func read(_ procedure: StaticString, _ stream: Int32, _ target: Address, _ capacity: Int, _ name: Word) -> Int? {
    while true {
      let count = hostRead(stream, target, Int32(capacity))
      if count >= 0 { return Int(count) }
      if -count != HostError.interrupted.rawValue {
        _ = raise(procedure, -count, name)
        return nil
      }
      if LongWork.shouldStop() { return nil }
    }
  }

  /// Opens a file, which takes long for a pipe that nobody has at its other end; its stream, or nil as for a whole file.
  static func open(_ procedure: StaticString, _ name: Word, _ mode: Int32) -> Int32? {
    while true {
      let stream = withPath(name) { hostOpen($0, $1, mode) }
      if stream >= 0 { return stream }
      if -stream != HostError.interrupted.rawValue {
        _ = raise(procedure, -stream, name)
        return nil
      }
      if LongWork.shouldStop() { return nil }
    }
  }

  static func exists(_ name: Word) -> Bool { withPath(name) { hostExists($0, $1) } == 1 }

  /// Whether the host refuses to say anything of a file, be there one or not.
  static func isOutOfReach(_ name: Word) -> Bool {
    let stream = withPath(name) { hostOpen($0, $1, OpenMode.read) }
    if stream >= 0 { _ = hostClose(stream) }
    return stream == -HostError.notPermitted.rawValue
  }

  /// Deletes a file; false after raising an error.
  static func delete(_ procedure: StaticString, _ name: Word) -> Bool {
    let failure = withPath(name) { hostDelete($0, $1) }
    if failure == 0 { return true }
    _ = raise(procedure, failure, name)
    return false
  }

  private static func withPath(_ name: Word, _ body: (Address, Int32) -> Int32) -> Int32 {
    var text = TextBuffer()
    text.append(string: name)
    let result = body(text.base, Int32(text.count))
    text.free()
    return result
  }

  /// The value of an environment variable as UTF-8; nil if there is none. An empty name: see `GuestImport.environment`.
  static func environment(_ name: Word) -> TextBuffer? {
    var text = TextBuffer()
    text.append(string: name)
    defer { text.free() }
    var room = TextBuffer()
    if !room.reserve(4096) { return nil }
    while true {
      let length = Int(hostEnvironment(text.base, Int32(text.count), room.base, Int32(room.capacity)))
      if length < 0 {
        room.free()
        return nil
      }
      if length <= room.capacity {
        room.setCount(length)
        return room
      }
      if !room.reserve(length) {
        room.free()
        return nil
      }
    }
  }

  /// Raises a file error: `open-input-file: no such file: "x"`.
  static func raise(_ procedure: StaticString, _ error: Int32, _ name: Word) -> Word {
    let irritants = name.isString ? list(name) : Constant.null
    return raiseError(.file, procedure, explanation(HostError(rawValue: error) ?? .other, named: name.isString), irritants: irritants)
  }

  private static func explanation(_ error: HostError, named: Bool) -> StaticString {
    switch error {
    case .noSuchFile: "no such file:"
    case .permissionDenied: "permission denied:"
    case .notPermitted: "the program may not reach this file:"
    case .isDirectory: "it is a directory:"
    case .notDirectory: "a part of the path is not a directory:"
    case .tooManyOpenFiles: "too many open files:"
    case .noSpace: named ? "no space left on the device:" : "no space left on the device"
    case .brokenPipe: named ? "nobody reads it any more:" : "nobody reads it any more"
    case .badName: "this cannot be the name of a file:"
    case .interrupted: "interrupted"
    case .other: named ? "input or output failed:" : "input or output failed"
    }
  }
}
