// proc_raise. (proc_exit, which never returns, is in the table.)

extension SystemCall {
  /// A signal that would end a process ends the program; those that are ignored unless handled do nothing. There is no stopping.
  func procRaise(_ signal: UInt32) throws {
    // In the order of WASI, which is that of Linux.
    switch signal {
    case 0, 16, 17, 22, 27: return
    case 18...21: throw Errno.notSupported
    case 1...30: throw WASIExit(code: 128 + signal)
    default: throw Errno.invalid
    }
  }
}
