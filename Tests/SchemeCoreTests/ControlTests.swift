// Control: winds, exceptions, parameters, promises, continuations through all of them. Each row is a program and its value.
import Testing

@testable import SchemeCore

@Suite(.serialized) struct ControlTests {
  /// Definitions that programs share.
  static let prelude = """
    (define trace '())
    (define (note x) (set! trace (cons x trace)))
    (define (guarded body) (%guard-else body (lambda (e) (list 'caught (if (error-object? e) (error-object-message e) e)))))
    (define (guarded-if ok? body)
      (%guard body (lambda (e again) (if (ok? e) (list 'caught e) (again)))))
    (define (symbol-guard body) (guarded-if symbol? body))

    """

  static let programs: [(String, String)] = [
    // dynamic-wind.
    ("(dynamic-wind (lambda () (note 'in)) (lambda () (note 'body) 'value) (lambda () (note 'out))) (reverse trace)", "(in body out)"),
    ("(dynamic-wind (lambda () 1) (lambda () 'value) (lambda () 2))", "value"),
    (
      "(call/cc (lambda (k) (dynamic-wind (lambda () (note 'in)) (lambda () (k 'escaped)) (lambda () (note 'out))))) (reverse trace)",
      "(in out)"
    ),
    (
      """
      (define k #f)
      (define count 0)
      (define (run)
        (dynamic-wind (lambda () (note 'in)) (lambda () (call/cc (lambda (c) (set! k c))) (note 'body)) (lambda () (note 'out)))
        (set! count (+ count 1))
        (if (< count 3) (k #f))
        (reverse trace))
      (run)
      """, "(in body out in body out in body out)"
    ),
    (
      // From one branch to another: out to the common ancestor, then in.
      """
      (define k #f)
      (define (wind name body) (dynamic-wind (lambda () (note (list 'in name))) body (lambda () (note (list 'out name)))))
      (define (run)
        (wind 'a
          (lambda ()
            (wind 'b (lambda () (wind 'c (lambda () (call/cc (lambda (c) (set! k c))) (note 'here)))))
            (if (< (length trace) 10) (wind 'd (lambda () (wind 'e (lambda () (k #f))))))))
        (reverse trace))
      (run)
      """,
      "((in a) (in b) (in c) here (out c) (out b) (in d) (in e) (out e) (out d) (in b) (in c) here (out c) (out b) (out a))"
    ),
    ("(define (loop n) (dynamic-wind (lambda () #f) (lambda () (if (= n 0) 0 (+ 1 (loop (- n 1))))) (lambda () #f))) (loop 20000)", "20000"),
    ("(call-with-values (lambda () (dynamic-wind (lambda () 0) (lambda () (values 1 2)) (lambda () 3))) list)", "(1 2)"),
    // An `after` thunk that escapes, and one that sees the outer handler.
    (
      "(call/cc (lambda (k) (dynamic-wind (lambda () 0) (lambda () (k 'one)) (lambda () (k 'two)))))", "two"
    ),
    (
      "(guarded (lambda () (dynamic-wind (lambda () 0) (lambda () (raise 'inner)) (lambda () (raise 'outer)))))", "(caught outer)"
    ),

    // guard.
    ("(guarded (lambda () (+ 1 (raise 'oops))))", "(caught oops)"), ("(guarded (lambda () 5))", "5"),
    ("(guarded (lambda () (error \"bad\" 1 2)))", "(caught \"bad\")"),
    ("(guarded (lambda () (symbol-guard (lambda () (raise 5)))))", "(caught 5)"),
    ("(guarded (lambda () (symbol-guard (lambda () (raise 'inner)))))", "(caught inner)"),
    ("(list (guarded (lambda () (guarded (lambda () (raise 1))) (raise 2))) 3)", "((caught 2) 3)"),
    ("(guarded (lambda () (%guard-else (lambda () (raise 1)) (lambda (e) (raise (+ e 1))))))", "(caught 2)"),
    (
      "(guarded (lambda () (dynamic-wind (lambda () (note 'in)) (lambda () (raise 'x)) (lambda () (note 'out))))) (reverse trace)", "(in out)"
    ),
    (
      // No clause matches: back into the raise's environment, then out again to the outer guard.
      "(guarded (lambda () (symbol-guard (lambda () (dynamic-wind (lambda () (note 'in)) (lambda () (raise 5)) (lambda () (note 'out))))))) (reverse trace)",
      "(in out in out)"
    ),
    (
      "(with-exception-handler (lambda (e) (* e 10)) (lambda () (+ 1 (symbol-guard (lambda () (+ 100 (raise-continuable 5)))))))", "151"
    ),
    ("(define (count n) (if (= n 0) 0 (+ (if (pair? (guarded (lambda () (raise n)))) 1 0) (count (- n 1))))) (count 30000)", "30000"),
    ("(define (deep n) (if (= n 0) (raise 'bottom) (+ 1 (deep (- n 1))))) (guarded (lambda () (deep 200000)))", "(caught bottom)"),
    ("(define (deep n) (if (= n 0) (raise 'bottom) (+ 1 (deep (- n 1))))) (symbol-guard (lambda () (deep 200000)))", "(caught bottom)"),
    ("(define (nest n) (if (= n 0) (raise 'in) (guarded (lambda () (nest (- n 1)))))) (nest 100)", "(caught in)"),
    ("(define (nest n) (if (= n 0) (raise 5) (symbol-guard (lambda () (nest (- n 1)))))) (guarded (lambda () (nest 100)))", "(caught 5)"),

    // Every kind of error reaches a guard, from every kind of place.
    ("(guarded (lambda () (car 5)))", "(caught \"car: argument 1 must be a pair, but is\")"),
    ("(guarded (lambda () (if (< 'a 1) 1 2)))", "(caught \"<: argument 1 must be a real number, but is\")"),
    ("(guarded (lambda () (vector-ref (vector 1 2) 2)))", "(caught \"vector-ref: index 2 is out of range for a length of\")"),
    ("(guarded (lambda () (undefined-thing)))", "(caught \"unbound variable:\")"),
    ("(guarded (lambda () (list undefined-thing)))", "(caught \"unbound variable:\")"),
    ("(guarded (lambda () (set! undefined-thing 1)))", "(caught \"unbound variable:\")"),
    // An initialiser that is entered again assigns the same location; letrec assigns when all of them have been evaluated.
    ("(letrec ((x (call/cc (lambda (k) (list #t k))))) (if (car x) ((cadr x) (list #f (lambda () x))) (eq? x ((cadr x)))))", "#t"),
    ("(letrec* ((x (call/cc (lambda (k) (list #t k))))) (if (car x) ((cadr x) (list #f (lambda () x))) (eq? x ((cadr x)))))", "#t"),
    (
      "(let ((cont #f)) (letrec ((x (call/cc (lambda (c) (set! cont c) 0))) (y (call/cc (lambda (c) (set! cont c) 0)))) (if cont (let ((c cont)) (set! cont #f) (set! x 1) (set! y 1) (c 0)) (+ x y))))",
      "0"
    ),
    (
      "(let ((cont #f)) (letrec* ((x (call/cc (lambda (c) (set! cont c) 0))) (y (call/cc (lambda (c) (set! cont c) 0)))) (if cont (let ((c cont)) (set! cont #f) (set! x 1) (set! y 1) (c 0)) (+ x y))))",
      "1"
    ),
    (
      "(letrec ((x (call/cc list)) (y (call/cc list))) (cond ((procedure? x) (x (pair? y))) ((procedure? y) (y (pair? x)))) (let ((x (car x)) (y (car y))) (and (call/cc x) (call/cc y) (call/cc x))))",
      "#t"
    ),
    ("(define (f) 5) (letrec ((a (f)) (g (lambda () (+ a (h)))) (b (list (f))) (h (lambda () (car b)))) (list a (g) b))", "(5 10 (5))"),
    ("(guarded (lambda () (letrec ((a 1) (b (+ a 1))) b)))", "(caught \"variable used before its definition:\")"),
    ("(guarded (lambda () (letrec ((a (lambda () b)) (b (a))) b)))", "(caught \"variable used before its definition:\")"),
    ("(guarded (lambda () (5 5)))", "(caught \"not a procedure:\")"), ("(guarded (lambda () (+ 1 (5 5))))", "(caught \"not a procedure:\")"),
    ("(guarded (lambda () ((lambda (x) x))))", "(caught \"anonymous procedure: called with 0 arguments, but takes 1\")"),
    ("(guarded (lambda () (let ((f (lambda (x) x))) (f 1 2) 3)))", "(caught \"f: called with 2 arguments, but takes 1\")"),
    ("(guarded (lambda () (quotient 1 0)))", "(caught \"quotient: division by zero\")"),
    ("(guarded (lambda () (apply car '(1))))", "(caught \"car: argument 1 must be a pair, but is\")"),
    ("(guarded (lambda () (map car '(1))))", "(caught \"car: argument 1 must be a pair, but is\")"),
    ("(guarded (lambda () (make-vector 1000000000000 0)))", "(caught \"make-vector: out of memory for a size of\")"),
    ("(guarded (lambda () (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) (car i)))))", "(caught \"car: argument 1 must be a pair, but is\")"),

    // Handlers.
    ("(with-exception-handler (lambda (e) 42) (lambda () (+ 1 (raise-continuable 'c))))", "43"),
    (
      "(guarded (lambda () (with-exception-handler (lambda (e) 42) (lambda () (+ 1 (raise 'c))))))",
      "(caught \"an exception handler returned from an exception that cannot be continued:\")"
    ),
    (
      "(guarded (lambda () (with-exception-handler (lambda (e) 42) (lambda () (+ 1 (car 5))))))",
      "(caught \"an exception handler returned from an exception that cannot be continued:\")"
    ),
    ("(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'handled e))) (lambda () (+ 1 (raise 'x))))))", "(handled x)"),
    ("(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (error-object-irritants e))) (lambda () (car 5)))))", "(5)"),
    (
      // A handler runs with the outer handlers.
      "(with-exception-handler (lambda (e) (list 'outer e)) (lambda () (with-exception-handler (lambda (e) (list 'inner (raise-continuable e))) (lambda () (raise-continuable 1)))))",
      "(inner (outer 1))"
    ),
    (
      "(with-exception-handler (lambda (e) 'outer) (lambda () (let ((a (with-exception-handler (lambda (e) 'inner) (lambda () (raise-continuable 1))))) (list a (raise-continuable 2)))))",
      "(inner outer)"
    ),
    ("(guarded (lambda () (with-exception-handler 5 (lambda () 1))))", "(caught \"with-exception-handler: argument 1 must be a procedure, but is\")"),
    ("(guarded (lambda () (with-exception-handler (lambda (e) (raise (list e))) (lambda () (raise 'a)))))", "(caught (a))"),

    // Parameters.
    // Bindings that inner ones hide are dropped from the list; they are there again outside.
    (
      "(define p (make-parameter 0)) (define q (make-parameter 0)) (define (bound) (length (%parameters))) (%parameterize (list (cons p 1) (cons q 2)) (lambda () (%parameterize (list (cons q 3)) (lambda () (p 4) (%parameterize (list (cons q 5) (cons p 6)) (lambda () (list (p) (q) (bound)))))))) ",
      "(6 5 2)"
    ),
    (
      "(define p (make-parameter 0)) (define q (make-parameter 0)) (define r '()) (define (note) (set! r (cons (list (p) (q)) r))) (%parameterize (list (cons p 1) (cons q 2)) (lambda () (%parameterize (list (cons p 3)) (lambda () (note) (p 9) (q 8) (note))) (note))) (note) (reverse r)",
      "((3 2) (9 8) (1 8) (0 0))"
    ),
    ("(define p (make-parameter 1)) (list (p) (%parameterize (list (cons p 2)) (lambda () (p))) (p))", "(1 2 1)"),
    ("(define p (make-parameter 5 (lambda (x) (* x 2)))) (list (p) (%parameterize (list (cons p 7)) p) (p))", "(10 14 10)"),
    (
      "(define p (make-parameter 0)) (define k #f) (define n 0) (define (go) (let ((v (%parameterize (list (cons p 1)) (lambda () (call/cc (lambda (c) (set! k c))) (p))))) (set! n (+ n 1)) (if (< n 3) (k #f)) (list v (p) n))) (go)",
      "(1 0 3)"
    ),
    ("(define p (make-parameter 0)) (guarded (lambda () (%parameterize (list (cons p 1)) (lambda () (raise 'x))))) (p)", "0"),
    (
      "(define p (make-parameter 0)) (define (loop n) (%parameterize (list (cons p n)) (lambda () (if (= n 0) (p) (+ (p) (loop (- n 1))))))) (loop 100)",
      "5050"
    ),
    ("(define p (make-parameter 0)) (procedure? p)", "#t"),
    ("(guarded (lambda () (%parameterize (list (cons car 1)) list)))", "(caught \"parameterize: argument 1 must be a parameter, but is\")"),
    // An argument becomes the value (SRFI 39): that of the innermost parameterize.
    ("(define p (make-parameter 1)) (p 5) (p)", "5"),
    ("(define p (make-parameter 1 number->string)) (p 5) (p)", "\"5\""),
    ("(define p (make-parameter 1)) (define (set-it x) (p x)) (list (%parameterize (list (cons p 2)) (lambda () (set-it 3) (p))) (p))", "(3 1)"),
    ("(define p (make-parameter 1 (lambda (x) (* 2 x)))) (apply p '(5)) (map p '(6)) (p)", "12"),
    ("(define p (make-parameter 0)) (guarded (lambda () (p 1 2)))", "(caught \"parameter: called with 2 arguments, but takes 0 to 1\")"),
    (
      "(define p (make-parameter 1)) (define q (make-parameter 2)) (%parameterize (list (cons p (q)) (cons q (p))) (lambda () (list (p) (q))))",
      "(2 1)"
    ),
    (
      "(define p (make-parameter 'default)) (define seen '()) (dynamic-wind (lambda () (set! seen (cons (p) seen))) (lambda () (%parameterize (list (cons p 'inner)) (lambda () (call/cc (lambda (k) (k 1)))))) (lambda () (set! seen (cons (p) seen)))) seen",
      "(default default)"
    ),

    // Promises.
    ("(define n 0) (define p (%delay (lambda () (set! n (+ n 1)) n))) (list (force p) (force p) n)", "(1 1 1)"),
    ("(list (force 5) (force (make-promise 6)) (promise? (make-promise 1)) (promise? 1))", "(5 6 #t #f)"),
    ("(eq? (make-promise (make-promise 1)) 1)", "#f"),
    ("(define (loop n) (if (= n 0) (%delay (lambda () 'done)) (%delay-force (lambda () (loop (- n 1)))))) (force (loop 100000))", "done"),
    (
      "(define x 5) (define p (%delay (lambda () (set! x (- x 1)) (if (> x 0) (force p) 'last)))) (list (force p) x)", "(last 0)"
    ),
    ("(define p (%delay (lambda () (raise 'x)))) (list (guarded (lambda () (force p))) (guarded (lambda () (force p))))", "((caught x) (caught x))"),

    // Escapes.
    ("(call-with-escape-continuation (lambda (k) (+ 1 (k 5))))", "5"), ("(call/ec (lambda (k) 6))", "6"),
    ("(call-with-values (lambda () (call/ec (lambda (k) (k 1 2)))) list)", "(1 2)"),
    ("(call/ec (lambda (k) (dynamic-wind (lambda () (note 'in)) (lambda () (k 1)) (lambda () (note 'out))))) (reverse trace)", "(in out)"),
    ("(define (find-deep n k) (if (= n 0) (k 'found) (+ 1 (find-deep (- n 1) k)))) (call/ec (lambda (k) (find-deep 300000 k)))", "found"),

    // Continuations.
    ("(call-with-values (lambda () (call/cc (lambda (k) (k 1 2 3)))) list)", "(1 2 3)"),
    (
      "(define (f n) (if (= n 0) 0 (+ 1 (call/cc (lambda (k) (if (even? n) (k (f (- n 1))) (f (- n 1)))))))) (f 10000)", "10000"
    ),
    ("(define (loop n) (if (= n 0) 'done (begin (call/cc (lambda (k) k)) (loop (- n 1))))) (loop 100000)", "done"),
    (
      "(define r '()) (define k2 #f) (define (go) (let ((x (map (lambda (x) (call/cc (lambda (k) (if (= x 2) (set! k2 k)) x))) '(1 2 3)))) (set! r (cons x r)) (if (< (length r) 3) (k2 (* 10 (length r)))) r)) (go)",
      "((1 20 3) (1 10 3) (1 2 3))"
    ),
  ]

