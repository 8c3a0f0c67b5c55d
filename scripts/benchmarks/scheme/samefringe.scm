;;; samefringe: coroutines of re-entered continuations walk two trees in step.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (make-walker tree)
  (define return #f)
  (define (resume-point)
    (let walk ((tree tree))
      (cond ((null? tree) #f)
            ((pair? tree) (walk (car tree)) (walk (cdr tree)))
            (else
             (call-with-current-continuation
              (lambda (here)
                (set! resume-point (lambda () (here #f)))
                (return tree))))))
    (return 'end))
  (lambda ()
    (call-with-current-continuation
     (lambda (k)
       (set! return k)
       (resume-point)))))

(define (same-fringe? a b)
  (let ((next-a (make-walker a)) (next-b (make-walker b)))
    (let loop ((count 0))
      (let ((x (next-a)) (y (next-b)))
        (cond ((not (eqv? x y)) #f)
              ((eq? x 'end) count)
              (else (loop (+ count 1))))))))

(define (left-tree low high)
  (if (= low high) low (cons (left-tree low (- high 1)) high)))
(define (balanced low high)
  (if (= low high) low
      (let ((middle (quotient (+ low high) 2)))
        (cons (balanced low middle) (balanced (+ middle 1) high)))))
(define (right-tree low high)
  (if (= low high) low (cons low (right-tree (+ low 1) high))))

(measure (lambda ()
           (let loop ((i 0) (results '()))
             (if (= i 100)
                 results
                 (loop (+ i 1) (list (same-fringe? (balanced 1 2000) (right-tree 1 2000))
                                     (same-fringe? (left-tree 1 100) (balanced 1 100))
                                     (same-fringe? (balanced 1 100) (balanced 1 101)))))))
         '(2000 100 #f))
