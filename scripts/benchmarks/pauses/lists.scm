; 300 MB of pairs in lists of different lengths, of which one after the other is made anew.
(import (scheme base) (scheme write) (scheme time))
(include "gaps.scm")

(define (numbers n) (let loop ((i 0) (made '())) (if (= i n) made (loop (+ i 1) (cons i made)))))
(define lists (make-vector 2000 '()))
(define (renew! i) (vector-set! lists i (numbers (+ 5000 (modulo (* i 7919) 9000)))))

(let ((filling (longest-gap 0 2000 renew!)))
  (report-gaps filling (longest-gap 0 20000 (lambda (i) (renew! (modulo (* i 37) 2000))))))
