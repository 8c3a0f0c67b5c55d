; The towers of Hanoi: print the moves of three discs, count those of sixteen, and play a game out to check the rules.

(define (hanoi n from to via move)
  (when (> n 0)
    (hanoi (- n 1) from via to move)
    (move n from to)
    (hanoi (- n 1) via to from move)))

(hanoi 3 'left 'right 'middle
       (lambda (disc from to)
         (display "disc ")
         (display disc)
         (display ": ")
         (display from)
         (display " -> ")
         (display to)
         (newline)))

(define moves 0)
(hanoi 16 'a 'c 'b (lambda (disc from to) (set! moves (+ moves 1))))
(write moves)
(newline)

(define pegs (vector '(1 2 3 4 5 6 7 8) '() '()))
(define legal #t)
(hanoi 8 0 2 1
       (lambda (disc from to)
         (let ((source (vector-ref pegs from))
               (target (vector-ref pegs to)))
           (if (not (and (= (car source) disc)
                         (or (null? target) (< disc (car target)))))
               (set! legal #f))
           (vector-set! pegs from (cdr source))
           (vector-set! pegs to (cons disc target)))))
(write (list legal pegs))
(newline)
