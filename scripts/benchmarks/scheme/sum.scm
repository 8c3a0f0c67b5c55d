;;; sum: adds up integers in a loop; the bare loop.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (sum-to n)
  (let loop ((i n) (sum 0))
    (if (< i 0)
        sum
        (loop (- i 1) (+ sum i)))))

(define (repeat count)
  (let ((sum (sum-to 10000)))
    (if (= count 1)
        sum
        (repeat (- count 1)))))

(measure (lambda () (repeat 10000)) 50005000)
