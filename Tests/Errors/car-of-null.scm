(define (second items)
  (car (cdr items)))
(second '(1))
