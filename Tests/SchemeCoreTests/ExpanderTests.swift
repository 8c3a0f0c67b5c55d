// Macros and libraries: programs with their values, and wrong ones with the start of their messages.
import Testing

@testable import SchemeCore

@Suite struct ExpanderTests {
  static let macros: [(String, String)] = [
    // Names that a macro binds do not capture its user's, and its user's names do not capture the macro's.
    (
      "(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp))))) (let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other))",
      "(2 1)"
    ),
    (
      "(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...)))))) (let ((t 5)) (list (my-or #f t) (let ((if list)) (my-or #f 7))))",
      "(5 7)"
    ),
    ("(let ((=> #f)) (cond (#t => 'ok)))", "ok"),
    ("(let ((else #f)) (cond (else 1) (#t 2)))", "2"),
    ("(let ((x 'outer)) (let-syntax ((m (syntax-rules () ((m) x)))) (let ((x 'inner)) (m))))", "outer"),
    (
      "(let ((x 1)) (letrec-syntax ((foo (syntax-rules () ((_ y) (bar y)))) (bar (syntax-rules () ((_ y) (let ((x 2)) (+ x y)))))) (foo x)))", "3"
    ),
    (
      "(letrec-syntax ((my-or (syntax-rules () ((my-or) #f) ((my-or e) e) ((my-or e1 e2 ...) (let ((temp e1)) (if temp temp (my-or e2 ...))))))) (let ((x #f) (y 7) (temp 8) (let odd?) (if even?)) (my-or x (let temp) (if y) y)))",
      "7"
    ),
    ("(let ((a 1)) (let-syntax ((foo (syntax-rules () ((_ b) (let ((a 2)) (list a b)))))) (foo a)))", "(2 1)"),
    (
      "(define-syntax m1 (syntax-rules () ((_ x) (let ((y 1)) (m2 x y))))) (define-syntax m2 (syntax-rules () ((_ a b) (let ((y 2)) (list a b y))))) (let ((y 0)) (m1 y))",
      "(0 1 2)"
    ),
    ("(define-syntax kw (syntax-rules () ((_ if) (let ((if list)) (if 1 2 3))))) (kw anything)", "(1 2 3)"),
    ("(let ((quote list)) '5)", "(5)"),
    // Macros that define macros.
    (
      "(define-syntax be-like-begin (syntax-rules () ((_ name) (define-syntax name (syntax-rules () ((name expr (... ...)) (begin expr (... ...)))))))) (be-like-begin sequence) (sequence 1 2 3 4)",
      "4"
    ),
    (
      "(define-syntax define-getter (syntax-rules () ((_ name value) (define-syntax name (syntax-rules () ((_) value)))))) (define-getter five 5) (let ((value 6)) (five))",
      "5"
    ),
    (
      "(define-syntax outer (syntax-rules () ((_ x) (let-syntax ((inner (syntax-rules () ((_ y) (list x y))))) (inner x))))) (let ((y 3)) (outer y))",
      "(3 3)"
    ),
    // Patterns.
    ("(define-syntax t (syntax-rules () ((_ a ... b c) '((a ...) b c)))) (list (t 1 2) (t 1 2 3 4))", "((() 1 2) ((1 2) 3 4))"),
    ("(define-syntax t (syntax-rules () ((_ a ... b . r) '((a ...) b r)))) (list (t 1 2 . 3) (t 1))", "(((1) 2 3) (() 1 ()))"),
    ("(define-syntax t (syntax-rules () ((_ (a b ...) ...) '((a ...) (b ... ...))))) (t (1 2 3) (4 5) (6))", "((1 4 6) (2 3 5))"),
    ("(define-syntax t (syntax-rules () ((_ #(a b ...) ...) '((a ...) #(b ... ...))))) (t #(1 2 3) #(4))", "((1 4) #(2 3))"),
    ("(define-syntax t (syntax-rules () ((_ _ x _) 'x))) (t 1 2 3)", "2"),
    ("(define-syntax t (syntax-rules (a) ((_ a) 'literal) ((_ x) 'other))) (list (t a) (t b) (let ((a 1)) (t a)))", "(literal other other)"),
    ("(define-syntax t (syntax-rules ::: () ((_ a :::) (list a ::: '...)))) (t 1 2)", "(1 2 ...)"),
    ("(define-syntax t (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'x))) (list (t ...) (t 1))", "(dots 1)"),
    ("(let ((... 2)) (let-syntax ((s (syntax-rules () ((_ x ...) 'bad) ((_ . r) 'ok)))) (s a b c)))", "ok"),
    ("(define-syntax t (syntax-rules () ((_ \"a\" 1 #\\x) 'yes) ((_ . r) 'no))) (list (t \"a\" 1 #\\x) (t \"b\" 1 #\\x))", "(yes no)"),
    ("(define-syntax t (syntax-rules () ((_ (x y ...) ...) '(((x (y x) ...)) ...)))) (t (1 2 3) (4))", "(((1 (2 1) (3 1))) ((4)))"),
    (
      "(define-syntax while (syntax-rules () ((_ c b ...) (let loop () (when c b ... (loop)))))) (let ((i 0) (loop '())) (while (< i 3) (set! loop (cons i loop)) (set! i (+ i 1))) loop)",
      "(2 1 0)"
    ),
    (
      "(define-syntax my-let (syntax-rules () ((_ ((n v) ...) . body) ((lambda (n ...) . body) v ...)) ((_ tag ((n v) ...) . body) ((letrec ((tag (lambda (n ...) . body))) tag) v ...)))) (my-let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i))",
      "5"
    ),
    // A variable may be followed by more ellipses than in its pattern: the innermost ones are its own.
    (
      "(define-syntax pairup (syntax-rules () ((_ (f ...) (b ...)) '((f (b ...)) ...)))) (list (pairup (a b) (x y)) (pairup (a b) (x y z)))",
      "(((a (x y)) (b (x y))) ((a (x y z)) (b (x y z))))"
    ),
    ("(define-syntax twice (syntax-rules () ((_ b ...) '((b (b ...)) ...)))) (twice 1 2)", "((1 (1 2)) (2 (1 2)))"),
    ("(define-syntax once (syntax-rules () ((_ a b ...) '((a b) ...)))) (once x 1 2)", "((x 1) (x 2))"),
    (
      "(define-syntax deep (syntax-rules () ((_ (a b ...) ...) '((((a (b ...)) ...) b ...) ...)))) (deep (1 2 3) (4 5))",
      "((((1 (2 3)) (4 (5))) 2 3) (((1 (2 3)) (4 (5))) 5))"
    ),
    ("(define-syntax rows (syntax-rules () ((_ (a b ...) ...) '(((a b) ...) ...)))) (rows (x 1 2) (y 3))", "(((x 1) (x 2)) ((y 3)))"),
    ("(define-syntax vec (syntax-rules () ((_ (f ...) (b ...)) '#(#(f #(b ...)) ...)))) (vec (1 2) (3 4))", "#(#(1 #(3 4)) #(2 #(3 4)))"),
    ("(define-syntax esc (syntax-rules () ((_ a ...) '((... (a ...)) ...)))) (esc 1 2)", "((1 ...) (2 ...))"),
    // Definitions.
    (
      "(define-syntax def (syntax-rules () ((_ n v) (begin (define hidden v) (define (n) hidden))))) (def get1 1) (def get2 2) (list (get1) (get2))",
      "(1 2)"
    ),
    (
      "(define-syntax def (syntax-rules () ((_ n v) (begin (define hidden v) (define (n) hidden))))) (let () (def a 1) (def b 2) (list (a) (b)))",
      "(1 2)"
    ),
    // What one expansion inserts at top level sees all that it defines, also what comes later.
    (
      "(define-syntax deftwo (syntax-rules () ((_ f) (begin (define (f x) (helper x)) (define (helper x) (* x x)))))) (deftwo sq) (sq 10)", "100"
    ),
    (
      "(define-syntax defthree (syntax-rules () ((_ f) (begin (define (f x) (use-it x)) (define-syntax use-it (syntax-rules () ((_ y) (late y)))) (define late (lambda (z) (list z 'late))))))) (defthree f) (f 1)",
      "(1 late)"
    ),
    (
      "(define-syntax inner-define (syntax-rules () ((_ n v) (define n v)))) (define-syntax both (syntax-rules () ((_ f) (begin (define (f) secret) (inner-define secret 5))))) (both f) (f)",
      "5"
    ),
    (
      "(define-syntax two (syntax-rules () ((_ f g) (begin (define (f) (r-x (make 1 2))) (define-record-type r (make x y) r? (x r-x) (y r-y)) (define-values (g h) (values (lambda () (list (f) h)) 7)))))) (two f g) (g)",
      "(1 7)"
    ),
    ("(begin (define old-list-copy list-copy) (define (list-copy x) (old-list-copy (cons 0 x)))) (list-copy '(1))", "(0 1)"),
    (
      "(begin (define old-build-list build-list) (define (build-list n f) (old-build-list n (lambda (i) (f (f i)))))) (build-list 3 (lambda (x) (+ x 1)))",
      "(2 3 4)"
    ),
    ("(let loop ((i 0)) (define-syntax it (syntax-rules () ((_) i))) (define j (it)) (if (< i 3) (loop (+ i 1)) (list i j)))", "(3 3)"),
    ("(define (f) (define-syntax two (syntax-rules () ((_) (g)))) (define (g) 2) (two)) (f)", "2"),
    ("(define-syntax my-if (syntax-rules () ((_ c a b) (cond (c a) (else b))))) (let ((else #f)) (my-if #f 1 2))", "2"),
    ("(define-syntax alias if) (alias #t 1 2)", "1"),
    ("(define-syntax q (syntax-rules () ((_ x) '(x y #(x z))))) (q 1)", "(1 y #(1 z))"),
    ("(define-syntax qq (syntax-rules () ((_ x) `(x ,x ,@(list x 'y))))) (let ((a 1)) (qq a))", "(a 1 1 y)"),
    ("(define-syntax c (syntax-rules () ((_ x) (case x ((a b) 'ab) (else 'other))))) (list (c 'a) (c 'z))", "(ab other)"),
    ("(define-syntax rec (syntax-rules () ((_ t m p a) (define-record-type t (m x) p (x a))))) (rec pt make-pt pt? pt-x) (pt-x (make-pt 5))", "5"),
    // A redefinition is nothing to the library, and what is used before it is the program's all the same.
    ("(define (reverse l) 'mine) (list (map list '(1 2)) (reverse '(1)))", "(((1) (2)) mine)"),
    ("(define (early) (list-copy 5)) (define (list-copy x) (list 'my x)) (early)", "(my 5)"),
    (
      "(import (scheme base)) (define (early) (list-tail '(1 2) 1)) (define (list-tail l k) (list 'my (list-copy l) k)) (early)",
      "(my (1 2) 1)"
    ),
    (
      "(import (scheme base)) (define (early) (vector-map 1 2)) (define (vector-map f v) (cons 'my (string-map (lambda (c) c) \"a\"))) (early)",
      "(my . \"a\")"
    ),
    ("(import (scheme base) (srfi 1)) (begin (define old delete) (define (delete x l) (old x (cons 0 l)))) (delete 1 '(1 2))", "(0 2)"),
    // An import after a definition is the library's again, also for a text that defines the name anew.
    (
      "(define (list-set! x) 'first) (define (first) (list-set! 1)) (eval '(import (scheme base)) (interaction-environment)) (define (early) (list-set! 5)) (define (list-set! x) (list 'my x)) (list (first) (early))",
      "(first (my 5))"
    ),
  ]

