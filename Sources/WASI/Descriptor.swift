// Open files of the guest: the host's descriptor, the rights that come with it, and the table that the guest's numbers index.

import WasmEngine

/// A file that the guest has open. Closes the host's descriptor at its end if it owns it.
final class Descriptor {
  let host: Int32
  let type: FileType
  var rights: Rights
  /// The rights that files opened by a path from here may have at most.
  var inheriting: Rights
  /// What a file of its kind can be used for at all.
  private let possible: Rights
  /// The path by which the guest knows the directory, for those that are open from the start.
  let preopenedAs: [UInt8]?
  /// The position of reading a directory.
  var stream: DirectoryStream?
  private let isOwned: Bool
  /// Whether reading the host's descriptor waits for data.
  private var blocksInHost = false
  /// Whether it waits for the guest, if the descriptor is shared: setting it in the host would change it for others.
  private var blocksForGuest: Bool?

  /// Of the rights, the descriptor gets those that a file of its kind can have.
  init(
    host: Int32, type: FileType, rights: Rights, inheriting: Rights = [], preopenedAs: [UInt8]? = nil, isOwned: Bool = true,
    possible: Rights? = nil
  ) {
    self.host = host
    self.type = type
    self.possible = possible ?? .applicable(to: type)
    self.rights = rights.intersection(self.possible)
    self.inheriting = inheriting
    self.preopenedAs = preopenedAs
    self.isOwned = isOwned
  }

  /// A descriptor of the host, used as it is and left open; nil if it is not open.
  convenience init?(inherited host: Int32) {
    let flags = fcntl(host, F_GETFL)
    var information = stat()
    guard flags >= 0, fstat(host, &information) == 0 else { return nil }
    let type = FileType(information, of: host)
    var rights = Rights.all
    switch flags & O_ACCMODE {
    case O_RDONLY: rights.subtract(.writing)
    case O_WRONLY: rights.subtract(.reading)
    default: break
    }
    var possible = Rights.applicable(to: type)
    // By these, the C library tells a terminal from other devices.
    if type == .characterDevice && isatty(host) == 1 { possible.subtract([.fdSeek, .fdTell]) }
    self.init(host: host, type: type, rights: rights, isOwned: false, possible: possible)
    blocksInHost = flags & O_NONBLOCK == 0
    blocksForGuest = blocksInHost
  }

  deinit { if isOwned { close(host) } }

  /// Throws unless the guest has some rights: `notCapable` for those that it could have, else why no file of this kind can do it.
  func require(_ needed: Rights, else impossible: Errno = .invalidSeek) throws(Errno) {
    if rights.isSuperset(of: needed) { return }
    if possible.isSuperset(of: needed) { throw .notCapable }
    throw type == .directory && !needed.isDisjoint(with: .content) ? .isDirectory : impossible
  }

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

  /// Sets what can be set while a file is open: whether it blocks and, if it is the guest's alone, whether it is appended to.
  func setFlags(_ flags: DescriptorFlags) throws(Errno) {
    let changeable: DescriptorFlags = isOwned ? [.append, .nonblocking] : .nonblocking
    guard try self.flags.symmetricDifference(flags).isSubset(of: changeable) else { throw .notSupported }
    guard isOwned else { return blocksForGuest = !flags.contains(.nonblocking) }
    var host = fcntl(host, F_GETFL) & ~(O_APPEND | O_NONBLOCK)
    if flags.contains(.append) { host |= O_APPEND }
    if flags.contains(.nonblocking) { host |= O_NONBLOCK }
    guard fcntl(self.host, F_SETFL, host) == 0 else { throw .ofLastCall }
  }

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

  var information: stat {
    get throws(Errno) {
      var information = stat()
      guard fstat(host, &information) == 0 else { throw .ofLastCall }
      return information
    }
  }
}

/// The guest's numbers and what they mean.
struct DescriptorTable {
  private var slots: [Descriptor?] = []

  subscript(_ number: GuestDescriptor) -> Descriptor? {
    get { Int(number) < slots.count ? slots[Int(number)] : nil }
    set { slots[Int(number)] = newValue }
  }

  /// Adds one under the number after the highest.
  mutating func append(_ descriptor: Descriptor?) { slots.append(descriptor) }

  /// Adds one under the lowest number that is free.
  mutating func add(_ descriptor: Descriptor) -> GuestDescriptor {
    if let free = slots.firstIndex(where: { $0 == nil }) {
      slots[free] = descriptor
      return GuestDescriptor(free)
    }
    slots.append(descriptor)
    return GuestDescriptor(slots.count - 1)
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
