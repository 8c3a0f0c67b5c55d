// `latch test` and `latch profile`.

import Foundation
import Testing

@Suite struct TestAndProfileTests {
  /// Runs a command in a folder with some files.
  private func with(_ files: [String: String], _ command: String) throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
    return try shell("cd '\(folder.path)'; \(command)")
  }

  @Test func failingTestsAreShownWithTheirPlaces() throws {
    let text = """
      (import (scheme base) (srfi 64))
      (test-begin "sums")
      (test-equal "two and two" 4 (+ 2 2))
      (test-group "inner"
        (test-assert #t)
        (test-equal "more"
          6
          (+ 2 3)))
      (test-skip 1)
      (test-assert "skipped" #f)
      (test-error "quiet" #t (+ 1 1))
      (test-equal "loud" 1 (car 5))
      (test-end)
      """
    let outcome = try with(["sums.scm": text], "latch test sums.scm")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "")
    #expect(
      outcome.output == """
        FAIL: more in sums/inner
          at sums.scm:6:3
          (test-equal "more" 6 (+ 2 3))
          expected: 6
          given: 5
        FAIL: quiet in sums
          at sums.scm:11:1
          (test-error "quiet" #t (+ 1 1))
          expected an error: #t
          given: 2
        FAIL: loud in sums
          at sums.scm:12:1
          (test-equal "loud" 1 (car 5))
          expected: 1
          raised: car: argument 1 must be a pair, but is 5
        sums.scm  2 passed, 3 failed, 1 skipped

        """)
  }

  @Test(arguments: ["", "(exit)"]) func aSuiteThatDoesNotEndHasFailed(_ end: String) throws {
    let suite = "(import (scheme base) (scheme process-context) (srfi 64)) (test-begin \"x\") (test-begin \"y\") (test-assert #t) \(end)"
    let outcome = try with(["open.scm": suite], "latch test open.scm")
    #expect(outcome.output == "FAIL in x/y\n  the group has not ended\nopen.scm  1 passed, 1 group without an end\n")
    #expect(outcome.code == 1)
  }

  @Test func filesAreSummedUp() throws {
    let suite = "(import (scheme base) (scheme process-context) (srfi 64)) (test-begin \"x\") (test-assert #t) "
    let files = [
      "good.scm": suite + "(test-end)", "error.scm": suite + "(car 5)", "exit.scm": suite + "(test-end) (exit 3)",
      "leaves.scm": suite + "(test-end) (exit)", "count.scm": suite.replacing("\"x\"", with: "\"x\" 2") + "(test-end)", "none.scm": "(define x 1)",
    ]
    let outcome = try with(files, "latch test good.scm error.scm exit.scm leaves.scm count.scm none.scm nosuch.scm")
    #expect(outcome.code == 1)
    #expect(
      outcome.output == """
        good.scm    1 passed
        error.scm   1 passed, 1 error
        exit.scm    1 passed, 1 error
        leaves.scm  1 passed
        FAIL in x
          the group should have 2 tests, but has 1
        count.scm   1 passed, 1 group of a wrong size
        none.scm    no tests
        nosuch.scm  1 error
        7 files: 5 passed, 1 group of a wrong size, 3 errors
        4 files failed

        """)
    #expect(outcome.errors.contains("at error.scm:1:"))
    #expect(outcome.errors.contains("cannot read nosuch.scm"))
    #expect(try with(files, "latch test good.scm leaves.scm").code == 0)
  }

  @Test func librariesOfTestsAreFoundAndTimeIsLimited() throws {
    let outcome = try with(
      ["t.scm": "(import (scheme base) (srfi 64) (mine)) (test-begin \"m\") (test-equal 5 five) (test-end) (let loop () (loop))"],
      "mkdir l; echo '(define-library (mine) (export five) (import (scheme base)) (begin (define five 5)))' > l/mine.sld; "
        + "latch test --library-path l --time-limit 0.5 t.scm")
    #expect(outcome.code == 1)
    #expect(outcome.output == "t.scm  1 passed, 1 error\n", "\(outcome.errors)")
    #expect(outcome.errors.contains("the time limit of 0.5 s is over"))
  }

  // Long enough for a dozen samples of each procedure at least.
  private static let program = """
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (define (make n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons i l)))))
    (define (sum l) (let loop ((l l) (s 0)) (if (null? l) s (loop (cdr l) (+ s (car l))))))
    (define (<work> rounds) (do ((i 0 (+ i 1))) ((= i rounds)) (sum (make 10000))))
    (display (fib 36))
    (newline)
    (<work> 6000)
    (display (cdr (command-line)))
    """

  @Test(arguments: ["off", "auto", "eager"])
  func aProfileNamesProceduresAndDrawsThem(_ jit: String) throws {
    let outcome = try with(
      ["p.scm": jit == "off" ? Self.program.replacing("fib 36", with: "fib 31").replacing("work> 6000", with: "work> 500") : Self.program],
      "latch profile --jit \(jit) --flame f.svg p.scm a --b; cat f.svg")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix(jit == "off" ? "1346269\n(a --b)" : "14930352\n(a --b)"))
    for name in ["fib", "make", "sum", "<work>"] {
      #expect(
        outcome.errors.contains(try Regex("(?m)^ *[0-9.]+ %  *[0-9.]+ % .* \(name) +\(jit == "off" ? "interpreted" : "[a-z]+"), p.scm:")),
        "\(outcome.errors)")
    }
    #expect(outcome.output.contains("<svg") && outcome.output.contains("&lt;work&gt; at p.scm:4:1"))
    #expect(!outcome.output.contains("<work>"))
  }

  @Test func aProfileOfAllocationKnowsWhoAllocates() throws {
    let outcome = try with(["p.scm": Self.program], "latch profile --allocation p.scm")
    #expect(outcome.code == 0)
    let first = outcome.errors.split(separator: "\n").dropFirst().first ?? ""
    #expect(first.contains("make") && first.contains("MiB"), "\(outcome.errors)")
  }

  /// Long names are cut on a terminal, and whole elsewhere.
  @Test func onATerminalARowOfAProfileTakesALine() throws {
    let name = "a-procedure-with-a-name-that-goes-on-and-on-until-it-is-too-long-for-a-line"
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "p.scm").path
    let text =
      "(define (\(name) n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons i l)))))\n(do ((i 0 (+ i 1))) ((= i 3000)) (\(name) 1000))\n"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let terminal = try PseudoTerminal(
      ["/bin/sh", "-c", "cd '\(folder.path)'; exec '\(Place.latch)' profile --allocation p.scm"], environment: ["NO_COLOR": "1"], columns: 80)
    terminal.shows("a-procedure")
    #expect(terminal.exitCode() == 0)
    #expect(terminal.screen.contains("…") && !terminal.screen.contains(name))
    for line in terminal.screen.split(whereSeparator: \.isNewline) { #expect(line.count <= 80, "\(line)") }
    #expect(try shell("latch profile --allocation '\(file)'").errors.contains(name))
  }

  @Test func aProfiledProgramEndsAsItWould() throws {
    #expect(try with(["p.scm": "(define (f n) (if (= n 0) (car n) (f (- n 1)))) (f 100)"], "latch profile p.scm").code == 1)
    #expect(try with(["p.scm": "(exit 7)"], "latch profile p.scm").code == 7)
    #expect(try with(["p.scm": "(let loop () (loop))"], "latch profile --time-limit 0.3 p.scm").code == 124)
    #expect(try shell("latch profile").code == 2)
  }

  /// A program that uses everything that unwinds gives the same with samples as without.
  @Test(arguments: ["off", "auto", "eager"])
  func samplesChangeNothing(_ jit: String) throws {
    let text = """
      (define (tree n) (if (= n 0) '() (cons (tree (- n 1)) (tree (- n 1)))))
      (define (count t) (if (null? t) 1 (+ (count (car t)) (count (cdr t)))))
      (define (escape l) (call/cc (lambda (k) (for-each (lambda (x) (if (> x 50) (k x))) l) 0)))
      (define (catch n) (guard (e (#t (+ n 1))) (if (odd? n) (raise 'odd) n)))
      (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
      (define (average l) (let loop ((l l) (s 0.0) (n 0)) (if (null? l) (/ s n) (loop (cdr l) (+ s (car l)) (+ n 1)))))
      (define p (make-parameter 1))
      (define (winds n) (let ((o '())) (dynamic-wind (lambda () (set! o (cons 'i o))) (lambda () (parameterize ((p n)) (p))) (lambda () (set! o (cons 'o o)))) o))
      (define (round i)
        (list (count (tree 10)) (escape (iota 100)) (catch i) (deep 3000) (average (map (lambda (x) (* 1.5 x)) (iota 100))) (winds i)
              (vector-map (lambda (x) (+ x i)) #(1 2 3)) (let-values (((q r) (floor/ i 7))) (list q r))))
      (do ((i 0 (+ i 1)) (r '() (round i))) ((= i 1500) (write r)))
      """
    let plain = try with(["p.scm": text], "latch --jit \(jit) p.scm")
    let sampled = try with(["p.scm": text], "latch profile --jit \(jit) p.scm")
    #expect(plain.code == 0 && plain.output.count > 50)
    #expect(sampled.output == plain.output)
    #expect(sampled.errors.contains("samples"), "\(sampled.errors)")
  }
}