  static let forms: [(String, String)] = [
    ("(define-values (a b . c) (values 1 2 3 4)) (list a b c)", "(1 2 (3 4))"),
    ("(let () (define-values (x y) (values 1 2)) (define-values all (values 3 4)) (list x y all))", "(1 2 (3 4))"),
    ("(let ((a 'a) (b 'b)) (let-values (((a b) (values b a)) (c (values a b))) (list a b c)))", "(b a (a b))"),
    ("(let*-values (((a b) (values 1 2)) ((x y) (values a (+ a b)))) (list a b x y))", "(1 2 1 3)"),
    ("(receive (a . r) (values 1 2 3) (list a r))", "(1 (2 3))"),
    (
      "(define f (case-lambda ((a) (list 1 a)) ((a b) (list 2 a b)) ((a . r) (list 'n a r)))) (list (f 1) (f 1 2) (f 1 2 3))",
      "((1 1) (2 1 2) (n 1 (2 3)))"
    ),
    ("(case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) => (lambda (x) (list x 'composite))))", "(6 composite)"),
    ("(case 'x ((a) 1) (else => (lambda (x) x)))", "x"),
    ("(guard (e ((symbol? e) (list 'sym e)) ((string? e) => (lambda (x) x))) (raise 'boom))", "(sym boom)"),
    ("(guard (e ((assq 'a e) => cdr) ((assq 'b e))) (raise (list (cons 'a 42))))", "42"),
    ("(guard (o (#t (list 'outer o))) (guard (i ((number? i) i)) (raise 'inner)))", "(outer inner)"),
    ("(define p (make-parameter 10 (lambda (x) (* x 2)))) (list (p) (parameterize ((p 3)) (p)) (p))", "(20 6 20)"),
    ("(let ((p (delay-force (delay (+ 1 2))))) (list (force p) (force (make-promise 4)) (promise? p)))", "(3 4 #t)"),
    ("(define x 1) (define (g) x) (list (fluid-let ((x 2)) (g)) (g))", "(2 1)"),
    ("(cond-expand ((and r7rs (not no-such-thing)) 'yes) (else 'no))", "yes"),
    ("(cond-expand ((library (no such library)) 1) ((or (library (scheme base)) foo) 2))", "2"),
    ("`(1 `(2 ,(3 ,(+ 1 3))))", "(1 `(2 ,(3 4)))"),
    ("`(1 `,@(2 ,@(list 3 4)))", "(1 `,@(2 3 4))"),
    ("`#(1 ,@(list 2 3) ,(+ 2 2))", "#(1 2 3 4)"),
    ("`(1 . ,(+ 1 1))", "(1 . 2)"),
    ("(define-record-type <p> #f p? (x p-x)) (p? 1)", "#f"),
    ("(let () (define a 1) (display \"\") (define b 2) (+ a b))", "3"),
    ("(begin (define z1 1) (begin (define z2 2)) (+ z1 z2))", "3"),
    ("(eval '(let ((x 2)) (* x 21)) (environment '(scheme base)))", "42"),
    ("(eval '(begin (define ev 5) (+ ev 1)) (interaction-environment)) ev", "5"),
    ("(eval '(if (pair? '(1)) (* 2 3) 0) (scheme-report-environment 5))", "6"),
  ]

