;;; `map` and `for-each` are loops where they stand, and the list that `map` gathers is reversed in place: what procedures, lists, redefinitions and
;;; continuations can do to that.

(define (show . values) (for-each (lambda (v) (write v) (display " ")) values) (newline))
(define (times n thunk) (if (= n 1) (thunk) (begin (thunk) (times (- n 1) thunk))))
(define (try thunk) (guard (e ((error-object? e) (error-object-message e)) (else (list 'raised e))) (thunk)))

;; Procedures of every kind, called often and then with another one.
(define (apply-to-all f l) (map f l))
(define (sum-of-all f l) (let ((sum 0)) (for-each (lambda (x) (set! sum (+ sum (f x)))) l) sum))
(define (add-all f a b) (map f a b))
(define (double x) (+ x x))
(show (times 3000 (lambda () (apply-to-all double '(1 2 3)))) (apply-to-all car '((a) (b))) (apply-to-all (lambda x x) '(1 2)) (try (lambda () (apply-to-all cons '(1)))))
(show (try (lambda () (apply-to-all 'double '(1)))) (apply-to-all 'double '()) (apply-to-all double '(1.5 1/2 100000000000000000000)))
(show (times 3000 (lambda () (add-all + '(1 2 3) '(10 20 30)))) (add-all cons '(1 2 3) '(a b)) (add-all list '(1) '(a b c)) (add-all + '() '(1)) (add-all + '(1) '()))
(show (let ((shift 5)) (define (shifted x) (+ x shift)) (times 3000 (lambda () (map shifted '(1 2 3))))))
(show (let ((f double)) (let ((r (map f '(1 2 3)))) (set! f car) (list r (map f '((1) (2)))))))
(show (let ((pairs '())) (times 1000 (lambda () (set! pairs '()) (for-each (lambda (a b) (set! pairs (cons (cons a b) pairs))) '(1 2 3) '(x y)))) pairs))
(show (times 1000 (lambda () (map map (list double car) '((1 2) ((a) (b)))))))

;; Lists without an end, and with none.
(show (try (lambda () (map double '(1 2 . 3)))) (try (lambda () (for-each double 7))) (try (lambda () (map + '(1 2 . 3) '(1 2 3)))) (try (lambda () (map + '(1 2 3) '(1 . 2)))))
(show (try (lambda () (for-each + '(1 2) 5))) (try (lambda () (map + '(1 2 . 3) '(1 2)))) (map + '(1) '(1 . 2)))
(show (times 300 (lambda () (map list '(1 2 3) '(a b c) '(x y z) '(7 8)))) (apply map list '((1 2) (3 4) (5 6) (7 8) (9 10))) (map + '(1) '(2) '(3) '()))
(show (try (lambda () (map list '(1 2) '(1 2) '(1 2) '(1 . 2)))) (try (lambda () (map list 5 '(1) '(1) '(1)))) (map list '(1) '(1) '(1 . 2) '(1)) (map list '() '(1) '(1) 5))
(define (collect . lists) (let ((r '())) (apply for-each (lambda elements (set! r (cons elements r))) lists) r))
(show (times 300 (lambda () (collect '(1 2 3) '(a b c) '(x y z)))) (collect '(1 2) '(a b c) '(x y z) '(7 8 9)) (collect '() '(1) '(1)) (collect '(1) '(1) '(1) '()))
(show (try (lambda () (collect '(1 2) '(1 2) '(1 . 2)))) (try (lambda () (collect '(1 2) '(1 2) '(1 2) '(1 . 2)))) (try (lambda () (collect '(1) 5 '(1)))) (try (lambda () (collect '(1 . 2) '(1) '(1)))))
(show (let ((circle (list 1 2))) (set-cdr! (cdr circle) circle) (map + circle '(10 20 30))))

;; Vectors.
(define (all-of f v) (vector-map f v))
(define (sum-of f v) (let ((sum 0)) (vector-for-each (lambda (x) (set! sum (+ sum (f x)))) v) sum))
(show (times 1000 (lambda () (all-of double #(1 2 3)))) (all-of car #((a) (b))) (all-of double #()) (try (lambda () (all-of double '(1)))) (try (lambda () (all-of car #(1)))))
(show (times 1000 (lambda () (sum-of double #(1 2 3)))) (sum-of double #(1.5 1/2)) (sum-of car #()) (try (lambda () (sum-of double 5))) (try (lambda () (sum-of 'double #(1)))))
(show (try (lambda () (vector-map (lambda () 1) #(1)))) (try (lambda () (vector-for-each (lambda (a b) 1) #(1)))) (vector-map + #(1 2 3) #(10 20)))
(show (let ((v (vector 1 2 3 4))) (vector-for-each (lambda (x) (if (< x 4) (vector-set! v x (* 10 (vector-ref v x))))) v) v))
(show (let ((v (make-vector 1000 0.5))) (vector-ref (times 20 (lambda () (vector-map (lambda (x) (* x x)) v))) 999)))

;; The list changes while it is walked; the procedure's name does.
(show (let ((l (list 1 2 3 4))) (map (lambda (x) (if (= x 2) (set-cdr! (cddr l) '())) x) l)))
(define (changing x) (if (= x 2) (set! changing (lambda (x) 'changed))) x)
(show (map changing '(1 2 3)) (map changing '(1 2)))

;; A continuation of a call goes on with its own list, however often, and the lists before stay what they were.
(define (entered walk)
  (let ((again #f) (count 0) (results '()))
    (let ((result (walk (lambda (x) (call/cc (lambda (k) (if (eqv? x 2) (set! again k)) x))))))
      (set! results (cons result results))
      (set! count (+ count 1))
      (if (< count 4) (again (* 100 count)))
      (reverse results))))
(define walks
  (list (lambda (f) (map f '(1 2 3 4)))
        (lambda (f) (map (lambda (x) (f x)) '(1 2 3 4)))
        (lambda (f) (map (lambda (x y) (f x)) '(1 2 3 4) '(a b c d)))
        (lambda (f) (map (lambda (x y z) (f x)) '(1 2 3 4) '(a b c d) '(a b c d)))
        (lambda (f) (map (lambda (x y z w) (f x)) '(1 2 3 4) '(a b c d) '(a b c d) '(a b c d e)))
        (lambda (f) (apply map f '((1 2 3 4))))
        (lambda (f) (vector->list (vector-map f #(1 2 3 4))))
        (lambda (f) (vector->list (vector-map (lambda (x) (f x)) #(1 2 3 4))))
        (lambda (f) (let ((l '())) (vector-for-each (lambda (x) (let ((y (f x))) (set! l (cons y l)))) #(1 2 3 4)) (reverse l)))
        (lambda (f) (apply map (lambda (x y) (f x)) '((1 2 3 4) (a b c d))))))
(define (enter-all) (map entered walks))
(for-each show (enter-all))
(show (equal? (enter-all) (times 300 enter-all)))

;; So does one that was captured in a deep recursion, which left the stack on its way.
(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
(show (map (lambda (n) (deep n)) '(10 300000 20)))
(show (entered (lambda (f) (map (lambda (x) (deep 1000) (f x)) '(1 2 3)))))

;; Long lists, that are old before they are whole.
(define (count-to n) (let loop ((n n) (l '())) (if (= n 0) l (loop (- n 1) (cons n l)))))
(define (sum l) (let loop ((l l) (s 0)) (if (pair? l) (loop (cdr l) (+ s (car l))) s)))
(define (box x) (vector x (make-vector 10 x)))
(define boxes (map box (count-to 100000)))
(define more (map (lambda (b) (vector-ref (vector-ref b 1) 9)) boxes))
(show (length boxes) (sum more) (car more) (list-ref more 99999) (vector-ref (list-ref boxes 54321) 0))

;; The names themselves.
(define standard-map map)
(define (use-map f l) (map f l))
(show (times 1000 (lambda () (use-map double '(1 2)))))
(set! map (lambda (f . lists) (cons 'mine lists)))
(show (use-map double '(1 2)))
(set! map standard-map)
(show (use-map double '(1 2)))
(define standard-vector-map vector-map)
(define (use-vector-map f v) (vector-map f v))
(show (times 1000 (lambda () (use-vector-map double #(1 2)))))
(set! vector-map (lambda (f v) 'mine))
(show (use-vector-map double #(1 2)))
(set! vector-map standard-vector-map)
(show (use-vector-map double #(1 2)))
(define standard-for-each for-each)
(define (use-for-each f l) (for-each f l))
(set! for-each (lambda (f l) 'mine))
(define mine (use-for-each double '(1 2)))
(set! for-each standard-for-each)
(show mine)
