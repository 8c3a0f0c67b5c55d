;;; hashtables: counts words and numbers in hash tables; hashing of strings and fixnums.
(import (scheme base) (scheme write) (scheme time) (srfi 69))
(include "measure.scm")

(define (word i)
  (string-append "word" (number->string (modulo (* i 7919) 5003))))

(define words
  (let ((v (make-vector 20000)))
    (do ((i 0 (+ i 1))) ((= i 20000) v)
      (vector-set! v i (word i)))))

(define (count-words rounds)
  (let ((table (make-hash-table string=?)))
    (do ((round 0 (+ round 1))) ((= round rounds))
      (do ((i 0 (+ i 1))) ((= i (vector-length words)))
        (hash-table-update!/default table (vector-ref words i) (lambda (n) (+ n 1)) 0)))
    table))

(define (count-numbers n)
  (let ((table (make-hash-table eqv?)))
    (do ((i 0 (+ i 1))) ((= i n))
      (hash-table-set! table (* i 17) i))
    (do ((i 0 (+ i 1))
         (sum 0 (+ sum (hash-table-ref/default table i 0))))
        ((= i n)
         (do ((i 0 (+ i 2))) ((>= i n))
           (hash-table-delete! table (* i 17)))
         (list sum (hash-table-size table))))))

(measure (lambda ()
           (let ((table (count-words 5)))
             (append (list (hash-table-size table)
                   (hash-table-ref/default table "word42" 0))
                   (count-numbers 100000))))
         '(5003 20 17301903 50000))
