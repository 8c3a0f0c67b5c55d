;; Procedures with a rest parameter: called directly with the list made at the call, or in place; with few arguments and many, too few, from anywhere; redefined.

(include "include/attempts.scm")

(define (optional a . rest) (if (null? rest) (list a 'none) (list a (car rest))))
(define (all . rest) rest)
(define (late a b . rest) (cons (+ a b) (reverse rest)))
(define (callers i) (list (optional i) (optional i 2) (optional i 2 3) (all) (all i) (all i 1.5 "x") (late i 1) (late i 1 'c 'd)))
(show (times 2000 callers))
(show (attempt (lambda () (times 2000 (lambda (i) (if (< i 1999) (late i 2 3) (late i)))))) (attempt (lambda () (late))) (attempt (lambda () (apply late '(1)))))

;; More arguments than direct entries take, and than lists are made in place for; spread ones.
(define (many i) (all i 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19))
(define (six a b c d e f . rest) (list rest f e d c b a))
(define (seven a b c d e f g . rest) (list rest g f e d c b a))
(define (five a b c d e . rest) (list rest e d c b a))
(show (times 2000 many))
(show (times 2000 (lambda (i) (list (five i 2 3 4 5) (five i 2 3 4 5 6) (six 1 2 3 4 5 i) (six 1 2 3 4 5 i 7) (seven 1 2 3 4 5 6 i) (seven 1 2 3 4 5 6 i 8)))))
(show (times 2000 (lambda (i) (list (apply optional i '()) (apply optional i '(2)) (apply five 1 2 '(3 4 5 6 7)) (apply all (list i i i i i i i i))))))

;; Not in tail position, with doubles and with what the collector moves; each list is a new one, and may be changed.
(define (sum-all . rest) (if (pair? rest) (+ (car rest) (apply sum-all (cdr rest))) 0))
(define (mixed i) (let ((x (* i 0.5)) (v (vector i))) (list (sum-all x 1 2.5) (optional x v) (all x v x) (cdr (late x x v)))))
(show (times 2000 mixed))
(define (kept . rest) (set-car! rest (vector (car rest))) rest)
(show (let ((one (times 2000 (lambda (i) (kept i 2))))) (list one (kept 1 2) (eq? (kept 1) (kept 1)))))
(define (longest n . rest) (if (= n 0) (length rest) (+ 1 (longest (- n 1) n rest))))
(show (longest 100000) (longest 3 1 2))
(define (counting n . rest) (if (= n 0) rest (counting (- n 1) n (vector n))))
(show (counting 300000 'a))

;; Continuations that are taken in such procedures, while they have their list.
(define saved #f)
(define again 0)
(define (capturing a . rest) (let ((v (call-with-current-continuation (lambda (k) (set! saved k) a)))) (cons v rest)))
(show (times 2000 (lambda (i) (capturing i 2 3))))
(show (capturing 'first 'b))
(if (< again 3) (begin (set! again (+ again 1)) (saved (list 'again again))))

;; Local ones, ones that are passed, and objects of closures that take messages.
(define (account balance)
  (lambda (message . rest)
    (cond ((eq? message 'deposit) (set! balance (+ balance (car rest))) balance)
          ((eq? message 'balance) balance)
          (else (cons message rest)))))
(define one (account 10))
(define two (account 1/2))
(show (times 2000 (lambda (i) (one 'deposit 1) (two 'deposit i))) (one 'balance) (two 'balance) (one 'other 1 2))
(define (local i) (define (pick . rest) (if (null? rest) i (car rest))) (list (pick) (pick 2) (pick 3 4)))
(show (times 2000 local))
(define (call f . rest) (apply f rest))
(show (times 2000 (lambda (i) (list (call all i) (call optional i 1) (call (lambda rest (length rest)) 1 2 3)))))

;; Redefined and assigned, in the middle of a call too.
(define (changing a . rest) (list 'first a rest))
(define (use i) (list (changing i) (changing i 1)))
(times 2000 use)
(define (changing a b) (list 'second a b))
(show (attempt (lambda () (use 1))) (changing 1 2))
(set! changing (lambda rest (cons 'third rest)))
(show (times 2000 use))
(set! changing 5)
(show (attempt (lambda () (use 1))))
(define (inner . rest) (if (and (pair? rest) (eq? (car rest) 'change)) (set! inner (lambda rest (cons 'changed rest)))) rest)
(define (outer x) (let* ((a (inner x 1)) (b (inner x 2))) (list a b)))
(show (times 2000 outer) (outer 'change) (outer 1))
