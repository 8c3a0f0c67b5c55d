;;; fibfp: Fibonacci numbers in floating point; calls and flonum arithmetic.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (fib x)
  (if (< x 2.0)
      x
      (+ (fib (- x 1.0)) (fib (- x 2.0)))))

(measure (lambda () (fib 30.0)) 832040.0)
