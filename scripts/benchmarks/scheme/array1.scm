;;; array1: makes and fills vectors of a million elements; vector-set!, vector-ref.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (create n)
  (let ((v (make-vector n 0)))
    (do ((i 0 (+ i 1))) ((= i n) v)
      (vector-set! v i i))))

(define (copy-backwards v)
  (let* ((n (vector-length v)) (copy (make-vector n 0)))
    (do ((i (- n 1) (- i 1))) ((< i 0) copy)
      (vector-set! copy i (vector-ref v i)))))

(define (run n count)
  (if (= count 1)
      (vector-length (copy-backwards (create n)))
      (begin
        (copy-backwards (create n))
        (run n (- count 1)))))

(measure (lambda () (run 1000000 20)) 1000000)