  static let libraries: [(String, String)] = [
    (
      "(define-library (t one) (export (rename f g) h m) (import (scheme base)) (begin (define (f x) (* 2 x)) (define h (list 1 2)) (define-syntax m (syntax-rules () ((_ x) (f x)))))) (import (prefix (t one) o:)) (list (o:g 4) o:h (o:m 5))",
      "(8 (1 2) 10)"
    ),
    (
      "(define-library (t counter) (export next) (import (scheme base)) (begin (define n 0) (define (next) (set! n (+ n 1)) n))) (import (rename (t counter) (next tick))) (tick) (tick)",
      "2"
    ),
    (
      "(define-library (t forward) (export f) (import (scheme base)) (begin (define (f) (filter 1)) (define (filter x) (list 'own x)))) (import (t forward)) (f)",
      "(own 1)"
    ),
    (
      "(define-library (t hygiene) (export my-if) (import (scheme base)) (begin (define-syntax my-if (syntax-rules () ((_ c a b) (cond (c a) (else b))))))) (import (only (t hygiene) my-if)) (let ((cond list) (else #f)) (my-if #f 1 2))",
      "2"
    ),
    (
      "(define-library (t order) (export log) (import (scheme base)) (begin (define log '()) (define (note x) (set! log (cons x log))) (note 1) (note 2))) (import (t order)) log",
      "(2 1)"
    ),
    ("(import (scheme base) (scheme char)) (define-values (a b) (values #\\a #\\b)) (list (char-upcase a) b)", "(#\\A #\\b)"),
    (
      "(import (except (scheme base) cdar) (prefix (only (scheme base) cdar) base-)) (define (cdar x) 'mine) (list (cdar '((1))) (base-cdar '((1 . 1))))",
      "(mine 1)"
    ),
    ("(import (scheme base)) (define (f) (g)) (define (g) 'later) (f)", "later"),
    // Literals match by what they are bound to, or by name where nothing binds them on either side.
    ("(define not-a-program 1) (import (srfi 26)) ((cut list <> 2) 1)", "(1 2)"),
    (
      "(define-library (t pick) (export pick) (import (scheme base)) (begin (define-syntax pick (syntax-rules (left) ((_ left a b) a) ((_ x a b) 'neither))))) (import (t pick)) (list (pick left 1 2) (let ((left 1)) (pick left 1 2)) (pick right 1 2))",
      "(1 neither neither)"
    ),
    ("(import (scheme base) (srfi 26)) ((cut list <> 2) 1)", "(1 2)"),
    (
      "(import (scheme base) (srfi 26)) (define-syntax via (syntax-rules () ((_ x) (cut list x 2)))) (list ((via <>) 1) (let ((<> 3)) ((via <>))))",
      "((1 2) (3 2))"
    ),
    ("(import (scheme base) (srfi 26)) (define <> 5) ((cut list <> 2))", "(5 2)"),
    (
      "(define-library (t bound) (export pick (rename mark notch)) (import (scheme base)) (begin (define mark 1) (define-syntax pick (syntax-rules (mark) ((_ mark) 'mark) ((_ x) 'other))))) (import (t bound)) (list (pick mark) (pick notch))",
      "(other mark)"
    ),
    (
      "(define-library (t takes) (export takes) (import (scheme base)) (begin (define-syntax takes (syntax-rules (list) ((_ list) 'list) ((_ x) 'other))))) (import (t takes)) (define before (takes list)) (define (list . x) x) (cons before (takes list))",
      "(list . other)"
    ),
    (
      "(import (only (scheme base) define-syntax syntax-rules quote)) (define-syntax all (syntax-rules () ((_ x ... _) '(x ...)))) (all 1 2 3)",
      "(1 2)"
    ),
    (
      "(define-library (t inserted) (export sq) (import (scheme base)) (begin (define-syntax deftwo (syntax-rules () ((_ f) (begin (define (f x) (helper x)) (define (helper x) (* x x)))))) (deftwo sq))) (import (t inserted)) (sq 10)",
      "100"
    ),
    (
      "(define-library (t late-macro) (export f) (import (scheme base)) (begin (define (f x) (late x)) (define-syntax late (syntax-rules () ((_ x) (list 'late x)))))) (import (t late-macro)) (f 1)",
      "(late 1)"
    ),
    // The interaction environment has what the program imported and defined.
    (
      "(import (scheme base) (scheme eval) (scheme repl) (prefix (srfi 8) my-) (prefix (srfi 1) my-)) (define-syntax own (syntax-rules () ((_ x) (list x)))) (define d 7) (eval '(list (my-receive (a b) (values 1 2) (my-xcons a b)) (own d) (car '(1))) (interaction-environment))",
      "((2 . 1) (7) 1)"
    ),
  ]

