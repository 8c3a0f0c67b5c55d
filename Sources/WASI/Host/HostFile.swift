// Files of the host: its descriptor, and what the host does with it.

import OpenBeneath
import WasmEngine

/// An open file of the host. Closes the host's descriptor at its end if it owns it.
class HostFile: FileObject {
  let host: Int32
  let type: FileType
  let isTerminal: Bool
  private let isOwned: Bool
  /// Of the rights that a file can have, those for which it was opened.
  private(set) var openedFor = Rights.all
  /// Whether reading the host's descriptor waits for data.
  private var blocksInHost = false
  /// Whether it waits for the guest, if the descriptor is shared: setting it in the host would change it for others.
  private var blocksForGuest: Bool?

  /// Takes over a descriptor.
  init(owning host: Int32, type: FileType) {
    self.host = host
    self.type = type
    isTerminal = type == .characterDevice && isatty(host) == 1
    isOwned = true
  }

  /// A descriptor that stays open; nil if it is not.
  init?(inherited host: Int32) {
    let flags = fcntl(host, F_GETFL)
    var information = stat()
    guard flags >= 0, fstat(host, &information) == 0 else { return nil }
    self.host = host
    type = FileType(information, of: host)
    isTerminal = type == .characterDevice && isatty(host) == 1
    isOwned = false
    switch flags & O_ACCMODE {
    case O_RDONLY: openedFor.subtract(.writing)
    case O_WRONLY: openedFor.subtract(.reading)
    default: break
    }
    blocksInHost = flags & O_NONBLOCK == 0
    blocksForGuest = blocksInHost
  }

  deinit { if isOwned { close(host) } }

  /// A descriptor that stays open, as what it is.
  static func inherited(_ host: Int32) -> HostFile? {
    var information = stat()
    guard fstat(host, &information) == 0 else { return nil }
    return FileType(information) == .directory ? HostDirectory(inherited: host) : HostFile(inherited: host)
  }

  var directory: (any DirectoryObject)? { nil }

  // MARK: Flags, identity, times

  var flags: DescriptorFlags {
    get throws(Errno) {
      let host = fcntl(host, F_GETFL)
      guard host >= 0 else { throw .ofLastCall }
      var flags: DescriptorFlags = []
      if host & O_APPEND != 0 { flags.insert(.append) }
      if blocksForGuest.map(!) ?? (host & O_NONBLOCK != 0) { flags.insert(.nonblocking) }
      if host & HostSystem.dataSync == HostSystem.dataSync { flags.insert(.dataSync) }
      if host & O_SYNC == O_SYNC { flags.formUnion([.sync, .readSync]) }
      return flags
    }
  }

  /// Sets whether it blocks and, if it is the guest's alone, whether it is appended to.
  func setFlags(_ flags: DescriptorFlags) throws(Errno) {
    let changeable: DescriptorFlags = isOwned ? [.append, .nonblocking] : .nonblocking
    guard try self.flags.symmetricDifference(flags).isSubset(of: changeable) else { throw .notSupported }
    guard isOwned else { return blocksForGuest = !flags.contains(.nonblocking) }
    var host = fcntl(host, F_GETFL) & ~(O_APPEND | O_NONBLOCK)
    if flags.contains(.append) { host |= O_APPEND }
    if flags.contains(.nonblocking) { host |= O_NONBLOCK }
    guard fcntl(self.host, F_SETFL, host) == 0 else { throw .ofLastCall }
  }

  var status: FileStatus {
    get throws(Errno) {
      var information = stat()
      guard fstat(host, &information) == 0 else { throw .ofLastCall }
      return FileStatus(information, type)
    }
  }

  func setTimes(_ times: FileTimes) throws(Errno) {
    guard futimens(host, times.ofHost) == 0 else { throw .ofLastCall }
  }

  func sync(dataOnly: Bool) throws(Errno) {
    if dataOnly { return try succeed(HostSystem.syncData(host)) }
    _ = try checked { fsync(host) }
  }

  // MARK: Content

  func read(_ buffers: [iovec]) throws(Errno) -> Int {
    try wait(for: Int32(POLLIN))
    return try checked { readv(host, buffers, Int32(buffers.count)) }
  }

  func write(_ buffers: [iovec]) throws(Errno) -> Int {
    try wait(for: Int32(POLLOUT))
    return try checked { writev(host, buffers, Int32(buffers.count)) }
  }

