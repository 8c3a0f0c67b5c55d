// The host's files and environment, as far as it lets the program reach them.
import GuestABI

public enum HostFiles {
  /// All bytes of a file; nil if it cannot be read, after raising a file error in the name of `procedure`.
  public static func read(_ procedure: StaticString, path: [UInt8]) -> [UInt8]? {
    var text = TextBuffer()
    for byte in path { text.append(byte) }
    let name = text.makeString()
    text.free()
    guard let stream = open(procedure, name, OpenMode.read) else { return nil }
    let bytes = PageAllocator.allocate(pages: 1, use: PageUse.permanent)
    if bytes == 0 { abortRuntime("no memory for a page") }
    var content: [UInt8] = []
    var count = hostRead(stream, bytes, Int32(pageSize))
    while count > 0 {
      content.append(contentsOf: UnsafeRawBufferPointer(start: pointer(bytes), count: Int(count)))
      count = hostRead(stream, bytes, Int32(pageSize))
    }
    PageAllocator.free(bytes, pages: 1)
    _ = hostClose(stream)
    if count == 0 { return content }
    _ = raise(procedure, -count, name)
    return nil
  }

  /// Opens a file; its stream, or nil after raising an error.
  static func open(_ procedure: StaticString, _ name: Word, _ mode: Int32) -> Int32? {
    let stream = withPath(name) { hostOpen($0, $1, mode) }
    if stream >= 0 { return stream }
    _ = raise(procedure, -stream, name)
    return nil
  }

  static func exists(_ name: Word) -> Bool { withPath(name) { hostExists($0, $1) } == 1 }

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
    room.reserve(4096)
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
      room.reserve(length)
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
