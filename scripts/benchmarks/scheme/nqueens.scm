;;; nqueens: counts the ways to place 12 queens; short lists and fixnums.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (queens size)
  ;; ROWS: the rows of the queens placed so far, nearest column first.
  (define (safe? row rows)
    (let next ((rows rows) (distance 1))
      (or (null? rows)
          (let ((other (car rows)))
            (and (not (= other row))
                 (not (= other (+ row distance)))
                 (not (= other (- row distance)))
                 (next (cdr rows) (+ distance 1)))))))
  (define (place column rows)
    (if (= column size)
        1
        (let try ((row 0) (found 0))
          (cond ((= row size) found)
                ((safe? row rows) (try (+ row 1) (+ found (place (+ column 1) (cons row rows)))))
                (else (try (+ row 1) found))))))
  (place 0 '()))

(measure (lambda () (queens 12)) 14200)
