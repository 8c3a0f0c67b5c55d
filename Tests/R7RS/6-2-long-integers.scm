;;; Integers of up to some thousand digits, many of whose 64-bit limbs are all zeros or all ones, obey the laws of arithmetic: with each of the methods of
;;; multiplication and division, and before and after their inner loops are generated.
(import (scheme base) (scheme write))
(include "check.scm")

(define state 88172645463325252)
(define (random! limit)
  (set! state (modulo (+ (* state 6364136223846793005) 1442695040888963407) (expt 2 64)))
  (modulo (quotient state 65536) limit))

(define (random-integer limbs)
  (let loop ((i 0) (n 0))
    (if (= i limbs)
        n
        (loop (+ i 1)
              (+ (* n (expt 2 64))
                 (case (random! 5)
                   ((0) 0)
                   ((1) (- (expt 2 64) 1))
                   ((2) (expt 2 63))
                   (else (+ (* (random! (expt 2 32)) (expt 2 32)) (random! (expt 2 32))))))))))

;; Pairs of numbers of different lengths.
(define (pairs lengths)
  (map (lambda (m)
         (let ((a (random-integer m)) (b (random-integer (+ 1 (random! m)))))
           (cons (if (even? m) a (- a)) (if (zero? b) 1 b))))
       lengths))
(define samples (pairs '(1 2 3 4 5 6 7 8 9 11 15 22 31 43 44 45 46 60 89 91 99 101 120 150 205 320)))

(define (every-pair? law) (let loop ((rest samples)) (or (null? rest) (and (law (caar rest) (cdar rest)) (loop (cdr rest))))))

(define primes (list (- (expt 2 61) 1) (- (expt 2 31) 1) 18446744073709551557 (- (expt 2 89) 1)))
(define (same-modulo-primes? x y operation z)
  (let loop ((rest primes))
    (or (null? rest)
        (let ((p (car rest)))
          (and (= (modulo (operation (modulo x p) (modulo y p)) p) (modulo z p)) (loop (cdr rest)))))))

(define (check-laws)
  (check (every-pair? (lambda (a b) (same-modulo-primes? a b * (* a b)))) => #t)
  (check (every-pair? (lambda (a b) (same-modulo-primes? a a * (square a)))) => #t)
  (check (every-pair? (lambda (a b) (same-modulo-primes? a b + (+ a b)))) => #t)
  (check (every-pair? (lambda (a b) (same-modulo-primes? a b - (- a b)))) => #t)
  (check (every-pair? (lambda (a b) (= (* (+ a b) (- a b)) (- (* a a) (* b b))))) => #t)
  (check (every-pair? (lambda (a b) (= a (+ (* b (quotient a b)) (remainder a b))))) => #t)
  (check (every-pair? (lambda (a b) (let ((p (+ (* a b) (- b 1)))) (and (= (floor-quotient p b) a) (= (modulo p b) (- b 1)))))) => #t)
  (check (every-pair? (lambda (a b) (< (abs (remainder (* a a a) (+ b 1))) (+ b 1)))) => #t)
  (check (every-pair? (lambda (a b) (call-with-values (lambda () (exact-integer-sqrt (abs a))) (lambda (r s) (and (= (+ (* r r) s) (abs a)) (<= s (* 2 r))))))) => #t)
  (check (every-pair? (lambda (a b) (= (string->number (number->string a)) a))) => #t)
  (check (every-pair? (lambda (a b) (= (string->number (number->string a 16) 16) (string->number (number->string a 7) 7)))) => #t))

(check-laws)
;; Some milliseconds of multiplications, and again.
(define (repeat n thunk) (if (> n 0) (begin (thunk) (repeat (- n 1) thunk))))
(define long (random-integer 100))
(repeat 60 (lambda () (* long (+ long 1))))
(check-laws)

;; Decimal digits that are known without any computation of ours.
(define (nines n) (- (expt 10 n) 1))
(check (number->string (* (nines 2500) (nines 2500)))
       => (string-append (make-string 2499 #\9) "8" (make-string 2499 #\0) "1"))
(check (quotient (expt 10 3000) (nines 1500)) => (+ (expt 10 1500) 1))
(check (remainder (expt 10 3000) (nines 1500)) => 1)
(check (exact (floor (/ (expt 7 900) (expt 7 600)))) => (expt 7 300))

;; Rationals that differ by less than doubles can tell, and whose products would be too long to be results.
(define huge (expt 2 8388500))
(define (part n) (/ n 2305843009213693951))
(check (< (part (+ huge 1)) (part (+ huge 3))) => #t)
(check (< (part (+ huge 3)) (part (+ huge 1))) => #f)
(check (> (part (- huge)) (part (- -1 huge))) => #t)

(report "6.2 long integers")
