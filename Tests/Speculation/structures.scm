;; What generated code knows of pairs, vectors, strings and characters, and what it does where it knew wrong.

(define (show . values) (for-each (lambda (v) (write v) (display " ")) values) (newline))
(define (times n thunk) (if (= n 1) (thunk) (begin (thunk) (times (- n 1) thunk))))
(define (try thunk)
  (call-with-current-continuation
   (lambda (k) (with-exception-handler (lambda (e) (k (list 'error (error-object-message e)))) thunk))))

(define (second list) (if (pair? list) (let ((rest (cdr list))) (set-car! list (car rest)) (cadr list)) 'none))
(show (times 1000 (lambda () (second (list 1 2 3)))) (second '()) (try (lambda () (second (list 1)))))

(define (swap! v i j)
  (let ((t (vector-ref v i))) (vector-set! v i (vector-ref v j)) (vector-set! v j t) (+ i j (vector-length v))))
(define v (vector 1 2 3))
(show (times 1001 (lambda () (swap! v 0 2))) v)
(show (try (lambda () (swap! v 0 3))) (try (lambda () (swap! v -1 0))) (try (lambda () (swap! v 0.5 0))) (try (lambda () (swap! "abc" 0 1)))
      (try (lambda () (swap! (list 1 2) 0 1))) (try (lambda () (swap! v (expt 2 60) 0))) v)

(define (sum-vector v)
  (let loop ((i 0) (sum 0))
    (if (= i (vector-length v)) sum (loop (+ i 1) (+ sum (vector-ref v i))))))
(show (times 500 (lambda () (sum-vector #(1 2 3)))) (sum-vector #(1.5 2 1/2)) (try (lambda () (sum-vector #(1 a)))) (sum-vector #()))

(define (count-char c s)
  (let loop ((i 0) (n 0))
    (if (= i (string-length s)) n (loop (+ i 1) (if (char=? c (string-ref s i)) (+ n 1) n)))))
(show (times 500 (lambda () (count-char #\a "banana"))) (count-char #\x "") (try (lambda () (count-char "a" "banana")))
      (try (lambda () (count-char #\a '(1)))))
(define (code c) (char->integer c))
(show (times 1000 (lambda () (code #\a))) (code #\x10FFFF) (try (lambda () (code 97))))

(define (bytes b)
  (let loop ((i 0) (sum 0)) (if (= i (bytevector-length b)) sum (loop (+ i 1) (+ sum (bytevector-u8-ref b i))))))
(show (times 500 (lambda () (bytes (bytevector 1 2 255)))) (try (lambda () (bytes "x")))
      (try (lambda () (bytevector-u8-ref (bytevector 1) 1))))

;; A loop whose variable changes its kind in the middle of a long run.
(define (change n)
  (let loop ((i 0) (x 0) (l '()))
    (cond ((= i n) (list i x (length l)))
          ((= i 5000) (loop (+ i 1) (+ x 0.5) (cons x l)))
          ((= i 9000) (loop (+ i 1) (expt 2 70) l))
          ((= i 9500) (loop (+ i 1) 1/3 l))
          (else (loop (+ i 1) (+ x 1) (if (= (remainder i 500) 0) (cons i l) l))))))
(show (change 4000) (change 6000) (change 10000) (change 10000))

;; The same, with a captured variable and inner procedures.
(define (make-adder n) (lambda (x) (+ x n)))
(define adders (list (make-adder 1) (make-adder 1.5) (make-adder 1/2) (make-adder (expt 2 62))))
(define (apply-all x) (map (lambda (f) (f x)) adders))
(show (times 500 (lambda () (apply-all 1))) (times 500 (lambda () (apply-all 2.5))))

;; A continuation captured where doubles are live, entered again.
(define saved #f)
(define count 0)
(define (resume x)
  (let* ((a (+ x 0.25)) (b (call-with-current-continuation (lambda (k) (set! saved k) 1.))) (c (* a b)))
    (set! count (+ count 1))
    (list a b c)))
(times 500 (lambda () (resume 1.)))
(show (resume 1.))
(if (< count 505) (saved (if (odd? count) 2 3.)))

;; Deep recursion with doubles live in every frame.
(define (deep n x) (if (= n 0) x (let ((y (+ x 0.5))) (+ y (deep (- n 1) (- y 0.5))))))
(show (times 50 (lambda () (deep 10 1.))) (deep 200000 1.))

;; A loop whose first operation records no types, run with a variable of another kind for so long that going wrong at each iteration would take the stack.
(define (count-down x)
  (let loop ((left x) (n 0))
    (if (eqv? left 0)
        n
        (if (eof-object? (if (> n 10) (if (= x 1.5) (eof-object) 1) 1)) n (loop (- left 1) (+ n 1))))))
(show (count-down 1.5))
(show (count-down 6000000))
