// A child process on a terminal of its own, driven as a user would: type, wait for what appears.

import Foundation

final class PseudoTerminal {
  private let master: Int32
  private let process: pid_t
  /// Everything that has appeared.
  private(set) var screen = ""
  private var seen = 0

  init(_ command: [String], environment: [String: String]) throws {
    master = posix_openpt(O_RDWR | O_NOCTTY)
    guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master) else {
      throw POSIXError(.ENXIO)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Opened by the leader of a new session, the terminal becomes its controlling terminal.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    posix_spawn_file_actions_addclose(&actions, master)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSID))
    var variables = ProcessInfo.processInfo.environment
    for (key, value) in environment { variables[key] = value }
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in arguments + settings { free(pointer) } }
    var process = pid_t()
    let failure = posix_spawn(&process, command[0], &actions, &attributes, &arguments, &settings)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
    self.process = process
  }

  deinit {
    kill(process, SIGKILL)
    close(master)
  }

  func type(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// Waits until the text appears after what was waited for before. Returns whether it did.
  func waits(for text: String, seconds: Double = 20) -> Bool {
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

  private func readMore(until end: Date) -> Bool {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let wait = Int32(max(1, end.timeIntervalSinceNow * 1000))
    guard poll(&descriptor, 1, wait) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    screen += String(decoding: buffer[..<count], as: UTF8.self)
    return true
  }

  /// Waits for the end of the process; its exit code, or nil if it was killed or does not end.
  func exitCode(seconds: Double = 20) -> Int32? {
    let end = Date().addingTimeInterval(seconds)
    var status: Int32 = 0
    while Date() < end {
      if waitpid(process, &status, WNOHANG) == process { return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil }
      var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, 20) > 0, !readMore(until: end) { usleep(20_000) }
    }
    return nil
  }
}
