;; `apply` in code that takes the elements out of short lists in place: lists of all lengths, procedures of all kinds, what is no list or no procedure, continuations
;; that are entered again.

(import (scheme base) (scheme write) (scheme case-lambda))
(include "include/attempts.scm")

(define (one a) (list 'one a))
(define (three a b c) (list 'three a b c))
(define (rest . r) (list 'rest r))
(define (some a b . r) (list 'some a b r))
(define cases (case-lambda (() 'none) ((a) (list 'a a)) ((a b) (list 'a-b a b)) ((a . r) (list 'more a r))))
(define kept #f)
(define closure (let ((k 10)) (lambda (a b) (+ a b k))))
(define (numbers n) (let loop ((i n) (l '())) (if (= i 0) l (loop (- i 1) (cons i l)))))

(define (spread f l) (list (apply f l)))
(define (spread-tail f l) (apply f l))
(define (spread-one f a l) (list (apply f a l)))
(define (spread-two f a b l) (apply f a b l))
(define (spread-six f a b c d e g l) (list (apply f a b c d e g l)))
(define (spread-eight f l) (apply f 1 2 3 4 5 6 7 8 l))
(define (spread-double f x l) (let ((y (* x 0.5))) (list (apply f y l) y)))
(define (try f l)
  (map (lambda (thunk) (attempt thunk))
       (list (lambda () (spread f l)) (lambda () (spread-tail f l)) (lambda () (spread-one f 'a l)) (lambda () (spread-two f 'a 'b l))
             (lambda () (spread-six f 1 2 3 4 5 6 l)) (lambda () (spread-eight f l)) (lambda () (spread-double f 3 l)))))
(define lists (append (map numbers '(0 1 2 3 4 6 9)) (list '(1 . 2) 5 '(1 2 3 . 4) (list "a" "b") (list 1 2 (list 3)))))
(define wanted (list one three some cases closure + max vector car 'none))
(times 20 (lambda (i) (for-each (lambda (f) (for-each (lambda (l) (try f l)) lists)) wanted)))
(for-each (lambda (f) (for-each (lambda (l) (show (try f l))) lists)) wanted)
(define ring (list 1 2))
(set-cdr! (cdr ring) ring)
(show (attempt (lambda () (spread + ring))) (attempt (lambda () (spread-two rest 1 2 ring))))

;; Lists of very many elements.
(show (car (spread + (numbers 100000))) (apply + (numbers 300000)) (length (cadr (spread-tail rest (numbers 200000)))))

;; A recursion through it, deep and not.
(define (sum . l) (if (null? l) 0 (+ (car l) (apply sum (cdr l)))))
(define (last . l) (if (null? (cdr l)) (car l) (apply last (cdr l))))
(show (times 200 (lambda (i) (sum 1 2 3 4 5 6 7))) (last 1 2 3 4 5 6 7 8) (apply sum (numbers 2000)) (apply last (numbers 1000)))
(define (deep n l) (if (= n 0) 0 (+ 1 (apply deep (- n 1) (list l)))))
(show (deep 100000 '()))

;; Continuations that are captured in what is applied, and entered again.
(define (twice f l) (let ((n 0)) (let ((r (apply f l))) (set! n (+ n 1)) (if (and kept (< n 3)) (kept (* n 10))) (list n r))))
(define (capturing a b) (+ (call-with-current-continuation (lambda (k) (set! kept k) a)) b))
(show (times 150 (lambda (i) (set! kept #f) (twice capturing (list 1 2)))) (begin (set! kept #f) (twice capturing '(5 6))))
(show (attempt (lambda () (spread (lambda (a b) (raise (list a b))) '(1 2)))))
