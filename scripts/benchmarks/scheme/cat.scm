;;; cat: copies a file character by character.
(import (scheme base) (scheme write) (scheme time) (scheme file))
(include "measure.scm")
(include "text-file.scm")

(define (copy from to)
  (call-with-input-file from
    (lambda (in)
      (call-with-output-file to
        (lambda (out)
          (let loop ((count 0))
            (let ((c (read-char in)))
              (if (eof-object? c)
                  count
                  (begin
                    (write-char c out)
                    (loop (+ count 1)))))))))))

(make-file "benchmark-cat.in" 40000)

(measure (lambda () (copy "benchmark-cat.in" "benchmark-cat.out")) 1988890)

(delete-file "benchmark-cat.in")
(delete-file "benchmark-cat.out")
