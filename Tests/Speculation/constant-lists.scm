;; `memq`, `assq` and their relatives with a list that stands in the program, whose elements are compared one after the other in place; `case` with several data.

(import (scheme base) (scheme write))
(include "include/attempts.scm")

(define (in-q x) (memq x '(a b #\c 4 #t ())))
(define (in-v x) (memv x '(a b #\c 4 #t ())))
(define (in x) (member x '(a b #\c 4 #t ())))
(define (of-q x) (assq x '((a . 1) (#\b 2) (3) (#f . "x"))))
(define (of-v x) (assv x '((a . 1) (#\b 2) (3) (#f . "x"))))
(define (of x) (assoc x '((a . 1) (#\b 2) (3) (#f . "x"))))
(define (tested-q x) (if (memq x '(a b #\c 4)) 'yes 'no))
(define (tested-v x) (if (memv x '(4 5 6)) (if (assv x '((4 . 5) (6 . 6))) 'both 'one) 'none))
(define (negated x) (not (member x '(a "a" 1.5))))
(define (both x y) (and (memq x '(a b)) (memq y '(c d))))
(define (chosen x) (case x ((a b c) 'letter) ((1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17) 'number) ((#\x #\y) 'character) ((#t #f ()) => list) (else => (lambda (y) (list 'other y)))))
(define (none x) (list (memq x '()) (assq x '()) (if (memq x '()) 1 2)))
(define (effect x) (memq (begin (set! count (+ count 1)) x) '(a b c)))
(define count 0)
(define (counted l) (let loop ((l l) (n 0)) (if (null? l) n (loop (cdr l) (if (memq (car l) '(a c e)) (+ n 1) n)))))
(define (doubled x) (let ((y (* x 2.0))) (list (memv y '(3.0 4)) (if (memv y '(3 4)) 1 2) (member y '(3.0)))))
(define (assigned x) (let ((y x)) (set! y (if (symbol? y) 'b y)) (if (memq y '(a b)) (begin (set! y 5) y) y)))

(define keys (list 'a 'b 'c 'd #\b #\c #\x #\C 1 3 4 5 6 17 18 1.5 4.0 #t #f '() "a" (string-copy "x") car (list 1) (expt 10 30) 1/2 -0.0))
(define procedures (list in-q in-v in of-q of-v of tested-q tested-v negated chosen none effect assigned))
(define (all) (map (lambda (procedure) (map procedure keys)) procedures))
(times 500 (lambda (i) (all)))
(for-each show (all))
(show (map (lambda (x) (map (lambda (y) (both x y)) '(a c e))) '(a b c)) (counted '(a b c d e f a)) count)
(show (times 500 (lambda (i) (doubled 1.5))) (doubled 2))

;; What is found is the pair itself.
(define (tail) (memq 'b '(a b c)))
(define (entry) (assv 2 '((1 . one) (2 . two))))
(times 500 (lambda (i) (tail) (entry)))
(show (eq? (tail) (tail)) (eq? (entry) (entry)) (cdr (tail)) (cdr (entry)))

;; Lists that are none of these, and errors.
(define (improper x) (memq x '(a b . c)))
(define (no-pairs x) (assq x '((a . 1) b)))
(define (no-list x) (memv x 'a))
(define (many x) (memv x '(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)))
(define (strings x) (member x '("a" "b")))
(define (floats x) (memv x '(1.5 2.5 1e300 0.0)))
(define (try procedure) (map (lambda (x) (attempt (lambda () (procedure x)))) (list 'a 'b 'x 1 17 21 "b" 1.5 1e300 0.0 -0.0)))
(for-each (lambda (procedure) (times 300 (lambda (i) (try procedure))) (show (try procedure))) (list improper no-pairs no-list many strings floats))

;; A program may change a list of its text, though it should not: what is found is what is there now.
(define (in-changed x) (memq x '(p q r s)))
(define (of-changed x) (assq x '((p 1) (q 2))))
(times 500 (lambda (i) (in-changed 'r) (of-changed 'q)))
(set-cdr! (in-changed 'p) 5)
(set-car! (of-changed 'p) 77)
(show (attempt (lambda () (in-changed 'q))) (in-changed 'p) (of-changed 'p) (of-changed 77))
