;;; bv2string: text to UTF-8 and back; string->utf8 and utf8->string.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (text length)
  (let ((s (make-string length)))
    (do ((i 0 (+ i 1))) ((= i length) s)
      (string-set! s i (integer->char (if (= (remainder i 4) 0)
                                          (+ 955 (remainder i 7))
                                          (+ 97 (remainder i 26))))))))

(define (round-trips s count)
  (if (= count 0)
      s
      (round-trips (utf8->string (string->utf8 s)) (- count 1))))

(measure (lambda ()
           (let ((s (text 100000)))
             (string=? s (round-trips s 200))))
         #t)