  @Test(arguments: macros.indices) func aMacroHasItsMeaning(_ index: Int) {
    let (program, expected) = Self.macros[index]
    #expect(NativeSession.evaluate(program) == expected, "\(program)")
  }

  @Test func aDefinitionAfterAnImportIsThatOfTheUsesBeforeIt() {
    #expect(NativeSession.evaluate("(define (vector-fill! x) 'first) (define (old) (vector-fill! 1)) (old)") == "first")
    #expect(NativeSession.evaluate("(import (scheme base)) 1") == "1")
    #expect(NativeSession.evaluate("(let ((v (make-vector 2 0))) (vector-fill! v 7) (list v (old)))") == "(#(7 7) first)")
    let program = "(define (early) (vector-fill! 5)) (define (vector-fill! x) (list 'my x)) (list (early) (old))"
    #expect(NativeSession.evaluate(program) == "((my 5) first)")
    // Other tests get the standard's back.
    #expect(NativeSession.evaluate("(import (scheme base)) 1") == "1")
  }

  @Test(arguments: forms.indices) func aFormHasItsMeaning(_ index: Int) {
    let (program, expected) = Self.forms[index]
    #expect(NativeSession.evaluate(program) == expected, "\(program)")
  }

  @Test(arguments: libraries.indices) func aLibraryGivesWhatItExports(_ index: Int) {
    let (program, expected) = Self.libraries[index]
    #expect(NativeSession.evaluate(program) == expected, "\(program)")
  }

