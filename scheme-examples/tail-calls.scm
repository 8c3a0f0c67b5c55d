; Ten million iterations in constant space: a named let, a `do`, and two procedures that call each other.

(define (count-down n)
  (let loop ((n n) (sum 0))
    (if (= n 0)
        sum
        (loop (- n 1) (+ sum 1)))))

(write (count-down 10000000))
(newline)

(write (do ((i 0 (+ i 1))
            (parity 0 (- 1 parity)))
           ((= i 1000001) parity)))
(newline)

(define (ping n) (if (= n 0) 'ping (pong (- n 1))))
(define (pong n) (if (= n 0) 'pong (ping (- n 1))))
(write (ping 1000001))
(newline)

; Tail positions inside `cond`, `and`, `or`, `when`, `case`, `apply`.
(define (walk n)
  (cond ((= n 0) 'done)
        (else
         (and #t
              (or #f
                  (when #t
                    (case (remainder n 2)
                      ((0) (walk (- n 1)))
                      (else (apply walk (list (- n 1)))))))))))
(write (walk 500000))
(newline)
