;;; divrec: halves numbers kept as lists, recursively; non-tail recursion on short lists.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (unary n)
  (if (= n 0)
      '()
      (cons n (unary (- n 1)))))

(define (half items)
  (if (null? items)
      '()
      (cons (car items) (half (cddr items)))))

(define twice-hundred (unary 200))

(define (repeat count)
  (let ((result (half twice-hundred)))
    (if (= count 1)
        (length result)
        (repeat (- count 1)))))

(measure (lambda () (repeat 120000)) 100)
