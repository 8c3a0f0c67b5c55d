(define (f x)
  (if (> x 0)
      (display "positive")
(f 1)
