;;; triangl: counts the ways to play peg solitaire on a triangle of 15 holes down to one peg; vectors and recursion.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (hole row column) (+ column (quotient (* row (+ row 1)) 2)))

;; All jumps: from, over, to.
(define jumps
  (let ((found '()))
    (define (try row column dr dc)
      (let ((r (+ row dr dr)) (c (+ column dc dc)))
        (if (and (<= 0 r 4) (<= 0 c r))
            (set! found (cons (vector (hole row column) (hole (+ row dr) (+ column dc)) (hole r c)) found)))))
    (do ((row 0 (+ row 1))) ((= row 5))
      (do ((column 0 (+ column 1))) ((> column row))
        (try row column 0 1)
        (try row column 0 -1)
        (try row column 1 0)
        (try row column -1 0)
        (try row column 1 1)
        (try row column -1 -1)))
    (list->vector (reverse found))))

(define board (make-vector 15 1))

(define (play pegs)
  (if (= pegs 1)
      1
      (let loop ((i 0) (games 0))
        (if (= i (vector-length jumps))
            games
            (let* ((jump (vector-ref jumps i))
                   (from (vector-ref jump 0))
                   (over (vector-ref jump 1))
                   (to (vector-ref jump 2)))
              (if (and (= (vector-ref board from) 1)
                       (= (vector-ref board over) 1)
                       (= (vector-ref board to) 0))
                  (begin
                    (vector-set! board from 0)
                    (vector-set! board over 0)
                    (vector-set! board to 1)
                    (let ((below (play (- pegs 1))))
                      (vector-set! board from 1)
                      (vector-set! board over 1)
                      (vector-set! board to 0)
                      (loop (+ i 1) (+ games below))))
                  (loop (+ i 1) games)))))))

;; The hole in the middle of the third row stays empty at first; only the first jump is fixed, so as to end in time.
(measure (lambda ()
           (vector-fill! board 1)
           (vector-set! board 4 0)
           (play 14))
         1550)
