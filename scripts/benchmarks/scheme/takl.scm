;;; takl: Takeuchi's function on lists whose lengths are the numbers; walking short lists.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (count-down n)
  (if (= n 0)
      '()
      (cons n (count-down (- n 1)))))

(define (shorter? a b)
  (and (pair? b)
       (or (null? a)
           (shorter? (cdr a) (cdr b)))))

(define (tak-lists x y z)
  (if (shorter? y x)
      (tak-lists (tak-lists (cdr x) y z)
                 (tak-lists (cdr y) z x)
                 (tak-lists (cdr z) x y))
      z))

(define eighteen (count-down 20))
(define twelve (count-down 14))
(define six (count-down 8))

(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 150) (length (tak-lists eighteen twelve six)))
             (tak-lists eighteen twelve six)))
         9)