  static let errors: [(String, String)] = [
    ("(define-syntax swap! (syntax-rules () ((_ a b) a))) (swap! 1)", "no syntax-rules clause matches: (swap! 1)"),
    ("(define-syntax l (syntax-rules () ((_ x) (l x)))) (l 1)", "the expansion of this macro does not seem to end: (l 1)"),
    ("(define-syntax l (syntax-rules () ((_ x) (+ 1 (l x))))) (l 1)", "the expression is nested too deeply"),
    ("(define-syntax l (syntax-rules () ((_ x ...) (l x ... x ...)))) (l 1)", "the expansion of this macro is too large"),
    ("(define-syntax l (syntax-rules () ((_) (begin (l) (l))))) (l)", "the form is nested too deeply"),
    ("(define-syntax m (syntax-rules () ((_ x x) 1)))", "a pattern has one variable twice"),
    ("(define-syntax m (syntax-rules () ((_ x ...) x)))", "a variable of the pattern needs an ellipsis after it"),
    ("(define-syntax m (syntax-rules () ((_ x) (x ...))))", "nothing in the template before an ellipsis repeats"),
    ("(define-syntax m (syntax-rules () ((_ b ...) ((b ...) ...))))", "nothing in the template before an ellipsis repeats"),
    ("(define-syntax m (syntax-rules () ((_ b ...) (b ... ...))))", "nothing in the template before an ellipsis repeats"),
    ("(define-syntax m (syntax-rules () ((_ x ...) (... (x)))))", "a variable of the pattern needs an ellipsis after it"),
    ("(define-syntax m (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...)))) (m (1 2) (3))", "the parts repeated together have different lengths"),
    ("(define-syntax m (syntax-rules () ((_ x ... y ...) 1)))", "a list pattern can have one ellipsis"),
    ("(define-syntax m (lambda (x) x))", "a macro must be defined by syntax-rules"),
    ("(syntax-error \"bad thing:\" (a b) 5)", "bad thing: (a b) 5"),
    ("(if)", "if takes a test and one or two branches: (if)"),
    ("(let ((x 1) (x 2)) x)", "two bindings have the same name"),
    ("(lambda (x x) x)", "two parameters have the same name"),
    ("(let () (define a 1) (define a 2) a)", "the body defines a name twice"),
    ("(let () (define a 1))", "the body has no expression"),
    ("(list . 5)", "a call must be a proper list"),
    ("(import (no such library))", "there is no library (no such library); the program may not reach no/such/library.sld and no/such/library.scm"),
    (
      "(define-library (t skipped) (export x) (import (scheme base)) (cond-expand (no-such-feature (begin (define x 1)))))",
      "the library exports a name that it does not define: x; no clause of the cond-expand at test:1:63 applies"
    ),
    (
      "(define-library (t skipped2) (export f) (import (scheme base)) (cond-expand (no-such-feature (begin (define (g) 1)))) (begin (define (f) (g)))) (import (t skipped2)) (f)",
      "unbound variable: g; no clause of the cond-expand at test:1:64 applies"
    ),
    (
      "(define-library (t used) (export g) (import (scheme base)) (begin (define (f) (g))))",
      "the library exports a name that it does not define: g"
    ),
    (
      "(import (scheme base)) (define x 1) (match x ((a b) a) (else 'no))",
      "unbound variable: match; taken for a procedure, it has a wrong operand: this keyword is only allowed inside cond, case and guard: (else 'no)"
    ),
    ("(unknown-macro (another-one (else 1)))", "unbound variable: unknown-macro; taken for"),
    ("(import (only (scheme base) nothing))", "the library does not export nothing"),
    ("(import (scheme base)) (set! cdar 5)", "a name that was imported cannot be assigned: (set! cdar 5)"),
    ("(import (scheme base)) (display 1)", "unbound variable: display"),
    ("(define-library (t bad) (export x) (import (scheme base)))", "the library exports a name that it does not define: x"),
    ("(define-library (t twice) (export x) (import (scheme base)) (begin (define x 1) (define x 2)))", "the library defines a name twice: x"),
    ("(define-library (t self) (import (t self)))", "the libraries import each other: (t self)"),
    ("(let loop ((i 0)) (define))", "define needs a name and a value"),
    ("(else 1)", "this keyword is only allowed inside cond, case and guard"),
    ("(display if)", "a keyword is not an expression: if"),
    ("(include \"no-such-file.scm\")", "include: "),
    ("(let-values (((a a) (values 1 2))) a)", "two parameters have the same name"),
  ]

