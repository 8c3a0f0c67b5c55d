;;; complex: points of a Julia set, and roots of polynomials by Newton's method; complex numbers with flonum parts, some with exact ones.
(import (scheme base) (scheme write) (scheme time) (scheme complex) (scheme inexact))
(include "measure.scm")

(define (escape-time z c most)
  (let loop ((z z) (n 0))
    (if (or (= n most) (> (magnitude z) 2.0))
        n
        (loop (+ (* z z) c) (+ n 1)))))

(define (sum-of-times c size most)
  (do ((y 0 (+ y 1))
       (sum 0 (do ((x 0 (+ x 1))
                   (sum sum (+ sum (escape-time (make-rectangular (- (/ (* 3.0 x) size) 1.5) (- (/ (* 2.0 y) size) 1.0)) c most))))
                  ((= x size) sum))))
      ((= y size) sum)))

;; The values of a polynomial and of its derivative.
(define (evaluate coefficients z)
  (let loop ((rest coefficients) (value 0.0) (slope 0.0))
    (if (null? rest)
        (values value slope)
        (loop (cdr rest) (+ (* value z) (car rest)) (+ (* slope z) value)))))

(define (find-root coefficients start)
  (let loop ((z start) (n 0))
    (call-with-values (lambda () (evaluate coefficients z))
      (lambda (value slope)
        (if (or (= n 60) (< (magnitude value) 1e-9))
            z
            (loop (- z (/ value slope)) (+ n 1)))))))

(define (sum-of-roots count)
  (let loop ((i 1) (real 0.0) (imaginary 0.0))
    (if (> i count)
        (list (round (* 1000 real)) (round (* 1000 imaginary)))
        (let ((root (find-root '(1 -2 3 -4 5) (make-rectangular (/ i count 1.0) 0.5))))
          (loop (+ i 1) (+ real (real-part root)) (+ imaginary (imag-part root)))))))

;; The power of a Gaussian integer, modulo a number.
(define (power z n modulus)
  (let loop ((i 0) (result 1))
    (if (= i n)
        result
        (let ((next (* result z)))
          (loop (+ i 1) (make-rectangular (modulo (real-part next) modulus) (modulo (imag-part next) modulus)))))))

(measure (lambda ()
           (list (sum-of-times -0.4+0.6i 120 100) (sum-of-roots 3000) (power 2+3i 50000 1009)))
         '(294044 (3863446.0 2573690.0) 213+735i))
