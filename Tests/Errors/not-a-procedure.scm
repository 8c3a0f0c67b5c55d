(define five 5)
(five 1 2)
