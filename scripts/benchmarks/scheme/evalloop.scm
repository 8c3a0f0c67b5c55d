;;; evalloop: eval in a loop: expansion and compilation of small expressions.
(import (scheme base) (scheme write) (scheme time) (scheme eval))
(include "measure.scm")

(define where (environment '(scheme base)))

(define (run count)
  (do ((i 0 (+ i 1))
       (sum 0 (+ sum (eval (list 'let (list (list 'x i) (list 'y 2))
                                 '(define (square n) (* n n))
                                 '(cond ((> x 10) (+ (square y) x)) (else (- x y))))
                           where))))
      ((= i count) sum)))

(measure (lambda () (run 2000)) 2006934)
