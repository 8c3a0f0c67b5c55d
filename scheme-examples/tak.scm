; Takeuchi's function: triple recursion in which the arguments are calls again (Gabriel's benchmark).

(define (tak x y z)
  (if (not (< y x))
      z
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))))

(display (tak 18 12 6))
(newline)

; The same on lists: the length stands for the number (Gabriel's takl).
(define (list-down n)
  (if (= n 0) '() (cons n (list-down (- n 1)))))

(define (shorter? x y)
  (and (pair? y)
       (or (null? x)
           (shorter? (cdr x) (cdr y)))))

(define (mas x y z)
  (if (not (shorter? y x))
      z
      (mas (mas (cdr x) y z)
           (mas (cdr y) z x)
           (mas (cdr z) x y))))

(write (mas (list-down 12) (list-down 8) (list-down 4)))
(newline)
