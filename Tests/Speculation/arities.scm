;; Procedures of several numbers of arguments; equivalence of everything with everything; one procedure evaluated in the place of another one.

(define (show . values) (for-each (lambda (v) (write v) (display " ")) values) (newline))
(define (times n thunk) (if (= n 1) (thunk) (begin (thunk) (times (- n 1) thunk))))
(define (try thunk)
  (call-with-current-continuation
   (lambda (k) (with-exception-handler (lambda (e) (k (list 'error (if (error-object? e) (error-object-message e) e)))) thunk))))

(define area
  (case-lambda
    (() 0)
    ((r) (* r r))
    ((a b) (* a b))
    ((a b c d e) (list a b c d e))
    ((a b . more) (list a b more))))
(define (areas) (list (area) (area 2) (area 2 3) (area 1 2 3) (area 1 2 3 4 5) (area 1 2 3 4 5 6 7)))
(show (times 500 areas) (area 1.5) (area 1/2 2) (apply area '(3)) (apply area '(1 2 3 4 5 6 7 8)) (map area '(1 2) '(3 4)))
(define picky (case-lambda ((a) (list 'one a)) ((a b c) (list 'three a b c))))
(show (times 500 (lambda () (list (picky 1) (picky 1 2 3)))) (try (lambda () (picky))) (try (lambda () (picky 1 2))) (try (lambda () (apply picky '(1 2 3 4)))))
(define first-counts (case-lambda ((a . rest) (list 'any a rest)) ((a b) 'never)))
(show (times 500 (lambda () (list (first-counts 1 2) (first-counts 1)))))
(define (counter start) (case-lambda (() (set! start (+ start 1)) start) ((n) (set! start (+ start n)) start) ((a b) (list start a b))))
(define count (counter 5))
(show (times 500 (lambda () (count))) (times 500 (lambda () (count 2))) (count 1 2))
(define down (case-lambda ((n) (down n 0)) ((n sum) (if (= n 0) sum (+ 1 (down (- n 1) sum))))))
(show (down 200000) (down 3 0.5))
(define loop (case-lambda ((n) (loop n '())) ((n l) (if (= n 0) (length l) (loop (- n 1) (cons (vector n) l))))))
(show (loop 100000))
(define saved #f)
(define capturing (case-lambda ((a) (+ a (call/cc (lambda (k) (set! saved k) 1)))) ((a b) (list (capturing a) b))))
(show (times 500 (lambda () (capturing 1 2))) (capturing 5 6))
(define again saved)
(again 10)
(again 0.5)
(define (use-area) (area 2 3))
(times 500 use-area)
(define area (case-lambda ((a b) (- a b)) ((a) a)))
(show (use-area) (try (lambda () (area))))
(set! area (lambda (a b) (list a b)))
(show (use-area))
(define six (case-lambda ((a b c d e f) (list f e d c b a)) ((a b c d e f g) (list g))))
(show (times 500 (lambda () (list (six 1 2 3 4 5 6) (six 1 2 3 4 5 6 7)))))
(show (eq? area area) (procedure? six) (eq? picky (car (list picky))))

(define things
  (list 0 -5 1.5 0.0 -0.0 +nan.0 (expt 10 30) (expt 10 30) 1/2 1/2 #\a "abc" "abc" 'abc '() #t #f '(1 (2.5 "x")) (list 1 (list 2.5 "x")) (vector 1 '(2))
        (vector 1 '(2)) (bytevector 1 2) (bytevector 1 2) car (lambda (x) x) (if #f #f) (make-string 0) (vector) 2+3i 2+3i 1e300 1e300))
(define (compare a b) (if (equal? a b) (if (eqv? a b) 'eqv 'equal) (if (eqv? a b) 'wrong 'different)))
(define (comparisons)
  (map (lambda (a) (let loop ((l things) (n 0) (eqv 0) (equal 0)) (if (null? l) (list n eqv equal) (let ((c (compare a (car l)))) (loop (cdr l) (+ n 1) (if (eq? c 'eqv) (+ eqv 1) eqv) (if (eq? c 'equal) (+ equal 1) equal)))))) things))
(show (times 100 comparisons))
(define (values-of a b) (list (eqv? a b) (equal? a b)))
(show (times 500 (lambda () (values-of 1 1))) (values-of "a" "a") (values-of 1.5 1.5) (values-of 0.0 -0.0) (values-of '(1 . 2) '(1 . 2)) (values-of 1 1.0))

;; Procedures made by `eval` come and go; none is taken for another one at the same place.
(define (eval-in-place n)
  (let loop ((i 0) (sum 0))
    (if (= i n)
        sum
        (begin
          (eval `(begin (define (small x) (+ x ,i)) (define (user x) (small (small x)))) (interaction-environment))
          (eval '(let repeat ((k 0)) (if (< k 450) (begin (user k) (repeat (+ k 1))))) (interaction-environment))
          (loop (+ i 1) (+ sum (eval '(user 1) (interaction-environment))))))))
(show (eval-in-place 60))
