;;; tail: the lines of a file in reverse order; read-line.
(import (scheme base) (scheme write) (scheme time) (scheme file))
(include "measure.scm")
(include "text-file.scm")

(define (reversed from to)
  (let ((lines (call-with-input-file from
                 (lambda (in)
                   (let loop ((lines '()))
                     (let ((line (read-line in)))
                       (if (eof-object? line)
                           lines
                           (loop (cons line lines)))))))))
    (call-with-output-file to
      (lambda (out)
        (for-each (lambda (line)
                    (write-string line out)
                    (newline out))
                  lines)))
    (list (length lines) (string-length (car lines)))))

(make-file "benchmark-tail.in" 60000)

(measure (lambda () (reversed "benchmark-tail.in" "benchmark-tail.out")) '(60000 49))

(delete-file "benchmark-tail.in")
(delete-file "benchmark-tail.out")
