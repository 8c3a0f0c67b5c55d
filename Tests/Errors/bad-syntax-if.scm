(define (f) (if))