  @Test(arguments: errors) func aWrongFormHasItsMessage(_ program: String, _ message: String) {
    let text = NativeSession.evaluate(program)
    #expect(text.hasPrefix("error: " + message), "\(program): \(text)")
  }

  @Test func anUnboundVariableComesWithASuggestion() {
    let misspelt = NativeSession.evaluate("(define (suggested-name x) x) (sugested-name 1)")
    #expect(misspelt.hasPrefix("error: unbound variable: sugested-name; did you mean suggested-name?\n"), "\(misspelt)")
    #expect(NativeSession.evaluate("(lenght '())").hasPrefix("error: unbound variable: lenght; did you mean length?\n"))
    #expect(NativeSession.evaluate("(quite-unlike-anything)").hasPrefix("error: unbound variable: quite-unlike-anything\n"))
    let missing = NativeSession.evaluate("(import (scheme base)) (display 1)")
    #expect(missing.hasPrefix("error: unbound variable: display; (scheme write) exports it\n"), "\(missing)")
  }

  private func expansion(_ text: String) -> String {
    NativeSession.exclusively { String(decoding: Session.expansion(of: [UInt8](text.utf8)).text, as: UTF8.self) }
  }

  @Test func anExpansionCanBeLookedAt() {
    _ = NativeSession.evaluate("(define-syntax exchange! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))")
    #expect(expansion("(lambda (tmp y) (exchange! tmp y))") == "(lambda (tmp y) (let ((tmp.1 tmp)) (set! tmp y) (set! y tmp.1)))\n")
    #expect(
      expansion("(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) 'done))")
        == "(letrec ((loop (lambda (i) (if (< i 3) (loop (+ i 1)) 'done)))) (loop 0))\n")
    #expect(expansion("(if)").hasPrefix("error: if takes a test"))
  }

  @Test func aNameCanBeDescribed() {
    func description(_ name: String) -> String {
      NativeSession.exclusively { String(decoding: Session.description(of: [UInt8](name.utf8)), as: UTF8.self) }
    }
    #expect(description("if") == "if: syntax, in (scheme base)")
    #expect(description("vector-ref") == "(vector-ref a b): procedure, in (scheme base)")
    #expect(description("vector-for-each").hasPrefix("(vector-for-each f"))
    _ = NativeSession.evaluate("(define described-variable 5) (define (described-procedure x . r) x)")
    #expect(description("described-variable") == "described-variable: variable, 5")
    #expect(description("described-procedure") == "(described-procedure x . r): procedure defined at test:1:31")
    #expect(description("no-such-name-at-all") == "")
  }

  /// Every name that a library of R7RS exports exists.
  @Test func theLibrariesOfTheReportAreComplete() {
    let missing = NativeSession.exclusively { Libraries.missingExports() }
    #expect(missing.map { String(decoding: $0, as: UTF8.self) } == [])
  }
}
