// The flags and enumerations of WASI preview 1, by their binary values.

/// An address in the guest's memory.
typealias GuestPointer = UInt32
/// A number by which the guest knows an open file.
typealias GuestDescriptor = UInt32

/// What may be done with a descriptor. Path rights concern what is found by a path that starts at the descriptor.
struct Rights: OptionSet, GuestArgument {
  let rawValue: UInt64

  static let fdDatasync = Rights(rawValue: 1 << 0)
  static let fdRead = Rights(rawValue: 1 << 1)
  static let fdSeek = Rights(rawValue: 1 << 2)
  static let fdFdstatSetFlags = Rights(rawValue: 1 << 3)
  static let fdSync = Rights(rawValue: 1 << 4)
  static let fdTell = Rights(rawValue: 1 << 5)
  static let fdWrite = Rights(rawValue: 1 << 6)
  static let fdAdvise = Rights(rawValue: 1 << 7)
  static let fdAllocate = Rights(rawValue: 1 << 8)
  static let pathCreateDirectory = Rights(rawValue: 1 << 9)
  static let pathCreateFile = Rights(rawValue: 1 << 10)
  static let pathLinkSource = Rights(rawValue: 1 << 11)
  static let pathLinkTarget = Rights(rawValue: 1 << 12)
  static let pathOpen = Rights(rawValue: 1 << 13)
  static let fdReaddir = Rights(rawValue: 1 << 14)
  static let pathReadlink = Rights(rawValue: 1 << 15)
  static let pathRenameSource = Rights(rawValue: 1 << 16)
  static let pathRenameTarget = Rights(rawValue: 1 << 17)
  static let pathFilestatGet = Rights(rawValue: 1 << 18)
  static let pathFilestatSetSize = Rights(rawValue: 1 << 19)
  static let pathFilestatSetTimes = Rights(rawValue: 1 << 20)
  static let fdFilestatGet = Rights(rawValue: 1 << 21)
  static let fdFilestatSetSize = Rights(rawValue: 1 << 22)
  static let fdFilestatSetTimes = Rights(rawValue: 1 << 23)
  static let pathSymlink = Rights(rawValue: 1 << 24)
  static let pathRemoveDirectory = Rights(rawValue: 1 << 25)
  static let pathUnlinkFile = Rights(rawValue: 1 << 26)
  static let pollFdReadwrite = Rights(rawValue: 1 << 27)
  static let sockShutdown = Rights(rawValue: 1 << 28)
  static let sockAccept = Rights(rawValue: 1 << 29)

  static let all = Rights(rawValue: (1 << 30) - 1)
  /// What only a file that was opened for reading can do.
  static let reading: Rights = [.fdRead, .fdReaddir]
  /// What only a file that was opened for writing can do.
  static let writing: Rights = [.fdWrite, .fdAllocate, .fdFilestatSetSize]
  /// What changes files or directories.
  static let changing: Rights = writing.union([
    .fdFilestatSetTimes, .pathCreateDirectory, .pathCreateFile, .pathLinkSource, .pathLinkTarget, .pathRenameSource, .pathRenameTarget,
    .pathFilestatSetSize, .pathFilestatSetTimes, .pathSymlink, .pathRemoveDirectory, .pathUnlinkFile,
  ])
  /// What concerns the content of a file, which directories have in another form.
  static let content: Rights = [.fdRead, .fdWrite, .fdSeek, .fdTell, .fdAdvise, .fdAllocate, .fdFilestatSetSize]

  static var parts: [ArgumentPart] { [.number64] }

