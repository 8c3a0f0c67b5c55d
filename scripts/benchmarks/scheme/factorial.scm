;;; factorial: (factorial 10000), printed; multiplication of large by small integers, and sub-quadratic printing.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (factorial n)
  (if (= n 0)
      1
      (* n (factorial (- n 1)))))

(define (digit-sum digits)
  (let loop ((i 0) (sum 0))
    (if (= i (string-length digits))
        (list i sum)
        (loop (+ i 1) (+ sum (- (char->integer (string-ref digits i)) 48))))))

(define (printed n)
  (let ((port (open-output-string)))
    (write (factorial n) port)
    (get-output-string port)))

(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 5) (digit-sum (printed 10000)))
             (printed 10000)))
         '(35660 149346))
