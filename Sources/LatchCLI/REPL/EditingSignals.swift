// The signals that come while a line is edited: they are held back but for the wait for a key, which they end. Ctrl-C gives up the line (Interrupts.swift); Ctrl-Z
// leaves the terminal as it was found and stops the process; when the process is continued the line is shown again.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Plain memory, written by the one thread that the handlers interrupt.
nonisolated(unsafe) private var isSuspensionWanted = false
nonisolated(unsafe) private var isContinued = false

enum EditingSignals {
  enum Wait {
    case ready
    /// Ctrl-C.
    case interrupted
    /// Ctrl-Z: `suspend` is to be called when the terminal is in order.
    case suspended
    /// The process was stopped by others, and goes on.
    case continued
    /// The window may have changed its size.
    case changed
    case closed
  }

  static func begin() {
    Interrupts.handle(SIGTSTP, { _ in isSuspensionWanted = true }, flags: 0)
    Interrupts.handle(SIGCONT, { _ in isContinued = true }, flags: 0)
  }

  /// While a program runs, Ctrl-Z simply stops the process.
  static func end() {
    signal(SIGTSTP, SIG_DFL)
    signal(SIGCONT, SIG_DFL)
  }

  /// Waits until there is something to read, or for a signal.
  static func wait(for descriptor: Int32) -> Wait {
    var held = sigset_t()
    var old = sigset_t()
    sigemptyset(&held)
    for signal in [SIGINT, SIGTSTP, SIGCONT] { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, &old)
    defer { sigprocmask(SIG_SETMASK, &old, nil) }
    if let signal = takeSignal() { return signal }
    var descriptors = fd_set()
    withUnsafeMutableBytes(of: &descriptors) { $0[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8) }
    let count = pselect(descriptor + 1, &descriptors, nil, nil, nil, &old)
    if count > 0 { return .ready }
    guard count < 0 && errno == EINTR else { return .closed }
    return takeSignal() ?? .changed
  }

  private static func takeSignal() -> Wait? {
    if Interrupts.takePending() { return .interrupted }
    if isSuspensionWanted { return .suspended }
    guard isContinued else { return nil }
    isContinued = false
    return .continued
  }

  /// Stops the process until it is continued.
  static func suspend() {
    isSuspensionWanted = false
    signal(SIGTSTP, SIG_DFL)
    raise(SIGTSTP)
    begin()
    isContinued = false
  }
}
