;;; Included by the benchmarks that read a file: makes one of so many lines of 44 characters and a number.

(define (make-file name lines)
  (call-with-output-file name
    (lambda (port)
      (do ((i 0 (+ i 1))) ((= i lines))
        (write-string "the quick brown fox jumps over the lazy dog " port)
        (write i port)
        (newline port)))))
