(define (fibonacci n)
  (if (< n 2) n (+ (fibonaci (- n 1)) (fibonacci (- n 2)))))
(display (fibonacci 5))
