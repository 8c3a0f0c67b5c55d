// The dialogue on a terminal, as people use it: entries of several lines, the history, pasting, files, suspending, finding things.

import Foundation
import Testing

@Suite(.serialized) final class DialogueTests {
  private let home: URL

  init() throws { home = try Place.temporaryFolder() }
  deinit { try? FileManager.default.removeItem(at: home) }

  private func start(columns: UInt16 = 80) throws -> PseudoTerminal { try startDialogue(home: home, columns: columns) }

  @Test(arguments: [
    ("(list 1 #;2 3)", "(1 3)"),
    ("(list 1 #;(2 ;\"\r 3) 4)", "(1 4)"), ("#;\r1 2", "2"), ("#|(|# 5", "5"), ("(list #\\( #\\; 1) ; (", "(#\\( #\\; 1)"),
    ("'(|a(| \"(\" 1)", "(|a(| \"(\" 1)"), ("#| #| |# (\r|# 6", "6"),
  ])
  func commentsAndStringsOpenNothing(_ typed: String, _ value: String) throws {
    try start().enter(typed, "$1 = \(value)\r\n")
  }

  @Test func everyValueOfALineIsShownWhenItIsThere() throws {
    let terminal = try start()
    terminal.enter("1 (display \"x\") (values 2 3) 'd", "$1 = 1\r\nx$2 = 2\r\n$3 = 3\r\n$4 = d\r\n")
    terminal.enter("5 (car 6) 7", "$5 = 5\r\nerror: car: argument 1 must be a pair, but is 6\r\n  at repl-2:1:3\r\n    5 (car 6) 7\r\n")
  }

  @Test(arguments: [
    ("(define (f x) ; (c\r  (+ x 1))", "(define (f x) ; (c\r\n\r  (+ x 1))"), ("(string-length \"a\rb\")", "(string-length \"a\r\n\rb\")"),
    ("(list \"\\\\n\r\\\\\" #\\\\)", "(list \"\\\\n\r\n\r\\\\\" #\\\\)"),
  ])
  func anEntryOfSeveralLinesComesBackAsItWas(_ typed: String, _ shown: String) throws {
    let terminal = try start()
    terminal.type(typed + "\r", shows: "latch> ")
    terminal.type("\u{1B}[A", shows: shown)
    terminal.enter("")
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
    let later = try start()
    later.type("\u{1B}[A", shows: shown)
  }

  @Test func theHistoryOfEarlierVersionsIsKept() throws {
    try FileManager.default.createDirectory(at: home.appending(path: "latch"), withIntermediateDirectories: true)
    let file = home.appending(path: "latch/history")
    try "(+ 1000 1)\n(string #\\n)\n".write(to: file, atomically: true, encoding: .utf8)
    let terminal = try start()
    terminal.type("\u{1B}[A\r", shows: "= \"n\"\r\n")
    terminal.enter("\u{1B}[A\u{1B}[A", "= 1001\r\n")
    #expect(try String(contentsOf: file, encoding: .utf8) == "; history of latch, format 2\n(+ 1000 1)\n(string #\\\\n)\n(+ 1000 1)\n")
    #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
  }

  @Test func whatIsPastedIsTakenAsItIs() throws {
    let terminal = try start()
    // A tab completes nothing, and lines are not evaluated before the end of the paste.
    terminal.type("\u{1B}[200~(define (pasted)\n\t(list 1\n\t\t2))\n(pasted)\n:doc pasted\n(+ 1 1)\u{1B}[201~")
    terminal.type("\r", shows: "$1 = (1 2)\r\n")
    terminal.enter(":doc pasted\n(+ 1 1)", "(pasted): procedure")
  }

