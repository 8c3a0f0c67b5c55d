;;; deriv: symbolic differentiation; allocation of lists, eq? on symbols, map.
(import (scheme base) (scheme cxr) (scheme write) (scheme time))
(include "measure.scm")

(define (derivative e)
  (cond ((not (pair? e))
         (if (eq? e 'x) 1 0))
        ((eq? (car e) '+)
         (cons '+ (map derivative (cdr e))))
        ((eq? (car e) '-)
         (cons '- (map derivative (cdr e))))
        ((eq? (car e) '*)
         ;; (f g h)' = f g h (f'/f + g'/g + h'/h)
         (list '* e (cons '+ (map (lambda (factor) (list '/ (derivative factor) factor)) (cdr e)))))
        ((eq? (car e) '/)
         (let ((f (cadr e)) (g (caddr e)))
           (list '-
                 (list '/ (derivative f) g)
                 (list '/ f (list '* g g (derivative g))))))
        (else
         (error "no rule for this operator" e))))

(define expression '(+ (* 3 x x) (* a x x) (* b x) 5))

(define (repeat count result)
  (if (= count 0)
      result
      (repeat (- count 1) (derivative expression))))

(measure (lambda () (repeat 1000000 #f))
         '(+ (* (* 3 x x) (+ (/ 0 3) (/ 1 x) (/ 1 x)))
             (* (* a x x) (+ (/ 0 a) (/ 1 x) (/ 1 x)))
             (* (* b x) (+ (/ 0 b) (/ 1 x)))
             0))
