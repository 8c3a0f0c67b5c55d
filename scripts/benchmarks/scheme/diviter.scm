;;; diviter: halves numbers kept as lists, in a loop; allocation of short-lived lists.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (unary n)
  (do ((i 1 (+ i 1))
       (items '() (cons i items)))
      ((> i n) items)))

(define (half items)
  (do ((rest items (cddr rest))
       (result '() (cons (car rest) result)))
      ((null? rest) result)))

(define twice-hundred (unary 200))

(define (repeat count)
  (let ((result (half twice-hundred)))
    (if (= count 1)
        (length result)
        (repeat (- count 1)))))

(measure (lambda () (repeat 200000)) 100)
