;;; For Gambit: what R7RS has and Gambit 4.9 has not. The program follows, without its imports.
(declare (standard-bindings) (extended-bindings) (block))

(define (current-jiffy) (inexact->exact (floor (* 1e9 (real-time)))))
(define (jiffies-per-second) 1000000000)
