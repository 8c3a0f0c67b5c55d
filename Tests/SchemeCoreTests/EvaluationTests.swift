// The language, form by form: an expression or program and the written form of its last value, run natively by the interpreter.
import Foundation
import Testing

@testable import SchemeCore

@Suite(.serialized) struct EvaluationTests {
  static let programs: [(String, String)] = [
    // Literals and quotation.
    ("42", "42"), ("'a", "a"), ("'(1 . 2)", "(1 . 2)"), ("\"s\"", "\"s\""), ("'()", "()"), ("#\\a", "#\\a"),
    ("'#(1 2)", "#(1 2)"), ("1.5", "1.5"),
    ("`(1 ,(+ 1 1) ,@(list 3 4) . 5)", "(1 2 3 4 . 5)"), ("`#(1 ,@'(2 3))", "#(1 2 3)"),
    ("`(1 `(2 ,(3 ,(+ 1 3))))", "(1 `(2 ,(3 4)))"),
    // Conditionals.
    ("(if #f 1 2)", "2"), ("(cond (#f 1) ((assv 2 '((1 . a) (2 . b))) => cdr) (else 3))", "b"), ("(cond (5))", "5"),
    ("(case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite))", "composite"),
    ("(case 'x ((y) 1) (else => (lambda (k) (list k))))", "(x)"),
    ("(and 1 2 3)", "3"), ("(and)", "#t"), ("(or #f 2)", "2"), ("(or)", "#f"), ("(when #t 1 2)", "2"), ("(unless #f 3)", "3"),
    ("(let ((a 1) (b #f)) (if (and a (or b (not b))) 'yes 'no))", "yes"),
    ("(list (if (and #t (or #f #t)) 1 2) (if (not (and #f #t)) 1 2) (if (or #f #f) 1 2))", "(1 1 2)"),
    // Binding.
    ("(let ((x 2) (y 3)) (let* ((x 7) (z (+ x y))) (* z x)))", "70"),
    ("(letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1))))) (odd? (lambda (n) (if (= n 0) #f (even? (- n 1)))))) (even? 88))", "#t"),
    ("(letrec* ((p (lambda (x) (+ 1 (q (- x 1))))) (q (lambda (y) (if (zero? y) 0 (+ 1 (p (- y 1)))))) (x (p 5)) (y x)) y)", "5"),
    ("(define (f) (define a 1) (define (g) (+ a b)) (define b 2) (g)) (f)", "3"),
    ("(define (f x) (define y (* x x)) (define (g z) (+ y z)) (set! y (+ y 1)) (g 1)) (f 3)", "11"),
    ("(let loop ((i 0) (l '())) (if (= i 3) l (loop (+ i 1) (cons i l))))", "(2 1 0)"),
    ("(do ((v (make-vector 3)) (i 0 (+ i 1))) ((= i 3) v) (vector-set! v i i))", "#(0 1 2)"),
    ("(let ((x '(1 3 5 7 9))) (do ((x x (cdr x)) (sum 0 (+ sum (car x)))) ((null? x) sum)))", "25"),
    ("(let ((if list)) (if 1 2 3))", "(1 2 3)"),
    // Procedures.
    ("((lambda (a . rest) (list a rest)) 1 2 3)", "(1 (2 3))"), ("((lambda args args) 1 2)", "(1 2)"), ("(apply + 1 2 '(3 4))", "10"),
    ("(define (curry a) (lambda (b) (lambda (c) (list a b c)))) (((curry 1) 2) 3)", "(1 2 3)"),
    ("(define (counter) (let ((n 0)) (lambda () (set! n (+ n 1)) n))) (define c (counter)) (c) (c) (c)", "3"),
    ("(define k 0) (define (many a b c d e f g h) (list h g f e d c b a)) (many 1 2 3 4 5 6 7 8)", "(8 7 6 5 4 3 2 1)"),
    ("(map (lambda (x y) (+ x y)) '(1 2) '(10 20))", "(11 22)"),
    ("(let ((v '())) (for-each (lambda (x) (set! v (cons x v))) '(1 2 3)) v)", "(3 2 1)"),
    ("(vector-map (lambda (x) (* x x)) #(1 2 3))", "#(1 4 9)"), ("(sort '(3 1 2) <)", "(1 2 3)"),
    ("(call-with-values (lambda () (values 1 2)) list)", "(1 2)"), ("(call-with-values (lambda () (values)) list)", "()"),
    // Continuations.
    ("(+ 1 (call/cc (lambda (k) (+ 10 (k 1)))))", "2"),
    ("(call/cc (lambda (return) (for-each (lambda (x) (if (> x 2) (return x))) '(1 2 3 4)) 'none))", "3"),
    (
      "(define r '()) (define k #f) (define n 0) (define (go) (let ((v (call/cc (lambda (c) (set! k c) 0)))) (set! r (cons v r))) (if (< n 3) (begin (set! n (+ n 1)) (k n)))) (go) r",
      "(3 2 1 0)"
    ),
    (
      "(define (gen l) (define return #f) (define (next) (for-each (lambda (x) (call/cc (lambda (k) (set! next (lambda () (k #f))) (return x)))) l) (return 'end)) (lambda () (call/cc (lambda (r) (set! return r) (next))))) (define g (gen '(1 2))) (list (g) (g) (g))",
      "(1 2 end)"
    ),
    // Records.
    (
      "(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y)) (define p (make-point 3 4)) (set-point-x! p 5) (list (point-x p) (point-y p) (point? p) (point? 1))",
      "(5 4 #t #f)"
    ),
    ("(define (f) (define-record-type q (make-q a) q? (a q-a)) (q-a (make-q 1))) (f)", "1"),
    // Tail calls and depth.
    ("(define (loop n) (if (= n 0) 'done (loop (- n 1)))) (loop 1000000)", "done"),
    ("(define (a n) (if (= n 0) 'a (b (- n 1)))) (define (b n) (if (= n 0) 'b (a (- n 1)))) (a 100001)", "b"),
    ("(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (deep 1000000)", "1000000"),
    ("(define (build n) (if (= n 0) '() (cons n (build (- n 1))))) (length (build 300000))", "300000"),
    ("(length (map (lambda (x) x) (make-list 200000 0)))", "200000"),
  ]

