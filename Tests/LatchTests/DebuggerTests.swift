// Debug levels in the dialogue on a terminal: what errors, interruptions and break points leave, interpreted and compiled.

import Foundation
import Testing

@Suite(.serialized) final class DebuggerTests {
  private let home: URL
  private static let modes = ["off", "auto", "eager"]

  init() throws { home = try Place.temporaryFolder() }
  deinit { try? FileManager.default.removeItem(at: home) }

  private func start(_ jit: String = "auto", columns: UInt16 = 100) throws -> PseudoTerminal {
    try startDialogue(["--jit", jit], home: home, columns: columns)
  }

  @Test(arguments: modes)
  func anErrorLeavesALevelWithCallsAndVariables(_ jit: String) throws {
    let terminal = try start(jit)
    terminal.enter("(define (total items)\r  (if (null? items) 0 (+ (car items) (total (cdr items)))))", "...> ")
    terminal.enter("(total '(1 2 x))", "error: +: argument 1 must be a number, but is x\r\n", level: 1)
    terminal.type(":bt\r", shows: "* 0  total at repl-1:2:23\r\n")
    terminal.shows("  1  total at repl-1:2:38\r\n")
    terminal.shows("  3  the top level at repl-2:1:1\r\n")
    terminal.enter(":frame 0", "    (if (null? items) 0 (+ (car items) (total (cdr items)))))\r\n                          ^\r\n", level: 1)
    terminal.enter(":continue 10", "$1 = 13\r\n")
  }

  @Test(arguments: ["off", "auto"])
  func expressionsAreEvaluatedInTheSelectedFrame(_ jit: String) throws {
    let terminal = try start(jit)
    terminal.define(
      "(define (f x) (let ((y (* 2 x)) (n 0)) (set! n 5) (+ 1 (car y) n)))",
      "(define (g z) (+ z (f (+ z 1))))")
    terminal.enter("(g 3)", "error: car: argument 1 must be a pair, but is 8\r\n", level: 1)
    terminal.enter("(list x y n)", "$1 = (4 8 5)\r\n", level: 1)
    terminal.enter("(set! n 100)", level: 1)
    terminal.enter("z", "unbound variable: z", level: 2)
    terminal.enter(":abort", level: 1)
    terminal.enter(":frame 1", "1  g at repl-2:1:20\r\n    (define (g z) (+ z (f (+ z 1))))\r\n                       ^\r\n  z = 3\r\n", level: 1)
    terminal.enter("(+ z 1)", "$2 = 4\r\n", level: 1)
    terminal.enter(":frame 7", ":frame takes a number from 0 to 2\r\n", level: 1)
    terminal.enter(":continue 20", "$3 = 124\r\n")
    terminal.enter(":bt", "there is no debug level: nothing stands still\r\n")
  }

  @Test func aVariableThatNothingAssignsIsAssignedForTheRestOfTheCall() throws {
    let terminal = try start("off")
    terminal.enter("(define (f x) (begin (car '()) (* x 2)))")
    terminal.enter("(f 4)", "error: car", level: 1)
    terminal.enter("(begin (set! x 50) x)", "$1 = 50\r\n", level: 1)
    terminal.enter("x", "$2 = 50\r\n", level: 1)
    terminal.enter(":continue 0", "$3 = 100\r\n")
  }

  @Test(arguments: modes)
  func compiledProceduresGoOn(_ jit: String) throws {
    // A use of the variable that failed is shown, too.
    let terminal = try start(jit)
    terminal.define(
      "(define (check n) (if (< n 0) (+ 1 (error \"negative:\" n)) n))",
      "(define (sum l) (let loop ((l l) (s 0)) (if (null? l) s (loop (cdr l) (+ s (check (car l)))))))",
      "(do ((i 0 (+ i 1))) ((= i 3000)) (sum '(1 2 3)))")
    terminal.enter("(sum '(1 -2 3))", "error: negative: -2\r\n", level: 1)
    terminal.enter(":bt", "check at repl-1:1:36\r\n       n = -2\r\n  1  sum at repl-2:1:", level: 1)
    terminal.enter(":continue 5", "$1 = 10\r\n")
  }

  @Test func levelsNest() throws {
    let terminal = try start()
    terminal.enter("(+ 1 (car 1))", "error: car: argument 1 must be a pair, but is 1\r\n", level: 1)
    terminal.enter("(+ 2 (car 2))", "but is 2\r\n", level: 2)
    terminal.enter("(+ 3 (car 3))", "; debug level 3 ", level: 3)
    terminal.enter(":continue 30", "$1 = 33\r\n", level: 2)
    terminal.enter(":continue", "give a value", level: 2)
    terminal.enter(":abort", level: 1)
    terminal.type("\u{4}", shows: "latch> ")
    terminal.type("\u{4}")
    #expect(terminal.exitCode() == 0)
  }

  @Test func allLevelsAreLeftAtOnce() throws {
    let terminal = try start()
    terminal.enter("(dynamic-wind (lambda () #f) (lambda () (car 1)) (lambda () (display \"out\")))", "error: car", level: 1)
    terminal.enter("nosuch", "unbound variable: nosuch", level: 2)
    terminal.enter(":abort all", "out")
  }

