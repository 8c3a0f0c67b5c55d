;; Calls one recursive procedure as often as the argument says, and writes how many nanoseconds each call took.
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(define count (string->number (list-ref (command-line) 1)))
(define times (make-vector count 0))

(let loop ((i 0))
  (if (< i count)
      (let ((start (current-jiffy)))
        (fib 7)
        (vector-set! times i (- (current-jiffy) start))
        (loop (+ i 1)))))

(vector-for-each
 (lambda (time) (display (* time (quotient 1000000000 (jiffies-per-second)))) (newline))
 times)
