;;; Calls of variables that have always held a procedure of one code, which generated code expects there, and then hold others: of other code, of other numbers of
;;; parameters, primitives, continuations, parameters, what is no procedure. Loops are long enough for code to be made meanwhile.

(include "include/attempts.scm")

;; Small procedures, which are generated in place of the call.
(define (call-one f x) (+ 1 (f x)))
(define (call-last f x) (f x))
(define (adder k) (lambda (x) (+ x k)))
(show (times 3000 (lambda (i) (call-one (adder i) i))) (times 3000 (lambda (i) (call-last (adder i) i))))
(show (call-one (adder 1.5) 2) (call-one (adder 1) 2.5) (call-one (adder 1/2) 1/2) (call-last (adder 1.5) 2.25))
(show (call-one (lambda (x) (* x x)) 9) (call-last (lambda (x) (list x x)) 9))
(show (call-one abs -7) (call-last car '(1 2)))
(show (attempt (lambda () (call-one (lambda (x y) x) 1))) (attempt (lambda () (call-last (lambda () 1) 1))))
(show (attempt (lambda () (call-one 5 1))) (attempt (lambda () (call-last 'no 1))) (attempt (lambda () (call-one #f 1))) (attempt (lambda () (call-one 1.5 1))))
(show (attempt (lambda () (call-one (adder 'x) 1))) (attempt (lambda () (call-one car 5))) (attempt (lambda () (call-last vector-ref 5))))
(show (+ 1 (call-with-current-continuation (lambda (k) (call-one k 10)))) (call-with-current-continuation (lambda (k) (call-last k 10))))
(show (times 3000 (lambda (i) (call-one (if (even? i) (adder 1) (lambda (x) (- x))) i))))

;; Flonums go in and come out.
(define (sum-of f n) (let loop ((i 0) (x 0.5) (sum 0.)) (if (= i n) sum (loop (+ i 1) (+ x 1.) (+ sum (f x))))))
(show (sum-of (lambda (x) (* x x)) 3000) (sum-of (lambda (x) (- x 1.)) 10) (sum-of (lambda (x) 1) 10) (sum-of (lambda (x) 1/2) 10))
(show (attempt (lambda () (sum-of (lambda (x) 'symbol) 10))) (sum-of sqrt 4) (sum-of exact 4))

;; Procedures too large for that, in the same module.
(define (walk f tree)
  (cond ((pair? tree) (+ (walk f (car tree)) (walk f (cdr tree))))
        ((null? tree) 0)
        (else (f tree))))
(define (large x)
  (let loop ((i 0) (sum 0))
    (if (= i 3) (+ sum x) (loop (+ i 1) (+ sum (if (odd? i) x (- x)))))))
(define tree (times 200 (let ((t '())) (lambda (i) (set! t (cons (list i (+ i 1)) t)) t))))
(show (times 40 (lambda (i) (walk (lambda (x) (large x)) tree))) (walk large tree) (walk (lambda (x) 1) tree) (walk - tree))
(define (late x) (if (> x 198) (raise 'late) x))
(show (attempt (lambda () (walk late tree))))

;; Continuations are captured in the procedure that was expected, and entered again.
(define kept #f)
(define (keeper x) (if (= x 100) (call-with-current-continuation (lambda (k) (if (not kept) (set! kept k)) x)) x))
(define (sum-all f n) (let loop ((i 0) (sum 0)) (if (= i n) sum (loop (+ i 1) (+ sum (f i))))))
(show (sum-all (lambda (x) x) 3000))
(let ((sum (sum-all keeper 200)) (again kept))
  (show sum)
  (if again (begin (set! kept #f) (again 1000))))

;; The callee is a variable of a closure, and one that is assigned.
(define (make-calls f)
  (cons (lambda (x) (f (f x))) (lambda (g) (set! f g))))
(define calls (make-calls (lambda (x) (+ x 2))))
(show (times 3000 (lambda (i) ((car calls) i))))
((cdr calls) (lambda (x) (* x 2)))
(show ((car calls) 10))
((cdr calls) list)
(show ((car calls) 10))

;; Arithmetic: nothing is known of the numbers, whatever has come so far. Each primitive has procedures of its own, in which it is expected.
(define most-fixnum (- (expt 2 60) 1))
(define operands
  (list (cons most-fixnum most-fixnum) (cons most-fixnum 2) '(1.5 . 2) '(2.5 . 0.5) '(7 . 2.) '(1/2 . 7) '(7 . -1) '(7 . 0) '(a . 1) '(1 . #f)))
(define (with-operands f operands) (for-each (lambda (pair) (write (attempt (lambda () (f (car pair) (cdr pair))))) (write-char #\space)) operands) (newline))
(define-syntax with-procedures
  (syntax-rules ()
    ((_ operands primitive ...)
     (begin
       (let ((p primitive))
         (define (combine f a b) (list (f a b)))
         (define (combine-last f a b) (f a b))
         (define (choose f a b) (if (f a b) a b))
         (show (times 3000 (lambda (i) (combine p i 3))) (times 3000 (lambda (i) (combine-last p i 3))) (times 3000 (lambda (i) (choose p i 1500))))
         (with-operands (lambda (a b) (combine p a b)) operands)
         (with-operands (lambda (a b) (combine-last p a b)) operands)
         (with-operands (lambda (a b) (choose p a b)) operands))
       ...))))
(with-procedures operands + - * / quotient remainder modulo max min < > <= >= = eqv? cons)
(define (fold-of f start n) (let loop ((i 0) (sum start)) (if (= i n) sum (loop (+ i 1) (f sum i)))))
(show (fold-of + 0 3000) (fold-of + 0.5 3000) (fold-of * 1 30) (fold-of - 1/2 10) (fold-of (lambda (a b) b) 0 10))

;; Deep: what was expected unwinds the stack.
(define (nest f n) (if (= n 0) 0 (f (lambda () (+ 1 (nest f (- n 1)))))))
(show (nest (lambda (k) (k)) 2000) (nest (lambda (k) (k)) 300000) (nest (lambda (k) (+ 1 (k))) 1000))

;; Primitives that were expected.
(define (select f items) (let loop ((items items) (result '())) (if (null? items) (reverse result) (loop (cdr items) (cons (f (car items)) result)))))
(define pairs (times 300 (let ((l '())) (lambda (i) (set! l (cons (cons i (- i)) l)) l))))
(show (length (times 20 (lambda (i) (select car pairs)))) (car (select cdr pairs)) (car (select pair? pairs)) (attempt (lambda () (select car '((1) 2)))))
(show (car (select (lambda (x) (+ (car x) (cdr x))) pairs)) (select vector? '(1 #(2))))

;; Redefined while it is expected, and collected.
(define (apply-late f x) (f x))
(define maker (lambda () (lambda (x) (list 'old x))))
(show (times 3000 (lambda (i) (apply-late (maker) i))))
(set! maker (lambda () (lambda (x) (list 'new x))))
(show (times 3000 (lambda (i) (apply-late (maker) i))))
(show (times 50 (lambda (i) (apply-late (eval (list 'lambda '(x) (list '+ 'x i)) (interaction-environment)) 1))))

;; A procedure that is called most of the time, among others.
(define (often f other n x) (let loop ((i 0) (x x)) (if (= i n) x (loop (+ i 1) ((if (= 0 (modulo i 10)) other f) x)))))
(define (plus-one x) (+ x 1))
(define tripled (let ((k 3)) (lambda (x) (modulo (* k x) 1000003))))
(show (often plus-one tripled 3000 1) (often tripled plus-one 3000 1) (often plus-one plus-one 3000 1) (often (lambda (x) (list x)) length 2999 '()) (attempt (lambda () (often plus-one car 3000 1))))
(define (church n) (lambda (f) (lambda (x) (let loop ((i n) (x x)) (if (= i 0) x (loop (- i 1) (f x)))))))
(define (both a b) (lambda (f) (lambda (x) ((a f) ((b f) x)))))
(define (product a b) (lambda (f) (a (b f))))
(show (times 30 (lambda (i) (((product (both (church 10) (church 20)) (church i)) plus-one) 0))) ((((church 3) (church 3)) plus-one) 0))
(define (composed . fs) (if (null? fs) (lambda (x) x) (let ((f (car fs)) (g (apply composed (cdr fs)))) (lambda (x) (f (g x))))))
(define chain (composed (lambda (x) (* x 0.5)) plus-one - plus-one tripled plus-one))
(show (times 3000 (lambda (i) (chain i))) (attempt (lambda () (chain 1/2))) (attempt (lambda () (chain 'a))) ((composed car cdr cdr) '(1 2 3)))
(define kept #f)
(define (keeping f n) (let loop ((i 0) (sum 0)) (if (= i n) sum (loop (+ i 1) (+ sum (f i))))))
(define rounds 0)
(define (sometimes i) (if (= i 2500) (call-with-current-continuation (lambda (k) (set! kept k) 1)) 1))
(show (keeping (lambda (i) i) 10) (let ((r (keeping sometimes 3000))) (set! rounds (+ rounds 1)) (if (< rounds 3) (kept (* 10 rounds)) (list r rounds))))
