;;; guards: guard in a hot loop: bodies that raise and bodies that do not.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (checked i)
  (if (= (modulo i 10) 0)
      (raise 'ten)
      i))

(define (run count)
  (do ((i 0 (+ i 1))
       (sum 0 (+ sum (guard (e ((symbol? e) 1)
                               ((string? e) 2))
                       (checked i)))))
      ((= i count) sum)))

(define (from-error count)
  (do ((i 0 (+ i 1))
       (sum 0 (+ sum (guard (e ((error-object? e) (car (error-object-irritants e))))
                       (error "no" i)))))
      ((= i count) sum)))

(measure (lambda () (list (run 200000) (from-error 20000))) '(18000020000 199990000))
