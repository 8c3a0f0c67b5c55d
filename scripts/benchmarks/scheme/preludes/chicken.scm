;;; For Chicken: its modules, and what R7RS has and they have not. The program follows, without its imports.
(import (chicken base) (chicken time) (chicken bitwise) (chicken io) (chicken port) (chicken condition))

(define (current-jiffy) (current-process-milliseconds))
(define (jiffies-per-second) 1000)
(define inexact exact->inexact)
(define exact inexact->exact)
