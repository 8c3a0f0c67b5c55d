;; Clauses of case-lambda with rest parameters, and of closures; procedures with rest parameters through variables: with each number of arguments, from everywhere,
;; where variables and globals come to hold others.

(include "include/attempts.scm")

(define pick
  (case-lambda
    (() 'none)
    ((a . rest) (if (null? rest) (list 'one a) (list 'more a rest)))))
(define late
  (case-lambda
    ((a) (list 'single a))
    ((a b . rest) (cons (+ a b) (reverse rest)))
    ((a b c) 'never)))
(define (picks i) (list (pick) (pick i) (pick i 2) (pick i 2 3) (pick 1 2 3 4 i) (pick 1 2 3 4 5 6) (pick 1 2 3 4 5 6 7 i) (late i) (late i 1) (late i 1 2) (late 1 2 3 4 5 i)))
(show (times 2000 picks))
(show (apply pick '()) (apply pick '(1)) (apply late 1 2 '(3 4 5 6 7 8)) (map late '(1 2) '(3 4)) (map late '(1 2) '(3 4) '(5 6)))
(show (attempt (lambda () (late))) (attempt (lambda () (apply late '()))) (attempt (lambda () (late 'a 1))) (attempt (lambda () (times 2000 (lambda (i) (late i (if (= i 1999) "x" i) i))))))

;; Each list is new; with what the collector moves, and doubles.
(define kept (case-lambda ((n . rest) (set-car! rest (vector n (car rest))) rest) (() 'never)))
(show (times 2000 (lambda (i) (kept (* i 0.5) (vector i) (list i)))) (eq? (kept 1 2) (kept 1 2)))
(define build (case-lambda ((n) (build n '())) ((n l . more) (if (= n 0) (list (length l) more) (build (- n 1) (cons (vector n) l) n (* n 0.5))))))
(show (build 100000))
(define deep (case-lambda ((n) (if (= n 0) 0 (+ 1 (deep (- n 1) n)))) ((n . rest) (if (= n 0) (length rest) (+ 1 (deep (- n 1) n n))))))
(show (deep 100000) (deep 5 1 2 3))

;; Closures: each has its own variables, whichever clause is called.
(define (account balance)
  (case-lambda
    (() balance)
    ((amount) (set! balance (+ balance amount)) balance)
    ((amount . rest) (set! balance (apply + amount balance rest)) (list balance rest))))
(define one (account 10))
(define two (account 1/2))
(define three (account 1.5))
(define (use account i) (account i) (list (account) (account i) (account i 1) (account i 1 2) (account 1 2 3 4 5 6 i)))
(show (times 2000 (lambda (i) (one i) (use one 1))) (times 2000 (lambda (i) (use two i))) (use three 1) (one) (two) (three))
(show (times 2000 (lambda (i) (use (if (even? i) one three) i))))
(define (local i)
  (define f (case-lambda ((a) (list a i)) ((a b . rest) (list a b rest i))))
  (list (f 1) (f 1 2) (f 1 2 3) (map f '(1 2)) (map f '(1 2) '(3 4)) (call-with-current-continuation f)))
(define (first-values i) (list-tail (reverse (local i)) 1))
(show (times 2000 first-values))
(define (countdown n)
  (define down (case-lambda ((k) (if (= k 0) n (down (- k 1) k))) ((k l) (if (= k 0) (list n l) (down (- k 1)))) ((k . rest) (down k))))
  (list (down 3) (down 4 1) (down 2 3 4)))
(show (times 2000 countdown))
(show (attempt (lambda () (one 'a))) (attempt (lambda () ((account 1) 1 'b 2))))
(define (picky n) (case-lambda ((a) (+ a n)) ((a b c . rest) (list a b c rest n))))
(define p (picky 5))
(show (times 2000 (lambda (i) (list (p i) (p i 1 2) (p i 1 2 3)))) (attempt (lambda () (p))) (attempt (lambda () (p 1 2))) (attempt (lambda () (times 2000 (lambda (i) (if (= i 1999) (p i i) (p i)))))))

;; Continuations that are taken in clauses.
(define saved #f)
(define again 0)
(define (capturing n) (case-lambda ((a) (+ a n)) ((a . rest) (let ((v (call-with-current-continuation (lambda (k) (set! saved k) a)))) (set! n (+ n 1)) (list v n rest)))))
(define c (capturing 0))
(show (times 2000 (lambda (i) (c i 2 3))))
(show (c 'first 'b))
(if (< again 3) (begin (set! again (+ again 1)) (saved (list 'again again))))
(define escape (case-lambda ((k) (k 'out)) ((k . rest) (k rest))))
(show (times 2000 (lambda (i) (list (call-with-current-continuation escape) (call-with-current-continuation (lambda (k) (escape k i) 'never))))))

;; Procedures with rest parameters that variables hold: the same at each call, others by turns, some that take too many.
(define procedures
  (vector (lambda rest rest) (lambda (a . rest) (cons rest a)) (lambda (a b . rest) (list b a rest)) pick late one
          (lambda (a b) (- a b)) list (lambda (a b c . rest) (list a b c rest))))
(define (call-all i)
  (let ((f (vector-ref procedures (remainder i 8))))
    (list (f i 1) (attempt (lambda () (f))) (attempt (lambda () (f i))) (attempt (lambda () (f i 1 2))) (attempt (lambda () (f 1 2 3 4 5 6))) (attempt (lambda () (f 1 2 3 4 5 6 7))))))
(set! one (account 10))
(vector-set! procedures 5 one)
(define (calls n) (let loop ((i 0) (last '())) (if (= i n) last (loop (+ i 1) (call-all i)))))
(for-each (lambda (n) (show (calls n))) '(2001 2002 2003 2004 2005 2006 2007 2008))
(define (each f i) (list (f i 1 2) (f i 1 2 3 4 5)))
(show (times 2000 (lambda (i) (each (vector-ref procedures 0) i))) (each (vector-ref procedures 8) 1) (each late 1) (times 2000 (lambda (i) (each (vector-ref procedures 8) i))))

;; Redefined and assigned, in the middle of a call too.
(define (use-pick i) (list (pick i) (pick i 2)))
(times 2000 use-pick)
(define pick (case-lambda ((a . rest) (list 'second a rest))))
(show (use-pick 1))
(set! pick (let ((n 0)) (case-lambda ((a) (set! n (+ n a)) n) ((a . rest) (list n rest)))))
(show (times 2000 use-pick))
(set! pick (lambda rest (cons 'third rest)))
(show (times 2000 use-pick))
(set! pick 5)
(show (attempt (lambda () (use-pick 1))))
(define inner (case-lambda ((a) a) ((a . rest) (if (eq? (car rest) 'change) (set! inner (lambda rest (cons 'changed rest)))) rest)))
(define (outer x) (let* ((a (inner 1 x)) (b (inner 2 x))) (list a b)))
(show (times 2000 outer) (outer 'change) (outer 1))