  /// Unknown rights are kept, so that nobody can seem to have been granted them.
  init(from decoder: inout ArgumentDecoder) { self.init(rawValue: decoder.number64()) }

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The rights that mean something for a file of a type.
  static func applicable(to type: FileType) -> Rights {
    let any: Rights = [.fdFdstatSetFlags, .fdFilestatGet, .fdFilestatSetTimes, .pollFdReadwrite]
    let stream = any.union([.fdRead, .fdWrite, .fdSync, .fdDatasync])
    switch type {
    case .regularFile, .blockDevice, .characterDevice:
      return stream.union([.fdSeek, .fdTell, .fdAdvise, .fdAllocate, .fdFilestatSetSize])
    case .directory:
      return any.union([
        .fdReaddir, .fdSync, .fdDatasync, .pathOpen, .pathCreateFile, .pathCreateDirectory, .pathLinkSource, .pathLinkTarget,
        .pathReadlink, .pathRenameSource, .pathRenameTarget, .pathFilestatGet, .pathFilestatSetSize, .pathFilestatSetTimes,
        .pathSymlink, .pathRemoveDirectory, .pathUnlinkFile,
      ])
    case .datagramSocket, .streamSocket: return stream.union([.sockShutdown, .sockAccept])
    case .unknown, .symbolicLink: return stream
    }
  }
}

/// What a file is. Pipes are `unknown`: preview 1 has no word for them.
enum FileType: UInt8 {
  case unknown, blockDevice, characterDevice, directory, regularFile, datagramSocket, streamSocket, symbolicLink
}

/// How a descriptor behaves.
struct DescriptorFlags: GuestFlags {
  let rawValue: UInt16

  static let append = DescriptorFlags(rawValue: 1 << 0)
  static let dataSync = DescriptorFlags(rawValue: 1 << 1)
  static let nonblocking = DescriptorFlags(rawValue: 1 << 2)
  static let readSync = DescriptorFlags(rawValue: 1 << 3)
  static let sync = DescriptorFlags(rawValue: 1 << 4)
  static let all = DescriptorFlags(rawValue: 31)
}

/// How a path is followed.
struct LookupFlags: GuestFlags {
  let rawValue: UInt32

  /// Links at its end are followed, too.
  static let followsLinks = LookupFlags(rawValue: 1 << 0)
  static let all: LookupFlags = [.followsLinks]
}

/// How `path_open` opens.
struct OpenFlags: GuestFlags {
  let rawValue: UInt16

  static let create = OpenFlags(rawValue: 1 << 0)
  static let directory = OpenFlags(rawValue: 1 << 1)
  static let exclusive = OpenFlags(rawValue: 1 << 2)
  static let truncate = OpenFlags(rawValue: 1 << 3)
  static let all = OpenFlags(rawValue: 15)
}

/// Which times `*_set_times` sets, and whether to the present.
struct TimeFlags: GuestFlags {
  let rawValue: UInt16

  static let access = TimeFlags(rawValue: 1 << 0)
  static let accessNow = TimeFlags(rawValue: 1 << 1)
  static let modification = TimeFlags(rawValue: 1 << 2)
  static let modificationNow = TimeFlags(rawValue: 1 << 3)
  static let all = TimeFlags(rawValue: 15)
}

/// What an offset is relative to.
enum Whence: UInt8, GuestCase {
  case start, current, end

  /// In the older snapshot, the beginning was the last of the three.
  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let number = decoder.number32()
    guard let raw = UInt8(exactly: number), raw < 3 else { throw .invalid }
    self = Whence(rawValue: decoder.call.snapshot == .unstable ? (raw + 1) % 3 : raw)!
  }
}

enum Advice: UInt8, GuestCase { case normal, sequential, random, willNeed, dontNeed, noReuse }

enum Clock: UInt32, GuestCase { case realtime, monotonic, processTime, threadTime }

enum EventType: UInt8 { case clock, read, write }

/// What `sock_recv` does besides.
struct ReceiveFlags: GuestFlags {
  let rawValue: UInt16

  /// The message stays where it is.
  static let peek = ReceiveFlags(rawValue: 1 << 0)
  /// Waits until all buffers are full.
  static let waitForAll = ReceiveFlags(rawValue: 1 << 1)
  static let all: ReceiveFlags = [.peek, .waitForAll]
}

/// There are none.
struct SendFlags: GuestFlags {
  let rawValue: UInt16

  static let all: SendFlags = []
}

/// Which directions of a connection are closed.
struct ShutdownFlags: GuestFlags {
  let rawValue: UInt8

  static let reading = ShutdownFlags(rawValue: 1 << 0)
  static let writing = ShutdownFlags(rawValue: 1 << 1)
  static let all: ShutdownFlags = [.reading, .writing]
}
