;;; primes: a sieve on lists; filtering by remainder.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (interval from to)
  (if (> from to)
      '()
      (cons from (interval (+ from 1) to))))

(define (without-multiples n numbers)
  (cond ((null? numbers) '())
        ((= (remainder (car numbers) n) 0) (without-multiples n (cdr numbers)))
        (else (cons (car numbers) (without-multiples n (cdr numbers))))))

(define (sieve numbers)
  (if (null? numbers)
      '()
      (cons (car numbers)
            (sieve (without-multiples (car numbers) (cdr numbers))))))

(measure (lambda () (length (sieve (interval 2 30000)))) 3245)
