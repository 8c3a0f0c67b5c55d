;;; tak: Takeuchi's function; calls with three arguments.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))
      z))

(define (repeat count)
  (if (= count 1)
      (tak 22 16 8)
      (begin
        (tak 22 16 8)
        (repeat (- count 1)))))

(measure (lambda () (repeat 60)) 9)
