(define (total items)
  (if (null? items)
      0
      (+ (car items) (total (cdr items)))))
(display (total '(1 2 three 4)))
