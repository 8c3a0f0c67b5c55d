;;; rationals: sums of exact fractions; greatest common divisors.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (harmonic from to)
  (if (= from to)
      (/ 1 from)
      (let ((middle (quotient (+ from to) 2)))
        (+ (harmonic from middle) (harmonic (+ middle 1) to)))))

;; A Farey-like walk in small fractions: the mediant's distance to the target, halved by comparisons.
(define (approximate target depth)
  (let loop ((low 0) (high 1) (i 0))
    (if (= i depth)
        low
        (let ((middle (/ (+ (numerator low) (numerator high)) (+ (denominator low) (denominator high)))))
          (if (< target middle)
              (loop low middle (+ i 1))
              (loop middle high (+ i 1)))))))

(define (small-sums count)
  (do ((i 1 (+ i 1))
       (sum 0 (let ((next (+ sum (/ (- 7 (modulo i 13)) (+ 1 (modulo i 12))))))
                (- next (floor next)))))
      ((= i count) sum)))

(measure (lambda ()
           (let* ((h (harmonic 1 2000)))
             (list (modulo (numerator h) 1000000007)
                   (approximate 355/1130 5000)
                   (small-sums 200000))))
         '(451780913 71/226 1687/1980))
