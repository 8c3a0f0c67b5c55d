; A closure with a free variable.
(define (adder n) (lambda (x) (+ x n)))
