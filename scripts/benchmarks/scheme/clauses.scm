;;; clauses: procedures of several numbers of arguments: defaults, folds over one list and over more, accounts that are closures.
(import (scheme base) (scheme case-lambda) (scheme write) (scheme time))
(include "measure.scm")

(define between
  (case-lambda
    ((to) (between 0 to 1))
    ((from to) (between from to 1))
    ((from to step) (let loop ((i from) (result '())) (if (< i to) (loop (+ i step) (cons i result)) (reverse result))))))

(define fold-lists
  (case-lambda
    ((f start items) (let loop ((items items) (result start)) (if (null? items) result (loop (cdr items) (f (car items) result)))))
    ((f start a b) (let loop ((a a) (b b) (result start)) (if (or (null? a) (null? b)) result (loop (cdr a) (cdr b) (f (car a) (car b) result)))))
    ((f start . lists)
     (let loop ((lists lists) (result start))
       (if (memq '() lists) result (loop (map cdr lists) (apply f (append (map car lists) (list result)))))))))

(define (make-account balance)
  (case-lambda
    (() balance)
    ((amount) (set! balance (+ balance amount)) balance)
    ((amount . fees) (set! balance (fold-lists - (+ balance amount) fees)) balance)))

(define largest
  (case-lambda
    ((a) a)
    ((a b) (if (< a b) b a))
    ((a b . more) (if (null? more) (largest a b) (apply largest (largest a b) more)))))

(define (work i)
  (let ((account (if (even? i) (make-account i) (make-account 1000))) (numbers (between (modulo i 7) 20)))
    (account 5)
    (account 10 1 2)
    (account 20 (account))
    (+ (account) (largest 1 i) (largest i 500 20 3) (fold-lists + 0 numbers) (fold-lists (lambda (a b sum) (+ sum (* a b))) 0 numbers (between 20)) (length (between 0 i (+ 1 (quotient i 5)))))))

(measure (lambda () (do ((i 0 (+ i 1)) (sum 0 (+ sum (work i)))) ((= i 50000) sum))) 2604075779)
