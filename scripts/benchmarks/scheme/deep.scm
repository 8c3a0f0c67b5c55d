;;; deep: recursion a million deep, non-tail; stacks that grow, and their collection.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (count-up n)
  (if (= n 0)
      0
      (+ 1 (count-up (- n 1)))))

(define (build n)
  (if (= n 0)
      '()
      (cons n (build (- n 1)))))

(measure (lambda ()
           (do ((i 1 (+ i 1))
                (sum 0 (+ sum (count-up 1000000) (length (build 1000000)))))
               ((= i 6) sum)))
         10000000)
