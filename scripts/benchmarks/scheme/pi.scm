;;; pi: 3,000 digits of pi by Machin's formula; integers of some thousand digits; multiplication and division by what fits in a word.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

;; Machin: pi = 16 arctan 1/5 - 4 arctan 1/239, scaled by 10^digits.
(define (scaled-arctan x unit)
  (let ((square (* x x)))
    (let loop ((term (quotient unit x)) (n 1) (sign 1) (sum 0))
      (if (= term 0)
          sum
          (loop (quotient term square) (+ n 2) (- sign) (+ sum (* sign (quotient term n))))))))

(define (pi-digits digits)
  (let ((unit (expt 10 (+ digits 10))))
    (quotient (- (* 16 (scaled-arctan 5 unit)) (* 4 (scaled-arctan 239 unit)))
              (expt 10 10))))

;; The last ten of 3,000 digits after the point.
(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 10) (remainder (pi-digits 3000) 10000000000))
             (pi-digits 3000)))
         6494231961)
