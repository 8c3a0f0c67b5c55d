;;; sumfp: adds up flonums in a loop; boxing, or not, of intermediate results.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (sum-to n)
  (let loop ((x n) (sum 0.0))
    (if (< x 0.0)
        sum
        (loop (- x 1.0) (+ sum x)))))

(define (repeat count)
  (let ((sum (sum-to 10000.0)))
    (if (= count 1)
        sum
        (repeat (- count 1)))))

(measure (lambda () (repeat 500)) 50005000.0)
