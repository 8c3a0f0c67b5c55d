;;; cpstak: Takeuchi's function in continuation-passing style; making and calling closures.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (cps-tak x y z)
  (define (tak x y z k)
    (if (< y x)
        (tak (- x 1) y z
             (lambda (a)
               (tak (- y 1) z x
                    (lambda (b)
                      (tak (- z 1) x y
                           (lambda (c)
                             (tak a b c k)))))))
        (k z)))
  (tak x y z (lambda (result) result)))

(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 60) (cps-tak 20 14 8))
             (cps-tak 20 14 8)))
         9)
