// A bar that shows how far long work has got: on a terminal only, and only once it has taken a while. It stands on the last line of the standard error, and goes before
// anything else is written.

import SchemeHost

final class Progress {
  private let count: Int
  private let isShown: Bool
  private let start = monotonicNanoseconds()
  private var isThere = false
  /// Work that is done before that shows no bar.
  private static let patience: UInt64 = 300_000_000
  private static let width = 20
  /// It changes no more often than that.
  private static let interval: UInt64 = 50_000_000
  private var last: UInt64 = 0

  /// Work in so many steps.
  init(count: Int) {
    self.count = count
    isShown = count > 1 && Style.hasCursor(on: System.standardError)
  }

  deinit { clear() }

  /// So many steps are done; the next one is about something.
  func show(_ done: Int, _ what: String) {
    guard isShown else { return }
    let now = monotonicNanoseconds()
    guard now - start >= Self.patience, now - last >= Self.interval else { return }
    last = now
    let filled = Self.width * done / max(count, 1)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
    let line = "\(bar) \(done)/\(count) \(what)"
    let width = System.width(of: System.standardError) ?? 80
    Terminal.complain("\r\u{1B}[K" + line.prefix(max(10, width - 1)))
    isThere = true
  }

  /// Takes the bar away.
  func clear() {
    if isThere { Terminal.complain("\r\u{1B}[K") }
    isThere = false
  }
}