  @Test(arguments: programs.indices) func aProgramHasItsValue(_ index: Int) {
    let (program, expected) = Self.programs[index]
    #expect(NativeSession.evaluateInside(Self.prelude + program) == expected, "\(program)")
  }

  @Test func anUncaughtRaiseEndsTheProgramWithItsPlace() {
    let text = NativeSession.evaluateInside("(define (f x)\n  (+ 1 (raise x)))\n(%guard (lambda () (f 'oops)) (lambda (e again) (again)))")
    #expect(text.hasPrefix("error: "), "\(text)")
    #expect(text.contains("oops"), "\(text)")
    #expect(text.contains("\n  at test:2:8\n"), "\(text)")
  }

  @Test func aHandlerThatReturnsFromAnErrorIsAnErrorItself() {
    let text = NativeSession.evaluateInside("(with-exception-handler\n  (lambda (e) 1)\n  (lambda ()\n    (+ 1 (car 5))))")
    #expect(text.hasPrefix("error: an exception handler returned from an exception that cannot be continued: #<condition car:"), "\(text)")
    #expect(text.contains("\n  at test:4:10\n"), "\(text)")
  }

  @Test func theStateIsCleanAfterAnError() {
    _ = NativeSession.evaluateInside(
      "(define p (make-parameter 1)) (%parameterize (list (cons p 2)) (lambda () (dynamic-wind list (lambda () (car 5)) list)))")
    #expect(NativeSession.evaluateInside("(list (p) (%winds) (%handlers))") == "(1 () ())")
  }
}
