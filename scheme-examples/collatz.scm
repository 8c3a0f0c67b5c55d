; The Collatz sequence: which start below 30000 takes longest to reach 1?

(define (collatz-next n)
  (if (even? n)
      (quotient n 2)
      (+ 1 (* 3 n))))

(define (collatz-length n)
  (let loop ((n n) (steps 0))
    (if (= n 1)
        steps
        (loop (collatz-next n) (+ steps 1)))))

(define (collatz n)
  (if (= n 1)
      '(1)
      (cons n (collatz (collatz-next n)))))

(write (collatz 27))
(newline)

(let loop ((n 1) (best 1) (longest 0))
  (cond ((= n 30000)
         (display best)
         (display " takes ")
         (display longest)
         (display " steps")
         (newline))
        (else
         (let ((steps (collatz-length n)))
           (if (> steps longest)
               (loop (+ n 1) n steps)
               (loop (+ n 1) best longest))))))
