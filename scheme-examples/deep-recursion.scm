; A million frames at once, none of them in tail position: the depth of recursion is limited by memory alone.

(define (count n)
  (if (= n 0)
      0
      (+ 1 (count (- n 1)))))

(write (count 1000000))
(newline)

(define (build n)
  (if (= n 0)
      '()
      (cons n (build (- n 1)))))

(define (sum items)
  (if (null? items)
      0
      (+ (car items) (sum (cdr items)))))

(define numbers (build 300000))
(write (length numbers))
(newline)
(write (sum numbers))
(newline)

; A procedure of the library in the middle of the recursion.
(define (nest n)
  (if (= n 0)
      0
      (car (map (lambda (x) (+ 1 (nest x))) (list (- n 1))))))
(write (nest 50000))
(newline)
