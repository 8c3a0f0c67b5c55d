;; Doubles that are objects, zeros above all, where code is generated for doubles; other objects where those were seen.

(define (show . values) (for-each (lambda (v) (write v) (display " ")) values) (newline))
(define (times n thunk) (if (= n 1) (thunk) (begin (thunk) (times (- n 1) thunk))))
(define (try thunk)
  (call-with-current-continuation
   (lambda (k) (with-exception-handler (lambda (e) (k (list 'error (if (error-object? e) (cons (error-object-message e) (error-object-irritants e)) e)))) thunk))))

(define (dot a b) (+ (* (vector-ref a 0) (vector-ref b 0)) (* (vector-ref a 1) (vector-ref b 1))))
(define (minus a b) (vector (- (vector-ref a 0) (vector-ref b 0)) (- (vector-ref a 1) (vector-ref b 1))))
(define (larger a b) (if (< a b) b a))
(define (order a b) (list (= a b) (< a b) (> a b) (<= a b) (>= a b)))
(define (signs a) (list (zero? a) (positive? a) (negative? a) (abs a) (- a) (/ 1.0 a)))
(define (roots a) (sqrt a))
(define (extremes a b) (list (max a b) (min a b)))
(define (sum l) (let loop ((l l) (s 0.0)) (if (null? l) s (loop (cdr l) (+ s (car l))))))
(define (sum-from s l) (let loop ((l l) (s s)) (if (null? l) s (loop (cdr l) (+ s (car l))))))
(define origin (vector 0.0 -0.0))
(define (all) (list (dot origin (vector 2.0 3.0)) (minus origin (vector 0.0 0.0)) (minus (vector 1.5 0.0) origin) (larger 0.0 -0.0) (larger -1.5 0.0) (order 0.0 -0.0) (order 0.0 1.5) (signs 0.0) (signs -0.0) (signs 2.5)
                    (roots 0.0) (roots -0.0) (roots 6.25) (extremes 0.0 -0.0) (extremes 0.0 1.5) (sum '(0.0 1.5 -1.5)) (sum-from 0.0 '(-0.0 0.0)) (sum-from -0.0 '(-0.0 -0.0))))
(show (times 2000 all))
(define huge 1e300)
(define tiny 1e-300)
(define infinite (/ 1. 0.))
(define none (- infinite infinite))
(show (dot (vector huge tiny) (vector huge tiny)) (minus (vector huge infinite) (vector tiny infinite)) (order none none) (signs huge) (signs none) (extremes none 1.5) (extremes infinite 0.0) (sum (list huge huge tiny)))
(show (times 1000 (lambda () (list (dot (vector huge 0.0) (vector tiny 1.0)) (sum (list tiny tiny)) (signs tiny)))))

;; After zeros: exact numbers of all kinds, and what is no number.
(define big (expt 2 70))
(show (dot (vector 1 2) (vector 3 4)) (dot (vector 1/2 0.0) (vector 2 big)) (minus (vector big 1) (vector 1 0.0)) (larger 1 0.0) (order 0 0.0) (order 0.0 big) (signs 1) (signs big) (sum '(1 2)) (sum-from 0 '(1 2)) (sum-from 0 (list big 0.0)))
(show (try (lambda () (dot (vector 'a 0.0) origin))) (try (lambda () (larger 0.0 "s"))) (try (lambda () (signs #f))) (try (lambda () (sum '(0.0 a)))) (try (lambda () (roots 'x))) (roots -4.0))
(show (times 2000 all))
