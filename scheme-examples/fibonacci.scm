; Fibonacci numbers by the definition: one call makes two more, so almost all the time goes into calls.
; (fib 25) makes 242785 of them. Try `latch --stats scheme-examples/fibonacci.scm`.

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1)) (fib (- n 2)))))

(do ((n 0 (+ n 5)))
    ((> n 25))
  (display "(fib ")
  (display n)
  (display ") = ")
  (display (fib n))
  (newline))
