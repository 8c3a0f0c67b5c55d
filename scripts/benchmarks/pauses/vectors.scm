; 300 MB: a vector of three million places with small lists in them, which are always replaced, and a queue of texts.
(import (scheme base) (scheme write) (scheme time))
(include "gaps.scm")

(define places 3000000)
(define big (make-vector places #f))
(define queue-end (list "end"))
(define queue queue-end)
(define queue-length 0)
(define (enqueue! text)
  (let ((last (list text)))
    (set-cdr! queue-end last)
    (set! queue-end last)
    (if (< queue-length 500000) (set! queue-length (+ queue-length 1)) (set! queue (cdr queue)))))

(define (step i)
  (vector-set! big (modulo (* i 48271) places) (list (* 1.5 i) i))
  (enqueue! (make-string 20 #\x)))

(let ((filling (longest-gap 0 3000000 step))) (report-gaps filling (longest-gap 3000000 8000000 step)))
