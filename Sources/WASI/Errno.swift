// Error numbers of WASI preview 1, in the order of their values, and what they are called by the host.

/// Why a system call failed (WASI preview 1, `errno`).
///
/// ```swift
/// do {
///   _ = try files.read("none")
/// } catch {
///   print(error.reason == Errno.noEntry)       // true
/// }
/// ```
public enum Errno: UInt16, Error, Sendable {
  /// No error.
  case success = 0
  /// `E2BIG`: too many arguments.
  case tooBig
  /// `EACCES`: permission denied.
  case accessDenied
  /// `EADDRINUSE`: address in use.
  case addressInUse
  /// `EADDRNOTAVAIL`: address not available.
  case addressNotAvailable
  /// `EAFNOSUPPORT`: address family not supported.
  case addressFamilyNotSupported
  /// `EAGAIN`: nothing to read or no room to write now.
  case tryAgain
  /// `EALREADY`: the connection is being made already.
  case alreadyInProgress
  /// `EBADF`: no such descriptor, or not open for this.
  case badDescriptor
  /// `EBADMSG`: bad message.
  case badMessage
  /// `EBUSY`: in use.
  case busy
  /// `ECANCELED`: canceled.
  case canceled
  /// `ECHILD`: no child process.
  case noChild
  /// `ECONNABORTED`: connection aborted.
  case connectionAborted
  /// `ECONNREFUSED`: connection refused.
  case connectionRefused
  /// `ECONNRESET`: connection reset.
  case connectionReset
  /// `EDEADLK`: it would wait for itself.
  case deadlock
  /// `EDESTADDRREQ`: a destination is needed.
  case destinationRequired
  /// `EDOM`: argument out of the function's domain.
  case outOfDomain
  /// `EDQUOT`: the quota is used up.
  case overQuota
  /// `EEXIST`: it exists.
  case exists
  /// `EFAULT`: an address outside of the program's memory.
  case fault
  /// `EFBIG`: the file would be too large.
  case fileTooBig
  /// `EHOSTUNREACH`: host unreachable.
  case hostUnreachable
  /// `EIDRM`: identifier removed.
  case identifierRemoved
  /// `EILSEQ`: bytes that are not valid UTF-8.
  case illegalSequence
  /// `EINPROGRESS`: in progress.
  case inProgress
  /// `EINTR`: interrupted.
  case interrupted
  /// `EINVAL`: an argument that is not valid.
  case invalid
  /// `EIO`: the device failed.
  case inputOutput
  /// `EISCONN`: connected already.
  case isConnected
  /// `EISDIR`: it is a directory.
  case isDirectory
  /// `ELOOP`: too many symbolic links.
  case tooManyLinks
  /// `EMFILE`: too many open files.
  case tooManyOpenFiles
  /// `EMLINK`: too many hard links.
  case tooManyHardLinks
  /// `EMSGSIZE`: message too long.
  case messageTooLong
  /// `EMULTIHOP`: multihop attempted.
  case multihop
  /// `ENAMETOOLONG`: name too long.
  case nameTooLong
  /// `ENETDOWN`: network down.
  case networkDown
  /// `ENETRESET`: connection aborted by the network.
  case networkReset
  /// `ENETUNREACH`: network unreachable.
  case networkUnreachable
  /// `ENFILE`: too many open files in the system.
  case tooManyFilesInSystem
  /// `ENOBUFS`: no buffer space.
  case noBufferSpace
  /// `ENODEV`: no such device.
  case noDevice
  /// `ENOENT`: no such file or directory.
  case noEntry
  /// `ENOEXEC`: not executable.
  case notExecutable
  /// `ENOLCK`: no locks left.
  case noLocks
  /// `ENOLINK`: link severed.
  case linkSevered
  /// `ENOMEM`: not enough memory.
  case noMemory
  /// `ENOMSG`: no message of that type.
  case noMessage
  /// `ENOPROTOOPT`: protocol without that option.
  case noProtocolOption
  /// `ENOSPC`: no space left on the device.
  case noSpace
  /// `ENOSYS`: the host does not have this function.
  case notImplemented
  /// `ENOTCONN`: not connected.
  case notConnected
  /// `ENOTDIR`: it is no directory, or a symbolic link where a directory should be.
  case notDirectory
  /// `ENOTEMPTY`: directory not empty.
  case notEmpty
  /// `ENOTRECOVERABLE`: state not recoverable.
  case notRecoverable
  /// `ENOTSOCK`: it is no socket.
  case notSocket
  /// `ENOTSUP`: not supported.
  case notSupported
  /// `ENOTTY`: it is no terminal.
  case notTerminal
  /// `ENXIO`: no such device or address.
  case noSuchDevice
  /// `EOVERFLOW`: value too large.
  case overflow
  /// `EOWNERDEAD`: the previous owner died.
  case ownerDead
  /// `EPERM`: not permitted.
  case notPermitted
  /// `EPIPE`: nobody reads the pipe.
  case brokenPipe
  /// `EPROTO`: protocol error.
  case protocolError
  /// `EPROTONOSUPPORT`: protocol not supported.
  case protocolNotSupported
  /// `EPROTOTYPE`: wrong protocol type for the socket.
  case wrongProtocolType
  /// `ERANGE`: result out of range.
  case outOfRange
  /// `EROFS`: read-only file system.
  case readOnly
  /// `ESPIPE`: it has no position.
  case invalidSeek
  /// `ESRCH`: no such process.
  case noProcess
  /// `ESTALE`: stale handle.
  case stale
  /// `ETIMEDOUT`: timed out.
  case timedOut
  /// `ETXTBSY`: the program's file is in use.
  case textBusy
  /// `EXDEV`: a link to another device.
  case crossDevice
  /// The descriptor lacks the right (WASI's own).
  case notCapable

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
