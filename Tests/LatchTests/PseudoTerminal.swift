// A child process on a terminal of its own, driven as a user would: type, wait for what appears.

import Foundation
import Testing

final class PseudoTerminal {
  private let master: Int32
  private let process: pid_t
  /// Whether the process's end has been waited for.
  private var hasEnded = false
  /// Everything that has appeared.
  private(set) var screen = ""
  private var seen = 0
  /// POSIX_SPAWN_SETSID, which the importer leaves out.
  private static let spawnInNewSession: Int16 = 0x80

  init(_ command: [String], environment: [String: String], columns: UInt16 = 80) throws {
    var master: Int32 = -1
    var child: Int32 = -1
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &child, &name, nil, &size) == 0 else { throw POSIXError(.ENXIO) }
    close(child)
    self.master = master
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Opened by the leader of a new session, the terminal becomes its controlling terminal.
    posix_spawn_file_actions_addopen(&actions, 0, &name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    posix_spawn_file_actions_addclose(&actions, master)
    var attributes = freshSignals(flags: Self.spawnInNewSession)
    defer { posix_spawnattr_destroy(&attributes) }
    var variables = ProcessInfo.processInfo.environment
    for (key, value) in environment { variables[key] = value }
    var arguments = strings(command)
    var settings = strings(variables.map { "\($0.key)=\($0.value)" })
    defer { for pointer in arguments + settings { free(pointer) } }
    var process = pid_t()
    let failure = posix_spawn(&process, command[0], &actions, &attributes, &arguments, &settings)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
    self.process = process
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      // Not to leave a zombie: the testing library waits for any child, and would find this one again and again.
      while waitpid(process, nil, 0) < 0 && errno == EINTR {}
    }
    close(master)
  }

  func type(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// Waits until the text appears after what was waited for before. Returns whether it did.
  func waits(for text: String, seconds: Double = 15) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while true {
      let unseen = screen.utf8.dropFirst(seen)
      if let range = String(unseen)?.range(of: text) {
        let string = String(unseen) ?? ""
        seen += string.utf8.distance(from: string.startIndex, to: range.upperBound)
        return true
      }
      guard Date() < end, readMore(until: end) else { return false }
    }
  }

  /// Expects the text to appear.
  func shows(_ text: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(waits(for: text), "\(text): \(screen)", sourceLocation: location)
  }

  /// Types, and expects something to appear.
  func type(_ text: String, shows shown: String, _ location: SourceLocation = #_sourceLocation) {
    type(text)
    shows(shown, location)
  }

  /// Types a line, or several, into a dialogue, and expects something to appear, if it says what, and then the prompt, or that of a debug level.
  func enter(_ typed: String, _ shown: String = "", level: Int = 0, _ location: SourceLocation = #_sourceLocation) {
    type(typed + "\r")
    if !shown.isEmpty { shows(shown, location) }
    shows(level == 0 ? "latch> " : "[\(level)] latch> ", location)
  }

  /// Enters lines after each of which nothing is expected but the prompt.
  func define(_ lines: String..., location: SourceLocation = #_sourceLocation) {
    for line in lines { enter(line, "", location) }
  }

  /// Enters what is given first in each of the pairs, and expects what is given second.
  func enter(_ entries: [(typed: String, shown: String)], level: Int = 0, _ location: SourceLocation = #_sourceLocation) {
    for (typed, shown) in entries { enter(typed, shown, level: level, location) }
  }

  private func readMore(until end: Date) -> Bool {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let wait = Int32(max(1, end.timeIntervalSinceNow * 1000))
    guard poll(&descriptor, 1, wait) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    screen += String(decoding: buffer[..<count], as: UTF8.self)
    // That pasting is to be marked is nothing that appears.
    for sequence in ["\u{1B}[?2004h", "\u{1B}[?2004l\r"] where screen.contains(sequence) { screen = screen.replacing(sequence, with: "") }
    return true
  }

  /// Waits for the end of the process; its exit code, or nil if it was killed or does not end.
  func exitCode(seconds: Double = 20) -> Int32? {
    let end = Date().addingTimeInterval(seconds)
    var status: Int32 = 0
    while Date() < end {
      if waitpid(process, &status, WNOHANG) == process {
        hasEnded = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
      }
      var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, 20) > 0, !readMore(until: end) { usleep(20_000) }
    }
    return nil
  }
}

/// A REPL that has shown its prompt, with a home of its own for its history.
func startDialogue(_ options: [String] = [], home: URL, columns: UInt16 = 80, colours: Bool = false) throws -> PseudoTerminal {
  let terminal = try PseudoTerminal(
    [Place.latch] + options,
    environment: ["XDG_STATE_HOME": home.path, "TERM": "xterm", "INPUTRC": "/dev/null", "NO_COLOR": colours ? "" : "1"], columns: columns)
  terminal.shows("latch> ")
  return terminal
}
