;; Variables that are read before they have a value, in code that reads those that certainly have one without asking.

(define (attempt th) (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'err (error-object-message e)))) th))))
(define (times n f) (let loop ((i 0) (r #f)) (if (= i n) r (loop (+ i 1) (f i)))))
(define (f1 x) (define a (if x (g) 1)) (define (g) b) (define b (list 2)) (set! b (cons 1 b)) (list a b))
(define (f2 x) (letrec* ((a (lambda () (set! n (+ n 1)) n)) (m (if x (a) 0)) (n 5)) (list (a) m n)))
(define (f3 x) (define-values (p q) (if x (values (lambda () p) q) (values 1 2))) (set! p (list p)) (list p q))
(define (f4 x) (letrec ((a (if x (b) 1)) (b (lambda () (set! c (+ c 1)) c)) (c (if x (car '(2)) 3))) (list a (b) c)))
(define (f5 x) (define k2 #f) (define n 0) (define y (call/cc (lambda (k) (set! k2 k) 1))) (set! n (+ n y)) (if (< n 3) (k2 2)) (list n y))
(define (f6 x) (let ((v (if x later 1))) (define later 2) (set! later (+ later 1)) (list v later)))
(define later 'global)
(define (f7 x) (define (inc!) (set! count (+ count 1)) count) (define first (if x (inc!) 'no)) (define count 10) (list first (inc!) (inc!)))
(define-syntax t (syntax-rules () ((_ f) (begin (display (list 'f (attempt (lambda () (times 1500 (lambda (i) (f #f))))) (attempt (lambda () (f #t))) (attempt (lambda () (times 1500 (lambda (i) (attempt (lambda () (f (odd? i))))))))))  (newline)))))
(t f1) (t f2) (t f3) (t f4) (t f5) (t f6) (t f7)
