;;; growth: interest, growth and decay, with powers of flonums and of exact numbers; sums of fractions.
(import (scheme base) (scheme write) (scheme time) (scheme inexact))
(include "measure.scm")

(define (compound amount rate years) (* amount (expt (+ 1.0 rate) years)))
(define (annuity rate years) (/ (- 1.0 (expt (+ 1.0 rate) (- years))) rate))
(define (logistic t) (/ 1000.0 (+ 1.0 (* 9.0 (exp (* -0.25 t))))))
(define (half-life amount t) (* amount (expt 0.5 (/ t 5.5))))

(define (flonum-sums count)
  (let loop ((i 1) (a 0.0) (b 0.0) (c 0.0))
    (if (> i count)
        (list (round a) (round b) (round c))
        (loop (+ i 1)
              (+ a (compound 10.0 (/ i count 10.0) 25))
              (+ b (annuity (/ i count 10.0) 12.5))
              (+ c (logistic (/ i count 0.02)) (half-life 10.0 (/ i count 0.1)))))))

;; Shares of a whole that are passed on: fractions with small parts.
(define (shares count)
  (let loop ((i 1) (rest 1) (sum 0))
    (if (> i count)
        (list (numerator (* 720720 sum)) (< rest 1/1000))
        (let ((share (* rest (/ (+ 1 (modulo i 5)) 12))))
          (loop (+ i 1) (if (< rest 1/1000) 1 (- rest share)) (+ (if (> sum 100) 0 sum) (/ (floor (* 1000 share)) 1001)))))))

(measure (lambda () (list (flonum-sums 100000) (shares 100000)))
         '((4199348.0 932920.0 82148502.0) (34190640 #f)))
