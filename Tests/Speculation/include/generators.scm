;;; Shows values; calls a thunk again and again; gives what one raises, or returns. Generators, out of continuations that are called after their extent.
(define (show . values) (for-each (lambda (v) (write v) (display " ")) values) (newline))
(define (times n thunk) (if (= n 1) (thunk) (begin (thunk) (times (- n 1) thunk))))
(define (try thunk)
  (call-with-current-continuation
   (lambda (k) (with-exception-handler (lambda (e) (k (list 'error (if (error-object? e) (cons (error-object-message e) (error-object-irritants e)) e)))) thunk))))

;; A generator: each value leaves the producer and enters it again.
(define (make-generator produce)
  (define return #f)
  (define (resume)
    (produce (lambda (value) (call/cc (lambda (next) (set! resume (lambda () (next #f))) (return value)))))
    (return 'done))
  (lambda () (call/cc (lambda (k) (set! return k) (resume)))))
(define (sum-generated produce)
  (let ((next (make-generator produce)))
    (let loop ((sum 0) (n 0)) (let ((v (next))) (if (eq? v 'done) (list sum n) (loop (+ sum v) (+ n 1)))))))
