// Lines from a terminal in a build without readline (LATCH_NO_READLINE, Package.swift): what the terminal itself can edit, without history and completion.

import SchemeHost

final class LineEditor {
  private let lines = PipeLines(longest: 1 << 20)

  init(complete: @escaping (String, String) -> Completion) {}

  func readLine(prompt: String) -> LineInput {
    try? Terminal.write(prompt)
    EditingSignals.begin()
    defer { EditingSignals.end() }
    while true {
      switch lines.hasLine ? .ready : EditingSignals.wait(for: System.standardInput) {
      case .ready:
        guard let line = try? lines.next() else { return .closed }
        if case .end = line { try? Terminal.write("\n") }
        // Ctrl-D ends an entry, not the terminal.
        lines.forgetEnd()
        return line
      case .interrupted:
        try? Terminal.write("^C\n")
        return .interrupted
      case .suspended:
        EditingSignals.suspend()
        try? Terminal.write(prompt)
      case .continued, .changed: break
      case .closed: return .closed
      }
    }
  }

  func remember(_ entry: String) {}
}
