// The calls and fields whose names are Darwin's own.

#if canImport(Darwin)
  enum HostSystem {
    /// How to open a directory merely to start paths at it.
    static let openDirectoryHandle = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    static let dataSync = O_DSYNC
    static let readSync = O_SYNC
    static let datagram = SOCK_DGRAM
    static let peek = MSG_PEEK
    static let waitForAll = MSG_WAITALL
    static let isCutOff = MSG_TRUNC
    /// Signals of broken connections are ignored by the process or not at all.
    static let withoutSignal: Int32 = 0

    typealias DirectoryStreamPointer = UnsafeMutablePointer<DIR>

    static func accessTime(_ information: stat) -> timespec { information.st_atimespec }
    static func modificationTime(_ information: stat) -> timespec { information.st_mtimespec }
    static func changeTime(_ information: stat) -> timespec { information.st_ctimespec }

    /// As the C functions, but returning the error number.
    static func syncData(_ descriptor: Int32) -> Int32 { fsync(descriptor) == 0 ? 0 : errno }

    static func allocate(_ descriptor: Int32, _ offset: off_t, _ count: off_t) -> Int32 {
      var information = stat()
      guard fstat(descriptor, &information) == 0 else { return errno }
      let (end, isTooLarge) = offset.addingReportingOverflow(count)
      if isTooLarge || offset < 0 || count <= 0 { return EINVAL }
      return end <= information.st_size || ftruncate(descriptor, end) == 0 ? 0 : errno
    }

    /// There is nothing to advise.
    static func advise(_ descriptor: Int32, _ offset: off_t, _ count: off_t, _ advice: Advice) -> Int32 { 0 }

    static func shutDown(_ descriptor: Int32, reading: Bool, writing: Bool) -> Int32 {
      shutdown(descriptor, reading ? (writing ? SHUT_RDWR : SHUT_RD) : SHUT_WR)
    }
  }
#endif
