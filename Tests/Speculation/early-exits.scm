;;; The short paths of procedures that stand before calls of them: what they are given for the first time, redefinitions in the middle of deep recursion, errors in
;;; their tests, continuations and deep stacks in the calls after them.

(include "include/attempts.scm")

;; A base case. Then numbers of other kinds, and what is no number.
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(show (fib 20) (fib 10.5) (fib 21/2) (fib 1) (fib 1.5) (fib (- (expt 2 60))) (fib (- (expt 2 70))))
(show (attempt (lambda () (fib 'x))) (attempt (lambda () (fib "")) ))
(show (fib 21))

;; Several bases, some of them with work to do; the value is tested.
(define (ackermann m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ackermann (- m 1) 1))
        (else (ackermann (- m 1) (ackermann m (- n 1))))))
(show (ackermann 2 9) (ackermann 2.0 3) (ackermann 0 (- (expt 2 60) 1)))
(define (member-of-tree? x tree)
  (cond ((eq? x tree) #t)
        ((pair? tree) (if (member-of-tree? x (car tree)) #t (member-of-tree? x (cdr tree))))
        (else #f)))
(define (grow n) (if (= n 0) n (cons (grow (- n 1)) (grow (- n 1)))))
(define tree (cons (grow 10) 'last))
(show (member-of-tree? 'last tree) (member-of-tree? 'none tree) (not (member-of-tree? 'last 'last)))
(define (first-leaf tree) (if (pair? tree) (or (first-leaf (car tree)) (first-leaf (cdr tree))) (and (symbol? tree) tree)))
(show (first-leaf tree) (first-leaf '()) (if (first-leaf (car tree)) 'yes 'no))

;; Flonums go in and come out; some values are no flonums.
(define (half x) (if (< x 1.) x (+ (half (/ x 2.)) (half (/ x 4.)))))
(show (half 1000.) (half 0.5) (half 3) (attempt (lambda () (half #f))))

;; Closures with free variables, local procedures, procedures in variables.
(define (counter limit)
  (lambda (n) (let count ((n n)) (if (>= n limit) 1 (+ (count (+ n 1)) (count (+ n 2)))))))
(show ((counter 18) 0) ((counter 3.5) 0) (attempt (lambda () ((counter 0) 'x))))
(define (walk-with leaf) (define (walk t) (if (pair? t) (+ (walk (car t)) (walk (cdr t))) (leaf t))) (walk (car tree)))
(show (walk-with (lambda (x) 1)) (walk-with (lambda (x) (+ x 1/2))))
(define (apply-tree f t) (if (pair? t) (begin (f (car t)) (f (cdr t))) t))
(define (visit t) (if (pair? t) (begin (visit (car t)) (visit (cdr t))) t))
(show (times 300 (lambda (i) (apply-tree visit '((1 . 2) 3 . 4)))) (apply-tree list 5) (apply-tree (lambda (x) 'seen) '(1 . 2)))

;; What the tests need is computed before: fields, lengths, accessors; these fail.
(define (depth v i) (if (= (vector-length v) i) 0 (+ 1 (depth v (+ i 1)) (depth-of-rest v i))))
(define (depth-of-rest v i) (if (eq? (vector-ref v i) 'end) 0 (* 1 (depth (vector) 0))))
(define vector-of-things (make-vector 300 'x))
(show (times 20 (lambda (i) (depth vector-of-things 0))) (attempt (lambda () (depth 'no 0))))
(define (leaf? node) (symbol? (car node)))
(define (value node) (cdr node))
(define (total node) (if (leaf? node) (value node) (+ (total (car node)) (total (cdr node)))))
(define (make-node n) (if (= n 0) (cons 'leaf n) (cons (make-node (- n 1)) (cons 'leaf n))))
(define node (make-node 300))
(show (times 20 (lambda (i) (total node))) (attempt (lambda () (total '((a . 1) . 5)))) (attempt (lambda () (total '((a . 1) b . c)))))
(set! leaf? (lambda (node) (and (symbol? (car node)) (eq? (car node) 'leaf))))
(show (total node) (attempt (lambda () (total '((leaf . 1) b . 2)))))

;; Redefined while calls of it are waiting: those that are made from then on are of the new one.
(define (tree-sum n) (if (< n 2) n (+ (tree-sum (- n 1)) (tree-sum (- n 2)))))
(show (tree-sum 20))
(define old tree-sum)
(define (tree-sum n) (if (< n 2) (begin (if (= n 1) (redefine)) n) (+ (tree-sum (- n 1)) (tree-sum (- n 2)))))
(define count 0)
(define (redefine) (set! count (+ count 1)) (if (= count 500) (set! tree-sum (lambda (n) (if (< n 2) (* n 1000) 1)))))
(show (tree-sum 20) count (tree-sum 1) (old 3) (old 5))
(define (tree-sum n) (if (< n 2) n (+ (tree-sum (- n 1)) (tree-sum (- n 2)))))
(show (tree-sum 15) (old 15))
(set! tree-sum 5)
(show (attempt (lambda () (old 5))) (old 1))
(set! tree-sum car)
(show (attempt (lambda () (old 5))) (old 0))

;; Continuations captured in the calls, entered again; deep stacks.
(define kept '())
(define entered 0)
(define (leaves n)
  (if (< n 1)
      1
      (+ (leaves (- n 1)) (if (= n 4) (call-with-current-continuation (lambda (k) (if (null? kept) (set! kept (list k))) 1)) (leaves (- n 2))))))
(show (times 30 (lambda (i) (leaves 10))))
(set! kept '())
(let ((sum (leaves 10)))
  (show sum entered)
  (if (< entered 3) (begin (set! entered (+ entered 1)) ((car kept) (* 100 entered)))))
(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)) (deep 0))))
(show (deep 1000) (deep 300000) (deep 0))
(define (handled n) (if (= n 0) (raise 'bottom) (+ 1 (handled (- n 1)) (handled 0))))
(show (attempt (lambda () (times 3 (lambda (i) (attempt (lambda () (handled 1000))))))))

;; The first iteration of a loop, and effects on the paths that are left to the call.
(define (position x items) (let ((i 0)) (define (next rest) (cond ((null? rest) #f) ((eq? (car rest) x) i) (else (set! i (+ i 1)) (next (cdr rest))))) (next items)))
(show (times 2000 (lambda (i) (position 'a '(a b)))) (position 'b '(a b)) (position 'c '(a b)) (attempt (lambda () (position 'c '(a . b)))))
(define (index-of x items i) (cond ((null? items) #f) ((eq? x (car items)) i) (else (index-of x (cdr items) (+ i 1)))))
(define (index x items) (let ((found (index-of x items 0))) (if found (+ found 1) 'none)))
(show (times 2000 (lambda (i) (index 'a '(a b)))) (index 'b '(a b)) (index 'c '()) (attempt (lambda () (index 'c '(a . b)))) (if (index-of 'a '(a) 0) 'in 'out))
(define log '())
(define (logged n) (if (< n 2) n (begin (set! log (cons n log)) (+ (logged (- n 1)) (logged (- n 2))))))
(show (times 50 (lambda (i) (set! log '()) (logged 9))) (length log) (car log))
