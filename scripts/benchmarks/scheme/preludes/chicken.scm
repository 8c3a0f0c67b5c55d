;;; For Chicken: its modules, and what R7RS has and they have not. The program follows, without its imports.
(import (chicken base) (chicken time) (chicken bitwise) (except (chicken io) write-string) (chicken file) (chicken port) (chicken condition))

(define (current-jiffy) (current-process-milliseconds))
(define (jiffies-per-second) 1000)
(define inexact exact->inexact)
(define exact inexact->exact)
(define (write-string text #!optional (port (current-output-port))) (display text port))
(define (make-list count x)
  (do ((i 0 (+ i 1)) (items '() (cons x items))) ((= i count) items)))
