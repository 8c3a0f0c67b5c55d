;;; Shows values; gives what a call raises, whatever it is; calls a procedure with 0, 1, ..., often enough for code to be made.
(define (show . values) (for-each (lambda (value) (write value) (write-char #\space)) values) (newline))
(define (attempt thunk)
  (call-with-current-continuation
   (lambda (k)
     (with-exception-handler
      (lambda (e) (k (if (error-object? e) (list 'error (error-object-message e)) (list 'raised e))))
      thunk))))
(define (times n f) (let loop ((i 0) (last #f)) (if (= i n) last (loop (+ i 1) (f i)))))
