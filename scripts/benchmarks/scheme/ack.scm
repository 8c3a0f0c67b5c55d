;;; ack: Ackermann's function; deep recursion and calls.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (ack m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ack (- m 1) 1))
        (else (ack (- m 1) (ack m (- n 1))))))

(measure (lambda () (ack 3 11)) 16381)
