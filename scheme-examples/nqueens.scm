; N queens: count the ways to place them, and draw the first solution for a board of eight.

(define (iota-from low high)
  (if (> low high) '() (cons low (iota-from (+ low 1) high))))

; Whether a queen in `row` is safe from those in `rows`, which stand 1, 2, ... columns away.
(define (safe? row rows)
  (let loop ((distance 1) (rows rows))
    (or (null? rows)
        (let ((other (car rows)))
          (and (not (= other row))
               (not (= other (+ row distance)))
               (not (= other (- row distance)))
               (loop (+ distance 1) (cdr rows)))))))

(define (count-solutions size)
  (define all-rows (iota-from 1 size))
  (define (place column rows)
    (if (= column 0)
        1
        (let try ((candidates all-rows) (total 0))
          (cond ((null? candidates) total)
                ((safe? (car candidates) rows)
                 (try (cdr candidates)
                      (+ total (place (- column 1) (cons (car candidates) rows)))))
                (else (try (cdr candidates) total))))))
  (place size '()))

(define (first-solution size)
  (call/cc
   (lambda (return)
     (define all-rows (iota-from 1 size))
     (let place ((column size) (rows '()))
       (if (= column 0) (return rows))
       (for-each
        (lambda (row)
          (when (safe? row rows)
            (place (- column 1) (cons row rows))))
        all-rows))
     #f)))

(define (draw rows size)
  (for-each
   (lambda (row)
     (do ((i 1 (+ i 1)))
         ((> i size) (newline))
       (display (if (= i row) " Q" " ."))))
   rows))

(for-each
 (lambda (size)
   (display size)
   (display " queens: ")
   (display (count-solutions size))
   (newline))
 (iota-from 1 8))

(draw (first-solution 8) 8)
