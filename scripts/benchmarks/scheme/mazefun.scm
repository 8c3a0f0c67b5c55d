;;; mazefun: carves a maze by a functional search over lists; first-class procedures, lists as sets.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (fold f start items)
  (if (null? items)
      start
      (fold f (f (car items) start) (cdr items))))

(define (numbers from to)
  (if (= from to)
      '()
      (cons from (numbers (+ from 1) to))))

;; Pseudo-random shuffles that depend on a seed alone.
(define (next-seed seed) (modulo (+ (* seed 421) 1663) 7875))

(define (shuffle items seed)
  (let loop ((items items) (n (length items)) (seed seed) (result '()))
    (if (null? items)
        result
        (let* ((seed (next-seed seed)) (k (modulo seed n)) (x (list-ref items k)))
          (loop (remove-item x items) (- n 1) seed (cons x result))))))

(define (remove-item x items)
  (cond ((null? items) '())
        ((equal? (car items) x) (cdr items))
        (else (cons (car items) (remove-item x (cdr items))))))

(define (cell-of row column) (cons row column))

(define (neighbours cell rows columns)
  (let ((row (car cell)) (column (cdr cell)))
    (filter-cells (lambda (other)
                    (and (<= 0 (car other)) (< (car other) rows)
                         (<= 0 (cdr other)) (< (cdr other) columns)))
                  (list (cell-of (- row 1) column) (cell-of (+ row 1) column)
                        (cell-of row (- column 1)) (cell-of row (+ column 1))))))

(define (filter-cells keep? cells)
  (fold (lambda (cell kept) (if (keep? cell) (cons cell kept) kept)) '() cells))

;; Sets of cells: a list for each row.
(define (empty-set rows) (map (lambda (row) '()) (numbers 0 rows)))
(define (in-set? cell set) (memv (cdr cell) (list-ref set (car cell))))
(define (with-cell cell set)
  (let loop ((row (car cell)) (set set))
    (if (= row 0)
        (cons (cons (cdr cell) (car set)) (cdr set))
        (cons (car set) (loop (- row 1) (cdr set))))))

;; Walks into unvisited cells, in an order that depends on the seed; (visited . passages).
(define (carve cell rows columns state seed)
  (fold (lambda (next state)
          (if (in-set? next (car state))
              state
              (carve next rows columns
                     (cons (with-cell next (car state))
                           (cons (cons cell next) (cdr state)))
                     (next-seed (+ seed (* 31 (car next)) (cdr next))))))
        state
        (shuffle (neighbours cell rows columns) seed)))

(define (maze rows columns seed)
  (cdr (carve (cell-of 0 0) rows columns
              (cons (with-cell (cell-of 0 0) (empty-set rows)) '())
              seed)))

;; A spanning tree has one passage less than there are cells; the sum depends on which.
(define (summary passages)
  (list (length passages)
        (fold (lambda (passage sum)
                (modulo (+ (* sum 3) (caar passage) (* 2 (cdar passage)) (* 5 (cadr passage)) (* 7 (cddr passage))) 100003))
              0
              passages)))

(measure (lambda ()
           (do ((seed 1 (+ seed 1))
                (total 0 (+ total (cadr (summary (maze 30 30 seed))))))
               ((= seed 40) total)))
         1937688)
