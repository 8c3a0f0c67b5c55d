; (longest-gap from to step): calls step with from, from + 1 ... to - 1; the longest time between two calls, in jiffies.
(define (longest-gap from to step)
  (let loop ((i from) (last (current-jiffy)) (longest 0))
    (if (= i to)
        longest
        (begin
          (step i)
          (let ((now (current-jiffy))) (loop (+ i 1) now (max longest (- now last))))))))

; Writes two such times in milliseconds.
(define (report-gaps filling churning)
  (define (milliseconds gap) (/ (round (/ (* gap 10000) (jiffies-per-second))) 10.0))
  (display (milliseconds filling))
  (display " ")
  (display (milliseconds churning))
  (newline))
