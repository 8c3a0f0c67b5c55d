;;; wc: counts the lines, words and characters of a file; read-char.
(import (scheme base) (scheme write) (scheme time) (scheme file))
(include "measure.scm")
(include "text-file.scm")

(define (count name)
  (call-with-input-file name
    (lambda (port)
      (let loop ((lines 0) (words 0) (characters 0) (in-word #f))
        (let ((c (read-char port)))
          (cond ((eof-object? c) (list lines words characters))
                ((char=? c #\space) (loop lines words (+ characters 1) #f))
                ((char=? c #\newline) (loop (+ lines 1) words (+ characters 1) #f))
                (in-word (loop lines words (+ characters 1) #t))
                (else (loop lines (+ words 1) (+ characters 1) #t))))))))

(make-file "benchmark-wc.in" 40000)

(measure (lambda () (count "benchmark-wc.in")) '(40000 400000 1988890))

(delete-file "benchmark-wc.in")
