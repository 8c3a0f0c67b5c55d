;;; parameters: parameterize in a loop, and reading parameters.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define depth (make-parameter 0))
(define name (make-parameter "none" (lambda (x) (if (symbol? x) (symbol->string x) x))))

(define (nested n)
  (if (= n 0)
      (depth)
      (parameterize ((depth (+ (depth) 1)) (name 'inner))
        (+ (string-length (name)) (nested (- n 1))))))

(define (run count)
  (do ((i 0 (+ i 1)) (sum 0 (+ sum (nested 20)))) ((= i count) sum)))

(define (read-often count)
  (parameterize ((depth 3))
    (do ((i 0 (+ i 1)) (sum 0 (+ sum (depth)))) ((= i count) sum))))

(measure (lambda () (list (run 20000) (read-often 1000000))) '(2400000 3000000))
