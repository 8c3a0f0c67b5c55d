;;; string: doubles and halves strings; string-append, substring.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define text "abcdef")

(define (grow)
  (set! text (string-append "123" text "456" text "789"))
  (set! text (string-append (substring text (quotient (string-length text) 2) (string-length text))
                            (substring text 0 (+ 1 (quotient (string-length text) 2)))))
  text)

(define (grow-to n)
  (set! text "abcdef")
  (do () ((> (string-length text) n) (string-length text))
    (grow)))

(define (run count)
  (let ((length (grow-to 500000)))
    (if (= count 1)
        length
        (run (- count 1)))))

(measure (lambda () (run 50)) 524278)