  @Test func ctrlDLeavesOnAnEmptyEntryOnly() throws {
    let terminal = try start()
    terminal.type("(+ 1\r", shows: "...> ")
    terminal.type("\u{4}", shows: "Ctrl-C gives it up\r\n")
    terminal.enter(" 41)", "$1 = 42\r\n")
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func ctrlZSuspendsAndTheLineIsThereAgain() throws {
    let terminal = try PseudoTerminal(
      ["/bin/bash", "--norc", "-c", "set -m; '\(Place.latch)'; echo; echo stopped; fg; echo code $?"],
      environment: ["XDG_STATE_HOME": home.path, "TERM": "xterm", "INPUTRC": "/dev/null", "NO_COLOR": "1"])
    terminal.shows("latch> ")
    terminal.type("(+ 40", shows: "(+ 40")
    terminal.type("\u{1A}", shows: "stopped\r\n")
    terminal.shows("latch> (+ 40")
    terminal.enter(" 2)", "$1 = 42\r\n")
    terminal.type("\u{4}", shows: "code 0\r\n")
  }

  @Test func filesAreCompletedInStringsAndCommands() throws {
    try "(display 'loaded) (newline)".write(to: home.appending(path: "some program.scm"), atomically: true, encoding: .utf8)
    let terminal = try start()
    terminal.enter(":load \(home.path)/som\t", "\r\nloaded\r\n")
    terminal.type("(string-length \"\(home.path)/som\t", shows: "e program.scm\"")
    terminal.enter(")", "$1 = ")
    terminal.type("(string-len\t", shows: "(string-length ")
    terminal.type("\u{3}", shows: "latch> ")
    terminal.type(",disa\t", shows: ",disassemble")
  }

  @Test(arguments: [20, 30, 60] as [UInt16])
  func theCaretStaysBelowItsPlaceInNarrowTerminals(_ columns: UInt16) throws {
    let terminal = try start(columns: columns)
    terminal.enter("(begin (list 1 2 3 4 5 6 7 8 9) (list 1 2 3 (car 77) 4 5 6 7 8) (list 1 2 3 4 5 6))", "at repl-1:1:45\r\n")
    let lines = terminal.screen.components(separatedBy: "at repl-1:1:45\r\n")[1].components(separatedBy: "\r\n")
    try #require(lines.count >= 2)
    #expect(lines[0].count < columns && lines[1].count < columns)
    #expect(lines[0].dropFirst(lines[1].count - 1).first == "(", "\(lines)")
  }

  @Test func inputsAreNumberedPlaces() throws {
    let terminal = try start()
    terminal.enter([
      ("(define (f x)\r  (+ 1 (car x)))", "...> "),
      ("2 3", "$2 = 3\r\n"),
      ("(f 5)", "at repl-1:2:8\r\n"),
      ("(car 5)", "at repl-4:1:1\r\n"),
    ])
  }

  @Test func definitionsAreFoundAndDescribed() throws {
    let terminal = try start()
    terminal.enter([
      ("(define (half number . rest) ; divides by two\r  (/ number 2))", "...> "),
      (":doc half", "(half number . rest): procedure defined at repl-1:1:1\r\ndivides by two\r\n"),
      (",source half", "(define (half number . rest) ; divides by two\r\n  (/ number 2))\r\n"),
      ("(define double\r  (lambda (n)\r    \"Twice a number.\"\r    (* 2 n)))", "...> "),
      (":doc double", "(double n): procedure defined at repl-2:2:3\r\nTwice a number.\r\n"),
      (":source double", "(define double\r\n  (lambda (n)\r\n"),
      ("(define opt (case-lambda ((a) a) ((a b . c) b)))", "\r\n"),
      (":doc opt", "(opt a) (opt a b . c): procedure"),
      ("(define-syntax swap-them!\r  (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))", "...> "),
      (":apropos swap-th", "swap-them!: macro defined at repl-4:1:1\r\n"),
      (":source swap-them!", "(define-syntax swap-them!\r\n  (syntax-rules () ((_ a b)"),
      (":apropos vector-ma", "(vector-map f vector1 vector2 ...): procedure, in (scheme base)\r\n"),
      (":wat nosuch", "nosuch is not the name of a procedure\r\n"),
      (":disassemble car", "car is built in\r\n"),
      (":source car", "car has no source text"),
      (":apropos nosuchname", "no name contains nosuchname\r\n"),
      (":doc", ":doc needs an argument: give a name\r\n"),
      (",nosuch", "unknown command ,nosuch; :help lists the commands\r\n"),
    ])
  }

  @Test(arguments: ["off", "auto", "eager"])
  func tracedCallsAreShown(_ jit: String) throws {
    let terminal = try startDialogue(["--jit", jit], home: home)
    terminal.enter("(define (f n) (if (= n 0) (values) (+ n (g (- n 1))))) (define (g n) (if (= n 0) 0 (f n)))", "\r\n")
    terminal.enter("(f 2)", "$1 = 3\r\n")
    terminal.enter(":trace f g nosuch", "nosuch is not the name of a procedure\r\n")
    let shown = ["(f 2)", "|  (g 1)", "|  |  (f 1)", "|  |  |  (g 0)", "|  |  |  0", "|  |  1", "|  1", "3", "$2 = 3", ""]
    terminal.enter("(f 2)", shown.joined(separator: "\r\n"))
    terminal.enter([
      ("(begin (guard (e (#t 'caught)) (f 'x)) (g 0))", "(f x)\r\n(g 0)\r\n0\r\n$3 = 0\r\n"),
      (":trace", "f g\r\n"),
      (":untrace g", "\r\n"),
      ("(f 1)", "(f 1)\r\n1\r\n$4 = 1\r\n"),
      ("(f 0)", "(f 0)\r\n\r\n"),
      (":untrace", "\r\n"),
      ("(f 1)", "\r\n$5 = 1\r\n"),
      (":untrace g", "g is not traced\r\n"),
    ])
  }

  @Test func namesOfTheStandardsAreDescribedInTheirWords() throws {
    let terminal = try start()
    terminal.enter([
      (":doc vector-ref", "(vector-ref vector k): procedure, in (scheme base)\r\n[R7RS 6.8] "),
      (":doc if", "(if test consequent [alternate]): syntax, in (scheme base)\r\n[R7RS 4.1.5] "),
      (":doc gc-stats", "[(latch)] "),
      ("(define (vector-ref mine) 1)", "\r\n"),
      (":doc vector-ref", "(vector-ref mine): procedure defined at repl-1:1:1\r\n"),
    ])
  }

  @Test func everyNameOfALibraryHasAnEntry() throws {
    let letters = "abcdefghijklmnopqrstuvwxyz+-*/<=>".map { ":apropos \($0)" }
    let lines = Set(try shell("latch", input: letters.joined(separator: "\n") + "\n").output.split(separator: "\n"))
    let names = lines.compactMap { $0.contains(", in (s") ? $0.drop { $0 == "(" }.prefix { !" ):".contains($0) } : nil }
    #expect(names.count > 350)
    let input = names.map { "'(next \($0))\n:doc \($0)\n" }.joined()
    let described = try shell("latch", input: input).output.components(separatedBy: "(next ").dropFirst()
    #expect(described.count == names.count)
    let undescribed = described.filter { !$0.contains(/\[(R7RS|R5RS|SRFI|\(latch\))/) }
    #expect(undescribed.isEmpty)
  }

  @Test func commandsTakeExpressionsOfSeveralLines() throws {
    let terminal = try start()
    terminal.type(":time (begin\r", shows: "...> ")
    terminal.enter("  (+ 40 2))", "\r\n42\r\n; ")
  }
}
