;;; equal: compares deep, wide and equal structures with equal?.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (tree depth)
  (if (= depth 0)
      (list 1 2.5 "three" #\4 'five)
      (vector (tree (- depth 1)) (cons depth (tree (- depth 1))))))

(define (long-list n)
  (do ((i 0 (+ i 1))
       (items '() (cons (list i (number->string i)) items)))
      ((= i n) items)))

(define a (tree 14))
(define b (tree 14))
(define c (long-list 50000))
(define d (long-list 50000))

(measure (lambda ()
           (do ((i 0 (+ i 1))
                (all #t (and all (equal? a b) (equal? c d) (not (equal? a c)))))
               ((= i 80) all)))
         #t)
