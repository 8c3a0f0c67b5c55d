;; A collection happens at a poll: at the loop's back edge here.
(define (gc)
  (%request-collection)
  (let loop ((n 0))
    (if (< n 2) (loop (+ n 1)))))
