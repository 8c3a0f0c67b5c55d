// Long flat sources, as programs write them: whatever a form consists of side by side may be twenty thousand parts, under every policy of compilation. What is
// nested that deeply is refused.

import Foundation
import Testing

@Suite struct LongFormsTests {
  private static let count = 20_000

  private static func parts(_ part: (Int) -> String) -> String { (0..<count).map(part).joined(separator: " ") }

  /// Programs and what they write.
  static let programs: [(program: String, output: String)] = [
    ("(define (f x) (cond \(parts { "((= x \($0)) \($0 * 2))" }) (else 'none))) (write (map f '(0 7000 19999 -1)))", "(0 14000 39998 none)"),
    ("(define (f x) (cond \(parts { "((and (= x \($0)) x) => (lambda (y) (* y 2)))" }))) (write (map f '(0 7000 19999)))", "(0 14000 39998)"),
    ("(define (f x) (case x \(parts { "((\($0)) \($0 * 2))" }) (else 'none))) (write (map f '(0 7000 19999 -1)))", "(0 14000 39998 none)"),
    ("(define (f x) (and \(parts { "(< x \($0 + 10))" }) 'all)) (write (map f '(0 11)))", "(all #f)"),
    ("(define (f x) (or \(parts { "(and (= x \($0)) (list x))" }))) (write (map f '(0 19999 -1)))", "((0) (19999) #f)"),
    ("(define (f x) (list (if (and \(parts { "(< x \($0 + 10))" })) 'yes 'no) x)) (write (map f '(0 11)))", "((yes 0) (no 11))"),
    ("(define n 0) (define (f x) (begin \(parts { _ in "(set! n (+ n x))" })) n) (write (f 2))", "40000"),
    ("(define (f v) (let* (\(parts { _ in "(v (+ v 1))" })) v)) (write (f 5))", "20005"),
    (
      "(define (f v) (let* (\(parts { "(v\($0) (+ v \($0)))" })) (set! v9 'set) (let ((g (lambda () (set! v19999 1) v0))) (list (g) v9 v19999)))) (write (f 5))",
      "(5 set 1)"
    ),
    ("(define (f x) \(parts { "(define v\($0) (+ x \($0)))" }) (list v0 v19999)) (write (f 5))", "(5 20004)"),
    ("(define (f x) \(parts { "(define (g\($0) y) (g\($0 + 1) (+ y 1)))" }) (define (g20000 y) (list x y)) (g0 0)) (write (f 5))", "(5 20000)"),
    ("(define (f) \(parts { "(define (g\($0) y) (g\($0 + 1) (+ y 1)))" }) (define (g20000 y) y) (g0 0)) (write (f))", "20000"),
    // All of them refer to each other, and to what is around them.
    (
      "(define (f x) \(parts { "(define (g\($0) k) (if (= k 0) (+ x \($0)) (g\(($0 + 1) % count) (- k 1))))" }) (list (g0 3) (g19999 5))) (write (f 1))",
      "(4 5)"
    ),
    ("(define (f x) (letrec* (\(parts { "(g\($0) (lambda () (+ x \($0))))" })) (+ (g0) (g19999)))) (write (f 1))", "20001"),
    // Each is called once, at the end.
    ("(define (f x) \(parts { "(define (g\($0)) (* x \($0)))" }) (+ \(parts { "(g\($0))" }))) (write (f 1))", "199990000"),
    (
      "(define (f x) (let*-values (((v) x) \(parts { "((v\($0) v) (values v (+ v 1)))" })) (list v v0 v19999))) (write (f 5))",
      "(20005 5 20004)"
    ),
    ("(define (f x) (let-values (\(parts { "((v\($0) . w\($0)) (values x \($0)))" })) (list v0 w19999))) (write (f 5))", "(5 (19999))"),
    ("(define (f x) `(\(parts { _ in ",@x" }) . end)) (define l (f '(1 2))) (write (list (car l) (list-tail l 40000)))", "(1 end)"),
    ("(define (f x) `(\(parts { "\($0) ,(car x)" }))) (write (length (f '(1 2))))", "40000"),
    ("(define (f x) (guard (e \(parts { "((eqv? e \($0)) \($0 * 2))" })) (raise x))) (write (map f '(0 19999)))", "(0 39998)"),
  ]

  @Test(arguments: programs.indices, ["off", "auto", "eager"])
  func twentyThousandPartsAreNotTooMany(_ index: Int, _ jit: String) throws {
    let (program, output) = Self.programs[index]
    let outcome = try shell("latch --jit \(jit) -", input: program, seconds: 120)
    #expect(outcome.output == output, "\(program.prefix(60)): \(outcome.errors.prefix(200))")
  }

  /// Keywords and global variables are not searched for in all the scopes around them.
  @Test(arguments: [("(let ((x 1)) ", ")", 15_000), ("(let () ", ")", 15_000), ("((lambda () ", "))", 4_000), ("(let* ((y x)) ", ")", 15_000)])
  func bodiesMayBeNestedThousandsDeep(_ open: String, _ close: String, _ levels: Int) throws {
    let outcome = try shell(
      "latch -", input: "(define x 1) (write \(String(repeating: open, count: levels))(+ x 1)\(String(repeating: close, count: levels)))",
      seconds: 120)
    #expect(outcome.output == "2", "\(outcome.errors.prefix(300))")
  }

  @Test func loopsAreFoundAmongManyDefinitions() throws {
    let program =
      "(define (f n) \(Self.parts { "(define v\($0) n)" }) (let loop ((i 0)) (if (< i n) (loop (+ i 1)) (list i v19999)))) (write (f 100000))"
    #expect(try shell("latch -", input: program).output == "(100000 100000)")
  }

  @Test(arguments: [("(+ 1 ", "0", ")"), ("(if #t ", "'end", " #f)"), ("(let ((x ", "1", ")) x)"), ("(lambda () ", "1", ")")])
  func whatIsNestedThatDeeplyIsRefused(_ part: (open: String, middle: String, close: String)) throws {
    let program = String(repeating: part.open, count: 100_000) + part.middle + String(repeating: part.close, count: 100_000)
    let outcome = try shell("latch -", input: program)
    #expect(outcome.code == 1)
    #expect(outcome.errors.prefix { $0 != "\n" }.contains("nested too deeply"), "\(outcome.errors.prefix(300))")
  }
}
