// The REPL on a terminal: prompts, editing, history, completion, Ctrl-C and Ctrl-D.

import Foundation
import Testing

@Suite(.serialized) final class TerminalREPLTests {
  private let home: URL

  init() throws { home = try Place.temporaryFolder() }
  deinit { try? FileManager.default.removeItem(at: home) }

  private func start(_ options: String...) throws -> PseudoTerminal {
    try PseudoTerminal([Place.latch] + options, environment: ["XDG_STATE_HOME": home.path, "TERM": "xterm", "INPUTRC": "/dev/null"])
  }

  @Test func promptsEvaluatesAndLeavesAtTheEnd() throws {
    let terminal = try start()
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(* 6 7)\r")
    #expect(terminal.waits(for: "\n42\r\n"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func asksForMoreWhileParenthesesAreOpen() throws {
    let terminal = try start()
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(+ 1\r")
    #expect(terminal.waits(for: "...> "), "\(terminal.screen)")
    terminal.type("99)\r")
    #expect(terminal.waits(for: "\n100\r\n"), "\(terminal.screen)")
  }

  @Test func ctrlCWhileEditingGivesUpTheLine() throws {
    let terminal = try start()
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(car (cdr ")
    #expect(terminal.waits(for: "(car (cdr "))
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "latch> "), "\(terminal.screen)")
    terminal.type("(+ 1 1)\r")
    #expect(terminal.waits(for: "\n2\r\n"), "\(terminal.screen)")
  }

  @Test func ctrlCGivesUpUnfinishedLines() throws {
    let terminal = try start()
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(car\r")
    #expect(terminal.waits(for: "...> "))
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "latch> "), "\(terminal.screen)")
    terminal.type("(+ 1 1)\r")
    #expect(terminal.waits(for: "\n2\r\n"), "\(terminal.screen)")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func ctrlCStopsARunningProgram(_ jit: String) throws {
    let terminal = try start("--jit", jit)
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(begin (display \"run\" ) (newline) (let loop ((i 0)) (loop (+ i 1))))\r")
    Thread.sleep(forTimeInterval: 0.5)
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "nterrupted"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(+ 40 4)\r")
    #expect(terminal.waits(for: "\n44\r\n"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func completesBoundNames() throws {
    let terminal = try start()
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(define xylophone-count 76)\r")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(+ xylo\t 1)\r")
    #expect(terminal.waits(for: "\n77\r\n"), "\(terminal.screen)")
  }

  @Test func keepsTheHistoryAcrossRuns() throws {
    let first = try start()
    #expect(first.waits(for: "latch> "))
    first.type("(+ 1234\r")
    #expect(first.waits(for: "...> "))
    first.type("1)\r")
    #expect(first.waits(for: "\n1235\r\n"), "\(first.screen)")
    first.type(":quit\r")
    #expect(first.exitCode() == 0)
    let second = try start()
    #expect(second.waits(for: "latch> "))
    second.type("\u{1B}[A\u{1B}[A\r")
    #expect(second.waits(for: "\n1235\r\n"), "\(second.screen)")
  }
}
