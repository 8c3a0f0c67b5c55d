;;; fib: doubly recursive Fibonacci numbers; calls and fixnum arithmetic.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(measure (lambda () (fib 35)) 9227465)
