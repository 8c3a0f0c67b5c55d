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
    terminal.enter("(* 6 7)", " = 42\r\n")
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func asksForMoreWhileParenthesesAreOpen() throws {
    let terminal = try start()
    terminal.type("(+ 1\r", shows: "...> ")
    terminal.type("99)\r", shows: " = 100\r\n")
  }

  @Test func saysHowMuchFasterCompiledCallsAre() throws {
    let terminal = try start("--jit", "off")
    terminal.enter("(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))")
    terminal.enter("(fib 18)", " = 2584\r\n")
    terminal.enter(":jit", "of machine code\r\n")
    terminal.enter("(fib 18)", " times as fast\r\n")
    #expect(terminal.screen.firstMatch(of: #/; fib, 8361 calls: [0-9.]+ [nµ]s a call before, [0-9.]+ ns now, /#) != nil)
    // Once is enough; and what has not been interpreted cannot be compared.
    terminal.enter("(fib 18)", " = 2584\r\n")
    terminal.enter("(fib 17)", " = 1597\r\n")
    #expect(terminal.screen.components(separatedBy: "times as fast").count == 2)
  }

  /// A line that is edited, and one that has been entered but goes on.
  @Test(arguments: [("(car (cdr ", "(car (cdr "), ("(car\r", "...> ")])
  func ctrlCGivesUpWhatIsUnfinished(_ typed: String, _ shown: String) throws {
    let terminal = try start()
    terminal.type(typed, shows: shown)
    terminal.type("\u{3}", shows: "latch> ")
    terminal.type("(+ 1 1)\r", shows: " = 2\r\n")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func ctrlCStopsARunningProgram(_ jit: String) throws {
    let terminal = try start("--jit", jit)
    terminal.type("(begin (display \"running\") (newline) (flush-output-port) (let loop ((i 0)) (loop (+ i 1))))\r")
    // The program's own line, not the one that was typed. What Ctrl-C meets after it is the loop, or what leads to it.
    terminal.shows("\r\nrunning\r\n")
    terminal.type("\u{3}", shows: "nterrupted")
    terminal.shows("latch> ")
    terminal.enter("(+ 40 4)", " = 44\r\n")
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
    terminal.enter("(define kept 76)")
    for number in 1...3 {
      terminal.type("(begin (display \"running\") (newline) (flush-output-port) \(program))\r", shows: "\r\nrunning\r\n")
      terminal.type("\u{3}\u{3}")
      // What was written at the second press is lost: the terminal drops it.
      terminal.shows("latch> ")
      terminal.type("(+ kept \(number))\r", shows: " = \(76 + number)\r\n")
    }
    terminal.shows("latch> ")
    terminal.type(":quit\r")
    #expect(terminal.exitCode() == 0)
  }

  @Test func completesBoundNames() throws {
    let terminal = try start()
    terminal.enter("(define xylophone-count 76)")
    terminal.type("(+ xylo\t 1)\r", shows: " = 77\r\n")
  }

  @Test func keepsTheHistoryAcrossRuns() throws {
    let first = try start()
    first.type("(+ 1234\r", shows: "...> ")
    first.type("1)\r", shows: " = 1235\r\n")
    first.type(":quit\r")
    #expect(first.exitCode() == 0)
    let second = try start()
    second.type("\u{1B}[A\u{1B}[A\r", shows: " = 1235\r\n")
  }

  @Test func resultsHaveNames() throws {
    let terminal = try start()
    terminal.enter([
      ("(+ 20 3)", "$1 = 23\r\n"), ("(values (* $1 2) 'b)", "$2 = 46\r\n$3 = b\r\n"), ("(define x $2)", ""), ("(+ x 1)", "$4 = 47\r\n"),
    ])
  }

  @Test func longResultsAreLaidOutForTheTerminal() throws {
    let terminal = try start()
    terminal.type("(vector->list (make-vector 30 '(a \"b c\")))\r")
    let element = "(a \"b c\")"
    let line = Array(repeating: element, count: 7).joined(separator: " ")
    terminal.shows("$1 = (\(line)\r\n      \(line)\r\n")
  }

  @Test func coloursAreShownOnATerminalUnlessForbidden() throws {
    let coloured = try start(colours: true)
    coloured.type("(car 1)\r", shows: "\u{1B}[31merror:\u{1B}[0m car")
    let plain = try start()
    plain.type("(car 1)\r", shows: "\nerror: car")
    #expect(!plain.screen.contains("\u{1B}[31m"))
  }
}