  func read(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int {
    try checked { preadv(host, buffers, Int32(buffers.count), off_t(offset)) }
  }

  func write(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int {
    try checked { pwritev(host, buffers, Int32(buffers.count), off_t(offset)) }
  }

  func seek(_ offset: Int64, _ whence: Whence) throws(Errno) -> UInt64 {
    let origin =
      switch whence {
      case .start: SEEK_SET
      case .current: SEEK_CUR
      case .end: SEEK_END
      }
    return UInt64(try checked { lseek(host, off_t(offset), origin) })
  }

  func advise(_ offset: Int, _ count: Int, _ advice: Advice) throws(Errno) {
    try succeed(HostSystem.advise(host, off_t(offset), off_t(count), advice))
  }

  func allocate(_ offset: Int, _ count: Int) throws(Errno) { try succeed(HostSystem.allocate(host, off_t(offset), off_t(count))) }

  func setSize(_ size: Int) throws(Errno) { _ = try checked { ftruncate(host, off_t(size)) } }

  // MARK: Waiting

  var readiness: Readiness { .askHost(host) }

  /// To be called before a call of the host that may wait. A descriptor that does not block for the guest alone throws `tryAgain` in place of
  /// waiting. Other descriptors that were passed on are waited for here: `Engine.interrupt` ends this wait, but not one in the host's call.
  func wait(for events: Int32) throws(Errno) {
    guard let blocksForGuest, type != .regularFile, type != .directory else { return }
    if blocksForGuest && blocksInHost && events != Int32(POLLIN) { return }
    var request = pollfd(fd: host, events: Int16(events), revents: 0)
    let count = InterruptHandle.poll(&request, count: 1, milliseconds: blocksForGuest ? -1 : 0)
    if count < 0 { throw .ofLastCall }
    if count == 0 { throw .tryAgain }
  }

  /// How many bytes can be read at once.
  var available: UInt64 {
    if type == .regularFile {
      guard let size = try? status.size, let position = try? seek(0, .current) else { return 0 }
      return size - min(size, position)
    }
    var count: Int32 = 0
    return ioctl(host, UInt(FIONREAD), &count) == 0 ? UInt64(max(0, count)) : 0
  }
}

/// Calls the host; throws what it says when it returns a negative number.
func checked<Number: SignedInteger>(_ call: () -> Number) throws(Errno) -> Number {
  let result = call()
  guard result >= 0 else { throw .ofLastCall }
  return result
}

/// For calls of the host that return an error number.
private func succeed(_ number: Int32) throws(Errno) {
  if number != 0 { throw Errno(host: number) }
}

extension FileStatus {
  /// Of what the host says. The type is better known where the file is open.
  init(_ information: stat, _ type: FileType? = nil) {
    self.init(
      device: UInt64(truncatingIfNeeded: information.st_dev), inode: UInt64(information.st_ino), type: type ?? FileType(information),
      links: UInt64(information.st_nlink), size: UInt64(information.st_size), accessTime: HostSystem.accessTime(information).nanoseconds,
      modificationTime: HostSystem.modificationTime(information).nanoseconds, changeTime: HostSystem.changeTime(information).nanoseconds)
  }
}

extension FileTimes {
  /// Both times as the host wants them.
  var ofHost: [timespec] { [access.ofHost, modification.ofHost] }
}

extension FileTimes.Change {
  fileprivate var ofHost: timespec {
    switch self {
    case .set(let nanoseconds): timespec(nanoseconds: nanoseconds)
    case .setToNow: timespec(tv_sec: 0, tv_nsec: latch_time_now)
    case .keep: timespec(tv_sec: 0, tv_nsec: latch_time_omit)
    }
  }
}

extension FileType {
  /// The type of a file by its mode. For a socket the open descriptor says which kind it is.
  init(_ information: stat, of descriptor: Int32? = nil) {
    switch information.st_mode & S_IFMT {
    case S_IFREG: self = .regularFile
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symbolicLink
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    case S_IFSOCK:
      var kind: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      let isKnown = descriptor.map { getsockopt($0, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 } ?? false
      self = isKnown && kind == HostSystem.datagram ? .datagramSocket : .streamSocket
    default: self = .unknown
    }
  }
}