  @Test(arguments: programs) func aProgramHasItsValue(_ program: String, _ expected: String) {
    #expect(NativeSession.evaluate(program) == expected, "\(program)")
  }

  static let errors: [(String, String)] = [
    ("(car 5)", "error: car: argument 1 must be a pair"), ("(undefined-thing 1)", "error: unbound variable: undefined-thing"),
    ("undefined-thing", "error: unbound variable: undefined-thing"), ("(set! undefined-thing 1)", "error: unbound variable"),
    ("((lambda (x) x))", "error: "), ("(5 5)", "error: "), ("(vector-ref #(1 2) 2)", "error: vector-ref"), ("(+ 'a 1)", "error: +"),
    ("(error \"message\" 1 'two)", "error: message 1 two"), ("(letrec ((a b) (b 1)) a)", "error: "), ("(let ((x)) x)", "error: "),
    ("(if)", "error: "), ("(lambda (x x) x)", "error: "), ("(quotient 1 0)", "error: quotient: division by zero"), ("(1 2", "error: "),
    (")", "error: "),
    ("else", "error: "), ("()", "error: "),
  ]

  @Test(arguments: errors.indices) func aWrongProgramHasOneMessageThatStartsWithWhatIsWrong(_ index: Int) {
    let (program, expected) = Self.errors[index]
    let text = NativeSession.evaluate(program)
    #expect(text.hasPrefix(expected), "\(program): \(text)")
    #expect(text.contains("\n  at test:1:"), "\(program): \(text)")
  }

  @Test func anErrorShowsTheSourceLineAndACaretUnderThePlace() {
    let text = NativeSession.evaluate("(define x 1)\n(define y (+ x\n   (car x)))")
    #expect(text == "error: car: argument 1 must be a pair, but is 1\n  at test:3:4\n       (car x)))\n       ^")
  }

  @Test func anErrorInARecordAccessorIsWhereItWasCalled() {
    let text = NativeSession.evaluate("(define-record-type p (make-p x) p? (x p-x))\n(define (f q)\n  (+ 1 (p-x q)))\n(f 5)")
    #expect(text.contains("\n  at test:3:8"), "\(text)")
  }

  @Test func aLongBodyAndALongCallAreCompiledOrRefusedWithoutADeepStack() {
    let statements = String(repeating: "(set! n (+ n 1)) ", count: 20_000)
    #expect(NativeSession.evaluate("(define (long n) \(statements) n) (long 0)") == "20000")
    func arguments(_ count: Int) -> String { String(repeating: "(car x) ", count: count) }
    #expect(NativeSession.evaluate("(define (wide x) (length (list \(arguments(15_000))))) (wide '(1))") == "15000")
    #expect(NativeSession.evaluate("(list \(arguments(30_000)))").hasPrefix("error: too many arguments in one call"))
  }

  @Test func deepAndWideFormsAreExpandedOrRefused() {
    func nested(_ open: String, _ inner: String, _ close: String, _ count: Int) -> String {
      String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }
    #expect(NativeSession.evaluate(nested("(+ 1 ", "0", ")", 5000)) == "5000")
    #expect(NativeSession.evaluate(nested("(if #t ", "'end", " #f)", 5000)) == "end")
    #expect(NativeSession.evaluate(nested("((lambda (x) ", "'end", ") 1)", 2000)) == "end")
    let bindings = (0..<10_000).map { "(x\($0) \($0))" }.joined()
    #expect(NativeSession.evaluate("(let (\(bindings)) (+ x1 x9999))") == "10000")
    #expect(NativeSession.evaluate("(let* (\(bindings)) (+ x1 x9999))") == "10000")
    let definitions = (0..<3000).map { "(define (f\($0)) (f\($0 + 1)))" }.joined()
    #expect(NativeSession.evaluate("(let () \(definitions) (define (f3000) 'last) (f0))") == "last")
    let clauses = (0..<5000).map { "((= n \($0)) \($0))" }.joined()
    #expect(NativeSession.evaluate("(let ((n 4999)) (cond \(clauses)))") == "4999")
  }

  @Test func liveDataSurviveCollectionsInTheMiddleOfLoopsAndRecursion() {
    let program = """
      (define (make n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons (list i (number->string i)) l)))))
      (define (check l n) (or (null? l) (and (= (caar l) (- n 1)) (equal? (cadr (car l)) (number->string (- n 1))) (check (cdr l) (- n 1)))))
      (define (run k) (if (= k 0) #t (let ((kept (make 20000))) (make 50000) (and (check kept 20000) (run (- k 1))))))
      (run 10)
      """
    #expect(NativeSession.evaluate(program) == "#t")
  }
}
