; Flonum arithmetic, because that is what has been seen.
(define (scale x) (* x 2.5))
(scale 3.0)
