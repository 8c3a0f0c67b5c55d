;; Comparisons of several operands, the greatest and the least of several, and values for a rest parameter: with numbers of all kinds, wrong operands anywhere, and effects in operands.

(include "include/attempts.scm")

(define (within a b c) (list (< a b c) (<= a b c) (> a b c) (>= a b c) (= a b c) (if (< a b c) 'in 'out) (and (<= 0 b 10) 'ten)))
(show (times 2000 (lambda (i) (within 0 i 1500))) (within 1 2 3) (within 3 2 1) (within 2 2 2) (within 1 3 2) (within 2 1 3))
(show (within 1.5 2 5/2) (within -0.0 0 0.0) (within (expt 10 30) 1 2) (within 1 +nan.0 2) (within +inf.0 1 -inf.0))
(show (times 2000 (lambda (i) (within (* i 0.5) i (* i 1.5)))))
(define (four a b c d) (list (< a b c d) (= a b c d) (>= a b c d) (< 0 a b c d) (max a b c d) (min a b c d) (max a b c) (min a b c)))
(show (times 2000 (lambda (i) (four i (+ i 1) (+ i 2) (+ i 3)))) (four 4 3 2 1) (four 1 1 1 1) (four 1 2.5 3 4) (four 1/2 0.5 2 1) (four 1 2 3 (expt 2 100)))
(define (equal-numbers a b c) (= a b c))
(show (times 2000 (lambda (i) (equal-numbers i i i))) (equal-numbers 1+i 1+i 1+i) (equal-numbers 1 1+i 1))

;; Each operand must be a number, also after the answer is known.
(define (wrong a b c d) (list (attempt (lambda () (< a b c))) (attempt (lambda () (< a b c d))) (attempt (lambda () (max a b c))) (attempt (lambda () (min d c b a)))))
(show (times 2000 (lambda (i) (wrong i 1 2 3))) (wrong 'a 1 2 3) (wrong 1 'a 2 3) (wrong 2 1 'a 3) (wrong 3 2 1 'a) (wrong 1 2 3 "x") (wrong 1 2 3 1+i))
(define (alone a b c) (< a b c) (max a b c) 'done)
(show (times 2000 (lambda (i) (alone i i i))) (attempt (lambda () (alone 2 1 'a))) (attempt (lambda () (alone 1 2 'a))))

;; Each is evaluated once, and its value is the same in both comparisons.
(define count 0)
(define (next) (set! count (+ count 1)) count)
(define (counted) (set! count 0) (list (< (next) (next) (next)) count))
(show (times 2000 (lambda (i) (counted))))
(define global 5)
(define (assigning local) (list (< 1 local (begin (set! local 0) 9)) (< 1 global (begin (set! global 0) 9)) (begin (set! global 5) local)))
(show (times 2000 (lambda (i) (assigning 3))))
(define saved #f)
(define rounds 0)
(show (< 1 (call-with-current-continuation (lambda (k) (set! saved k) 2)) 3))
(if (< rounds 2) (begin (set! rounds (+ rounds 1)) (saved (* 2 rounds))))

;; Characters.
(define (letter c) (list (char<=? #\a c #\z) (char<? #\A c #\z) (char=? c c #\a) (char>=? #\z c #\a #\A) (if (or (char<=? #\a c #\z) (char<=? #\A c #\Z)) 'letter 'other)))
(show (times 2000 (lambda (i) (letter (integer->char (+ 32 (remainder i 90)))))) (letter #\a) (letter #\Z) (letter #\λ) (attempt (lambda () (letter 5))))

;; Redefined.
(define (use a b c) (list (< a b c) (max a b c)))
(times 2000 (lambda (i) (use 1 i 3)))
(define (shadowed < max) (list (< 1 2 3) (max 1 2 3)))
(show (times 2000 (lambda (i) (shadowed list vector))))

;; Values for a rest parameter.
(define (receive i)
  (list (call-with-values (lambda () (values i 2 3)) (lambda (a . rest) (list a rest)))
        (call-with-values (lambda () (values i 2)) (lambda (a b . rest) (list a b rest)))
        (call-with-values (lambda () (values)) (lambda rest rest))
        (call-with-values (lambda () (values 1 i 3 4 5 6 7 8 9)) (lambda rest rest))
        (call-with-values (lambda () (+ i 1)) (lambda (a . rest) (set! rest (cons a rest)) rest))
        (call-with-values (lambda () (if (odd? i) (values i 1 2) (values i))) (lambda (a . rest) (cons rest a)))))
(show (times 2000 receive) (times 1999 receive) (attempt (lambda () (call-with-values (lambda () (values 1)) (lambda (a b . rest) a)))))
(show (times 2000 (lambda (i) (let-values (((a . rest) (values i 1 2)) (all (values 1 i))) (list a rest all)))) (eq? (receive 1) (receive 1)))
