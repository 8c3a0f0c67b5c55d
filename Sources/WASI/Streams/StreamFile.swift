// Standard descriptors that are no files of the host. They are what pipes are for the program: without positions, of type `unknown` or, if they are to be
// taken for a terminal, character devices.

import Synchronization

/// What is common to both directions.
class StreamFile: FileObject {
  let type: FileType
  let isTerminal: Bool
  private let inode = FileNumbers.next()
  private(set) var flags: DescriptorFlags = []
  private var accessTime, modificationTime: UInt64

  fileprivate init(isTerminal: Bool) {
    type = isTerminal ? .characterDevice : .unknown
    self.isTerminal = isTerminal
    accessTime = (try? Clock.realtime.now) ?? 0
    modificationTime = accessTime
  }

  var directory: (any DirectoryObject)? { nil }

  /// Not to block is accepted: whether to wait is the closure's affair.
  func setFlags(_ flags: DescriptorFlags) throws(Errno) {
    guard flags.isSubset(of: .nonblocking) else { throw .notSupported }
    self.flags = flags
  }

  var status: FileStatus {
    FileStatus(
      device: FileNumbers.streams, inode: inode, type: type, links: 1, size: 0, accessTime: accessTime, modificationTime: modificationTime,
      changeTime: modificationTime)
  }

  func setTimes(_ times: FileTimes) throws(Errno) {
    accessTime = try times.access.applied(to: accessTime)
    modificationTime = try times.modification.applied(to: modificationTime)
  }

  /// As of pipes.
  func sync(dataOnly: Bool) throws(Errno) { throw .invalid }

  func read(_ buffers: [iovec]) throws -> Int { throw Errno.badDescriptor }
  func write(_ buffers: [iovec]) throws -> Int { throw Errno.badDescriptor }
  func read(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int { throw .invalidSeek }
  func write(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int { throw .invalidSeek }
  func seek(_ offset: Int64, _ whence: Whence) throws(Errno) -> UInt64 { throw .invalidSeek }
  func advise(_ offset: Int, _ count: Int, _ advice: Advice) throws(Errno) { throw .invalidSeek }
  func allocate(_ offset: Int, _ count: Int) throws(Errno) { throw .invalidSeek }
  func setSize(_ size: Int) throws(Errno) { throw .invalid }

  var readiness: Readiness { .always(available: 0) }

  /// So many bytes are read or written through one buffer where the program has several.
  fileprivate static let gathered = 65536
}

/// Bytes, and then the end.
final class BytesFile: StreamFile {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    super.init(isTerminal: false)
  }

  override func read(_ buffers: [iovec]) -> Int {
    let start = position
    for buffer in buffers.lazy.map(\.bytes) {
      let count = min(buffer.count, bytes.count - position)
      buffer.copyBytes(from: bytes[position..<position + count])
      position += count
    }
    return position - start
  }

  override var readiness: Readiness { .always(available: UInt64(bytes.count - position)) }
}

/// What a closure gives.
final class ClosureInputFile: StreamFile {
  private let closure: (UnsafeMutableRawBufferPointer) throws -> Int

  init(isTerminal: Bool, _ closure: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
    self.closure = closure
    super.init(isTerminal: isTerminal)
  }

  override func read(_ buffers: [iovec]) throws -> Int {
    let buffers = buffers.filter { $0.iov_len > 0 }
    if buffers.count <= 1 { return try buffers.first.map { try ask($0.bytes) } ?? 0 }
    // The first one is often very small, with the C library's own buffer after it.
    let size = buffers.reduce(0) { min(StreamFile.gathered, $0 + $1.bytes.count) }
    return try withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { gathered in
      gathered.initializeMemory(as: UInt8.self, repeating: 0)
      let count = try ask(gathered)
      var rest = UnsafeRawBufferPointer(rebasing: gathered[..<count])
      for buffer in buffers.lazy.map(\.bytes) {
        let part = rest.prefix(buffer.count)
        buffer.copyBytes(from: part)
        rest = UnsafeRawBufferPointer(rebasing: rest[part.endIndex...])
      }
      return count
    }
  }

  private func ask(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try closure(buffer)
    guard (0...buffer.count).contains(count) else {
      throw StreamError(description: "the closure for standard input says that it has written \(count) bytes to a buffer of \(buffer.count)")
    }
    return count
  }

  /// Nobody knows; something, perhaps.
  override var readiness: Readiness { .always(available: 1) }
}

/// Gives what is written to a closure.
final class OutputFile: StreamFile {
  /// Returns how much of it was written.
  private let closure: (UnsafeRawBufferPointer) throws -> Int

  init(isTerminal: Bool = false, _ closure: @escaping (UnsafeRawBufferPointer) throws -> Int) {
    self.closure = closure
    super.init(isTerminal: isTerminal)
  }

  override func write(_ buffers: [iovec]) throws -> Int {
    let buffers = buffers.filter { $0.iov_len > 0 }
    let size = buffers.reduce(0) { $0 + $1.bytes.count }
    if buffers.count > 1 && size <= StreamFile.gathered { return try closure(gathering: buffers, size) }
    var written = 0
    for buffer in buffers.lazy.map(\.bytes) {
      do {
        let count = try closure(UnsafeRawBufferPointer(buffer))
        written += count
        if count < buffer.count { break }
      } catch is Errno where written > 0 {
        // What went before went through; the next write fails.
        break
      }
    }
    return written
  }

  private func closure(gathering buffers: [iovec], _ size: Int) throws -> Int {
    try withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { gathered in
      var position = 0
      for buffer in buffers.lazy.map(\.bytes) {
        UnsafeMutableRawBufferPointer(rebasing: gathered[position...]).copyMemory(from: UnsafeRawBufferPointer(buffer))
        position += buffer.count
      }
      return try closure(UnsafeRawBufferPointer(gathered))
    }
  }
}

extension iovec {
  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: iov_base, count: Int(iov_len)) }
}

/// Device and file numbers that no file of the host has, so that no two files of a program have the same.
enum FileNumbers {
  /// Larger than the host's devices.
  static let streams: UInt64 = 1 << 32
  private static let last = Atomic<UInt64>(1 << 32)

  /// One that nothing else in this process has.
  static func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension FileTimes.Change {
  /// A time after the change.
  func applied(to time: UInt64) throws(Errno) -> UInt64 {
    switch self {
    case .keep: time
    case .setToNow: try Clock.realtime.now
    case .set(let nanoseconds): nanoseconds
    }
  }
}

extension StandardInput {
  /// What is open; nil for nothing.
  var descriptor: Descriptor? {
    switch source {
    case .closed: nil
    case .descriptor(let host): Descriptor(inherited: host)
    case .bytes(let bytes): Descriptor(BytesFile(bytes), rights: .all.subtracting(.writing))
    case .closure(let isTerminal, let read): Descriptor(ClosureInputFile(isTerminal: isTerminal, read), rights: .all.subtracting(.writing))
    }
  }
}

extension StandardOutput {
  /// What is open; nil for nothing.
  var descriptor: Descriptor? {
    let rights = Rights.all.subtracting(.reading)
    switch target {
    case .closed: return nil
    case .descriptor(let host): return Descriptor(inherited: host)
    case .discarded: return Descriptor(OutputFile { $0.count }, rights: rights)
    case .collected(let output): return Descriptor(OutputFile { try output.append($0) }, rights: rights)
    case .closure(let isTerminal, let write):
      let file = OutputFile(isTerminal: isTerminal) { bytes in
        try write(bytes)
        return bytes.count
      }
      return Descriptor(file, rights: rights)
    }
  }
}
