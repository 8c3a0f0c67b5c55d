;; The program of the example: what each path does. Everything up to the end of this file has been evaluated before the first request comes.
(import (scheme base) (scheme write) (srfi 69))

(define visits 0)

(define (fibonacci n)
  (if (< n 2) n (+ (fibonacci (- n 1)) (fibonacci (- n 2)))))

;; Read once, shared by all requests until one of them writes it.
(define prices
  (let ((table (make-hash-table)))
    (for-each (lambda (row) (hash-table-set! table (car row) (cdr row)))
              '(("apple" . 30) ("pear" . 45) ("plum" . 12)))
    table))

(define (handle method path)
  (set! visits (+ visits 1))
  (cond
    ((string=? path "/") (display "hello") (newline))
    ((string=? path "/visits") (display visits))
    ((string=? path "/fibonacci") (display (fibonacci 22)))
    ((string=? path "/prices") (display (hash-table-ref/default prices "pear" #f)))
    ((string=? path "/error") (car '()))
    ((string=? path "/endless") (let loop () (loop)))
    ((string=? path "/bomb") (let loop ((all '())) (loop (cons (make-vector 1000 0) all))))
    (else (display "no such thing: ") (write path))))
