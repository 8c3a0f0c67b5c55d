;;; sum1: adds up the flonums in a file; read.
(import (scheme base) (scheme write) (scheme time) (scheme file) (scheme read))
(include "measure.scm")

(define (make-file name count)
  (call-with-output-file name
    (lambda (port)
      (do ((i 0 (+ i 1))) ((= i count))
        (write (/ (- (modulo (* i 7919) 100003) 50000) 64.0) port)
        (newline port)))))

(define (sum name)
  (call-with-input-file name
    (lambda (port)
      (let loop ((sum 0.0))
        (let ((x (read port)))
          (if (eof-object? x)
              sum
              (loop (+ sum x))))))))

(make-file "benchmark-sum1.in" 40000)

(measure (lambda () (sum "benchmark-sum1.in")) -1024.234375)

(delete-file "benchmark-sum1.in")
