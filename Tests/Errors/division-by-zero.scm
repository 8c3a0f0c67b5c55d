(define (mean total count) (quotient total count))
(mean 10 0)
