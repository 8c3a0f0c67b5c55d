(use-modules (srfi srfi-9) (srfi srfi-69) ((rnrs base) #:select (vector-map)))
(define (current-jiffy) (get-internal-real-time))
(define (jiffies-per-second) internal-time-units-per-second)
(define exact-integer? (lambda (x) (and (integer? x) (exact? x))))
