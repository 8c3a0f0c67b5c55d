// The calls and fields whose names are Linux's own.

#if os(Linux)
  import OpenBeneath

  enum HostSystem {
    /// How to open a directory merely to start paths at it.
    static let openDirectoryHandle = latch_open_as_place | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    static let dataSync = O_DSYNC
    static let readSync = O_RSYNC
    static let datagram = Int32(SOCK_DGRAM.rawValue)
    static let peek = Int32(MSG_PEEK)
    static let waitForAll = Int32(MSG_WAITALL)
    static let isCutOff = Int32(MSG_TRUNC)
    static let withoutSignal = Int32(MSG_NOSIGNAL)

    typealias DirectoryStreamPointer = OpaquePointer

    static func accessTime(_ information: stat) -> timespec { information.st_atim }
    static func modificationTime(_ information: stat) -> timespec { information.st_mtim }
    static func changeTime(_ information: stat) -> timespec { information.st_ctim }

    /// As the C functions, but returning the error number.
    static func syncData(_ descriptor: Int32) -> Int32 { fdatasync(descriptor) == 0 ? 0 : errno }

    static func allocate(_ descriptor: Int32, _ offset: off_t, _ count: off_t) -> Int32 {
      posix_fallocate(descriptor, offset, count)
    }

    static func advise(_ descriptor: Int32, _ offset: off_t, _ count: off_t, _ advice: Advice) -> Int32 {
      let number =
        switch advice {
        case .normal: POSIX_FADV_NORMAL
        case .sequential: POSIX_FADV_SEQUENTIAL
        case .random: POSIX_FADV_RANDOM
        case .willNeed: POSIX_FADV_WILLNEED
        case .dontNeed: POSIX_FADV_DONTNEED
        case .noReuse: POSIX_FADV_NOREUSE
        }
      return posix_fadvise(descriptor, offset, count, number)
    }

    static func shutDown(_ descriptor: Int32, reading: Bool, writing: Bool) -> Int32 {
      shutdown(descriptor, Int32(reading ? (writing ? SHUT_RDWR : SHUT_RD) : SHUT_WR))
    }
  }
#endif
