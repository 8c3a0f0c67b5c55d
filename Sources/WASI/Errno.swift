// Error numbers of WASI preview 1, in the order of their values, and what they are called by the host.

/// Why a system call failed (WASI preview 1, `errno`).
public enum Errno: UInt16, Error, Sendable {
  case success = 0
  case tooBig, accessDenied, addressInUse, addressNotAvailable, addressFamilyNotSupported, tryAgain, alreadyInProgress
  case badDescriptor, badMessage, busy, canceled, noChild, connectionAborted, connectionRefused, connectionReset
  case deadlock, destinationRequired, outOfDomain, overQuota, exists, fault, fileTooBig, hostUnreachable
  case identifierRemoved, illegalSequence, inProgress, interrupted, invalid, inputOutput, isConnected, isDirectory
  case tooManyLinks, tooManyOpenFiles, tooManyHardLinks, messageTooLong, multihop, nameTooLong, networkDown, networkReset
  case networkUnreachable, tooManyFilesInSystem, noBufferSpace, noDevice, noEntry, notExecutable, noLocks, linkSevered
  case noMemory, noMessage, noProtocolOption, noSpace, notImplemented, notConnected, notDirectory, notEmpty
  case notRecoverable, notSocket, notSupported, notTerminal, noSuchDevice, overflow, ownerDead, notPermitted
  case brokenPipe, protocolError, protocolNotSupported, wrongProtocolType, outOfRange, readOnly, invalidSeek, noProcess
  case stale, timedOut, textBusy, crossDevice, notCapable

  /// The WASI number for one of the host's; `inputOutput` for those that WASI has no name for.
  init(host number: Int32) { self = Errno.ofHost[number] ?? .inputOutput }

  /// What the last failing call of the host says.
  static var ofLastCall: Errno { Errno(host: errno) }

  private static let ofHost: [Int32: Errno] = [
    E2BIG: .tooBig, EACCES: .accessDenied, EADDRINUSE: .addressInUse, EADDRNOTAVAIL: .addressNotAvailable,
    EAFNOSUPPORT: .addressFamilyNotSupported, EAGAIN: .tryAgain, EALREADY: .alreadyInProgress, EBADF: .badDescriptor,
    EBADMSG: .badMessage, EBUSY: .busy, ECANCELED: .canceled, ECHILD: .noChild, ECONNABORTED: .connectionAborted,
    ECONNREFUSED: .connectionRefused, ECONNRESET: .connectionReset, EDEADLK: .deadlock, EDESTADDRREQ: .destinationRequired,
    EDOM: .outOfDomain, EDQUOT: .overQuota, EEXIST: .exists, EFAULT: .fault, EFBIG: .fileTooBig,
    EHOSTUNREACH: .hostUnreachable, EIDRM: .identifierRemoved, EILSEQ: .illegalSequence, EINPROGRESS: .inProgress,
    EINTR: .interrupted, EINVAL: .invalid, EIO: .inputOutput, EISCONN: .isConnected, EISDIR: .isDirectory,
    ELOOP: .tooManyLinks, EMFILE: .tooManyOpenFiles, EMLINK: .tooManyHardLinks, EMSGSIZE: .messageTooLong,
    EMULTIHOP: .multihop, ENAMETOOLONG: .nameTooLong, ENETDOWN: .networkDown, ENETRESET: .networkReset,
    ENETUNREACH: .networkUnreachable, ENFILE: .tooManyFilesInSystem, ENOBUFS: .noBufferSpace, ENODEV: .noDevice,
    ENOENT: .noEntry, ENOEXEC: .notExecutable, ENOLCK: .noLocks, ENOLINK: .linkSevered, ENOMEM: .noMemory,
    ENOMSG: .noMessage, ENOPROTOOPT: .noProtocolOption, ENOSPC: .noSpace, ENOSYS: .notImplemented,
    ENOTCONN: .notConnected, ENOTDIR: .notDirectory, ENOTEMPTY: .notEmpty, ENOTRECOVERABLE: .notRecoverable,
    ENOTSOCK: .notSocket, ENOTSUP: .notSupported, ENOTTY: .notTerminal, ENXIO: .noSuchDevice, EOVERFLOW: .overflow,
    EOWNERDEAD: .ownerDead, EPERM: .notPermitted, EPIPE: .brokenPipe, EPROTO: .protocolError,
    EPROTONOSUPPORT: .protocolNotSupported, EPROTOTYPE: .wrongProtocolType, ERANGE: .outOfRange, EROFS: .readOnly,
    ESPIPE: .invalidSeek, ESRCH: .noProcess, ESTALE: .stale, ETIMEDOUT: .timedOut, ETXTBSY: .textBusy,
    EXDEV: .crossDevice,
  ]
}