  @Test(arguments: [
    ("(+ 1 (raise 'oops))", "10"), ("(+ 1 (raise-continuable 'oops))", "10"), ("(+ 1 (assert (= 1 2)))", "10"),
    ("(+ 1 (guard (e ((string? e) 0)) (raise 'oops)))", "10"), ("(+ 1 (with-exception-handler (lambda (e) 0) (lambda () (raise 'oops))))", "10"),
    ("(+ 1 (vector-ref (vector 1) 9))", "10"), ("(+ 1 nosuch)", "10"), ("(+ 1 (nosuch 5))", "10"), ("(+ 1 ((lambda (x) x)))", "10"),
    ("(+ 1 (if (< 'a 1) 9 0))", "10"), ("(+ 1 (string->symbol 5))", "10"), ("(map car '(1))", "(9)"),
    ("(let ((x 1)) (define (f) (nosuch x)) (+ x (f)))", "10"),
  ])
  func theExpressionThatFailedHasTheValue(_ expression: String, _ value: String) throws {
    let terminal = try start()
    terminal.enter(expression, "error", level: 1)
    terminal.enter(":continue 9", "$1 = \(value)\r\n")
  }

  /// A procedure that goes on until `done` is true, and a call of it; what is entered while it stands still; what its end shows.
  struct Interruption {
    let definition, call: String
    var meanwhile: [(typed: String, shown: String)] = []
    let end: String
  }

  static let interruptions = [
    Interruption(
      definition: "(define (wait n) (let loop ((i 0)) (if done (list n i) (loop (if (> i 5) 1 (+ i 1))))))", call: "(wait 'n)",
      meanwhile: [(":bt", "wait at repl-2:1:"), (":continue 5", "goes on without a value\r\n")], end: "$1 = (n "),
    // The call that was about to begin is a frame.
    Interruption(
      definition: "(define (count n . more) (if done (list n more) (count (+ n 1) 'x 'y)))", call: "(count 0)",
      meanwhile: [(":bt", "count at repl-2:1:"), ("(> n 100)", "#t"), ("more", "(x y)")], end: "(x y))\r\n"),
    // A recursion.
    Interruption(
      definition: "(define (count n) (if (or done (= n 0)) 0 (begin (count (- n 1)) (count (- n 1)) n)))", call: "(count 60)", end: "$1 = 60\r\n"),
  ]

  @Test(arguments: modes, interruptions.indices)
  func anInterruptedProgramGoesOn(_ jit: String, _ number: Int) throws {
    let interruption = Self.interruptions[number]
    let terminal = try start(jit)
    terminal.define("(define done #f)", interruption.definition)
    terminal.type(interruption.call + "\r")
    usleep(400_000)
    terminal.type("\u{3}", shows: "interrupted\r\n")
    terminal.shows("[1] latch> ")
    terminal.enter(interruption.meanwhile, level: 1)
    terminal.enter("(set! done #t)", level: 1)
    terminal.enter(":continue", interruption.end)
  }

  @Test(arguments: modes)
  func breakPointsStopInterpretedAndCompiledProcedures(_ jit: String) throws {
    let terminal = try start(jit)
    terminal.define(
      "(define (twice x) (* 2 x))",
      "(define (use n) (if (= n 0) 0 (+ (twice n) (use (- n 1)))))",
      "(do ((i 0 (+ i 1))) ((= i 1000)) (use 3))")
    terminal.enter(":break twice nosuch", "nosuch is not the name of a procedure\r\n")
    terminal.enter(":break", "twice\r\n")
    terminal.enter(":break car", "car is built in\r\n")
    terminal.enter("(use 2)", "break: (twice 2)\r\n  at repl-1:1:1\r\n", level: 1)
    terminal.enter("(* 10 x)", "$1 = 20\r\n", level: 1)
    terminal.enter("(set! x 5)", level: 1)
    terminal.enter(":continue", "break: (twice 1)\r\n", level: 1)
    terminal.enter(":continue 100", "$2 = 110\r\n")
    terminal.enter(":unbreak")
    terminal.enter("(use 2)", "$3 = 6\r\n")
    terminal.enter("(do ((i 0 (+ i 1))) ((= i 1000)) (use 3))")
    terminal.enter(":unbreak twice", "twice has no break point\r\n")
  }

  @Test func theRestOfALineAndOfAFileIsEvaluatedAfterwards() throws {
    let terminal = try start()
    terminal.enter("(+ 1 (car 5)) 'rest", "error: car", level: 1)
    terminal.enter(":continue 1", "$1 = 2\r\n$2 = rest\r\n")
    try "(define a 1)\n(set! a (+ a (car 5)))\n(display (list \"a\" a))\n".write(
      to: home.appending(path: "program.scm"), atomically: true, encoding: .utf8)
    terminal.enter(":load \(home.path)/program.scm", "error: car", level: 1)
    terminal.enter(":continue 41", "(a 42)")
  }

  @Test func memoryThatRanOutIsThereAgain() throws {
    let terminal = try startDialogue(["--heap-limit", "256"], home: home)
    terminal.enter("(define (f n) (+ 1 (f (+ n 1))))")
    terminal.enter("(f 0)", "error: out of memory\r\n", level: 1)
    terminal.enter(":continue 1", "memory had run out", level: 1)
    terminal.enter("(vector-length (make-vector 1000000 0))", "$1 = 1000000\r\n", level: 1)
    terminal.enter(":abort")
  }

  @Test func pipesAndExpressionsHaveNoLevels() throws {
    let outcome = try shell("latch", input: Data("(car 5)\n:bt\n:continue 5\n(+ 1 2)\n:break f\n".utf8))
    #expect(outcome.output == "3\n")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("there are debug levels in a dialogue on a terminal only"))
    #expect(!outcome.errors.contains("level 1"))
    #expect(try shell("latch -e '(car 5)' -e 1").errors.contains("level") == false)
  }
}
