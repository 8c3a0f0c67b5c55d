// The REPL on a terminal: prompts, editing, history, completion, Ctrl-C and Ctrl-D.

import Foundation
import Testing

@Suite(.serialized) final class TerminalREPLTests {
  private let home: URL

  init() throws { home = try Place.temporaryFolder() }
  deinit { try? FileManager.default.removeItem(at: home) }

  /// A REPL that has shown its prompt.
  private func start(_ options: String..., colours: Bool = false) throws -> PseudoTerminal {
    try startDialogue(options, home: home, colours: colours)
  }

  @Test func promptsEvaluatesAndLeavesAtTheEnd() throws {
    let terminal = try start()
    terminal.type("(* 6 7)\r")
    #expect(terminal.waits(for: " = 42\r\n"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func asksForMoreWhileParenthesesAreOpen() throws {
    let terminal = try start()
    terminal.type("(+ 1\r")
    #expect(terminal.waits(for: "...> "), "\(terminal.screen)")
    terminal.type("99)\r")
    #expect(terminal.waits(for: " = 100\r\n"), "\(terminal.screen)")
  }

  @Test func ctrlCWhileEditingGivesUpTheLine() throws {
    let terminal = try start()
    terminal.type("(car (cdr ")
    #expect(terminal.waits(for: "(car (cdr "))
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "latch> "), "\(terminal.screen)")
    terminal.type("(+ 1 1)\r")
    #expect(terminal.waits(for: " = 2\r\n"), "\(terminal.screen)")
  }

  @Test func ctrlCGivesUpUnfinishedLines() throws {
    let terminal = try start()
    terminal.type("(car\r")
    #expect(terminal.waits(for: "...> "))
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "latch> "), "\(terminal.screen)")
    terminal.type("(+ 1 1)\r")
    #expect(terminal.waits(for: " = 2\r\n"), "\(terminal.screen)")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func ctrlCStopsARunningProgram(_ jit: String) throws {
    let terminal = try start("--jit", jit)
    terminal.type("(begin (display \"running\") (newline) (flush-output-port) (let loop ((i 0)) (loop (+ i 1))))\r")
    // The program's own line, not the one that was typed. What Ctrl-C meets after it is the loop, or what leads to it.
    #expect(terminal.waits(for: "\r\nrunning\r\n"), "\(terminal.screen)")
    terminal.type("\u{3}")
    #expect(terminal.waits(for: "nterrupted"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(+ 40 4)\r")
    #expect(terminal.waits(for: " = 44\r\n"), "\(terminal.screen)")
    #expect(terminal.waits(for: "latch> "))
    terminal.type(":quit\r")
    #expect(terminal.exitCode() == 0)
  }

  /// The second press ends a program at whatever instruction it is; where that is between two words of the heap the next poll has to do.
  /// No program ends by itself, whatever the heap limit of the machine: what is typed after it would be given up by the second press.
  @Test(arguments: [
    "(let loop ((i 0)) (loop (+ i 1)))", "(let loop ((l '())) (loop (cons l '())))", "(let loop () (exact-integer-sqrt (expt 7 500000)) (loop))",
    "(let loop () (guard (e (#t 'again)) (read (open-input-string (make-string 4000000 #\\()))) (loop))",
  ])
  func ctrlCTwiceEndsAProgramAndKeepsTheSession(_ program: String) throws {
    let terminal = try start()
    terminal.type("(define kept 76)\r")
    #expect(terminal.waits(for: "latch> "))
    for number in 1...3 {
      terminal.type("(begin (display \"running\") (newline) (flush-output-port) \(program))\r")
      #expect(terminal.waits(for: "\r\nrunning\r\n"), "\(terminal.screen)")
      terminal.type("\u{3}\u{3}")
      // What was written at the second press is lost: the terminal drops it.
      #expect(terminal.waits(for: "latch> "), "\(terminal.screen)")
      terminal.type("(+ kept \(number))\r")
      #expect(terminal.waits(for: " = \(76 + number)\r\n"), "\(terminal.screen)")
    }
    #expect(terminal.waits(for: "latch> "))
    terminal.type(":quit\r")
    #expect(terminal.exitCode() == 0)
  }

  @Test func completesBoundNames() throws {
    let terminal = try start()
    terminal.type("(define xylophone-count 76)\r")
    #expect(terminal.waits(for: "latch> "))
    terminal.type("(+ xylo\t 1)\r")
    #expect(terminal.waits(for: " = 77\r\n"), "\(terminal.screen)")
  }

  @Test func keepsTheHistoryAcrossRuns() throws {
    let first = try start()
    first.type("(+ 1234\r")
    #expect(first.waits(for: "...> "))
    first.type("1)\r")
    #expect(first.waits(for: " = 1235\r\n"), "\(first.screen)")
    first.type(":quit\r")
    #expect(first.exitCode() == 0)
    let second = try start()
    second.type("\u{1B}[A\u{1B}[A\r")
    #expect(second.waits(for: " = 1235\r\n"), "\(second.screen)")
  }

  @Test func resultsHaveNames() throws {
    let terminal = try start()
    terminal.type("(+ 20 3)\r")
    #expect(terminal.waits(for: "$1 = 23\r\n"), "\(terminal.screen)")
    terminal.type("(values (* $1 2) 'b)\r")
    #expect(terminal.waits(for: "$2 = 46\r\n$3 = b\r\n"), "\(terminal.screen)")
    terminal.type("(define x $2)\r")
    terminal.type("(+ x 1)\r")
    #expect(terminal.waits(for: "$4 = 47\r\n"), "\(terminal.screen)")
  }

  @Test func longResultsAreLaidOutForTheTerminal() throws {
    let terminal = try start()
    terminal.type("(vector->list (make-vector 30 '(a \"b c\")))\r")
    let element = "(a \"b c\")"
    let line = Array(repeating: element, count: 7).joined(separator: " ")
    #expect(terminal.waits(for: "$1 = (\(line)\r\n      \(line)\r\n"), "\(terminal.screen)")
  }

  @Test func coloursAreShownOnATerminalUnlessForbidden() throws {
    let coloured = try start(colours: true)
    coloured.type("(car 1)\r")
    #expect(coloured.waits(for: "\u{1B}[31merror:\u{1B}[0m car"), "\(coloured.screen)")
    let plain = try start()
    plain.type("(car 1)\r")
    #expect(plain.waits(for: "\nerror: car"), "\(plain.screen)")
    #expect(!plain.screen.contains("\u{1B}[31m"))
  }
}
