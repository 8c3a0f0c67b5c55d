;;; ctak: Takeuchi's function with a continuation captured at every step; the cost of call/cc.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (ctak x y z)
  (call-with-current-continuation
   (lambda (k) (ctak-to k x y z))))

(define (ctak-to k x y z)
  (if (< y x)
      (call-with-current-continuation
       (lambda (k)
         (ctak-to k
                  (call-with-current-continuation (lambda (k) (ctak-to k (- x 1) y z)))
                  (call-with-current-continuation (lambda (k) (ctak-to k (- y 1) z x)))
                  (call-with-current-continuation (lambda (k) (ctak-to k (- z 1) x y))))))
      (k z)))

(measure (lambda () (ctak 18 12 6)) 7)
