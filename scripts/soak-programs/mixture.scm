;;; A mixture of everything that takes memory, for as many seconds as the argument says: short- and long-lived data, closures, evaluation of new
;;; procedures until they are compiled, continuations that are captured, kept and dropped, strings, hash tables, ports, exceptions, bignums. Each
;;; iteration checks its results.
(import (scheme base) (scheme write) (scheme eval) (scheme read) (scheme time) (scheme process-context) (scheme lazy) (srfi 69))

(define seconds (string->number (cadr (command-line))))
(define start (current-jiffy))
(define (elapsed) (/ (- (current-jiffy) start) (jiffies-per-second)))

(define (expect what got wanted)
  (if (not (equal? got wanted)) (error "wrong result" what got wanted)))

;; A window of old data: each iteration replaces a part of it, so that there are always pointers from old to young.
(define window (make-vector 500 '()))

(define (tree depth)
  (if (= depth 0)
      '()
      (cons (tree (- depth 1)) (tree (- depth 1)))))
(define (leaves tree)
  (if (null? tree)
      1
      (+ (leaves (car tree)) (leaves (cdr tree)))))

(define (data round)
  (vector-set! window (modulo round 500) (tree 8))
  (expect 'tree (leaves (vector-ref window (modulo round 500))) 256)
  (expect 'list (apply + (map (lambda (x) (* x x)) (let loop ((i 0) (l '())) (if (= i 100) l (loop (+ i 1) (cons i l)))))) 328350))

;; New procedures, run often enough to be compiled; as somebody would at the prompt.
(define where (environment '(scheme base)))
(define (evaluation round)
  (let ((f (eval (read (open-input-string
                        (string-append "(lambda (n) (let loop ((i 0) (sum " (number->string round) ")) (if (= i n) sum (loop (+ i 1) (+ sum i)))))")))
                 where)))
    (do ((i 0 (+ i 1))) ((= i 30)) (f 20))
    (expect 'eval (f 100) (+ round 4950))))

(define kept #f)
(define (continuations round)
  (let* ((count 0)
         (result (let deep ((n 100))
                   (if (= n 0)
                       (call/cc (lambda (k) (set! kept k) 0))
                       (+ 1 (deep (- n 1)))))))
    (set! count (+ count 1))
    (if (< result 103) (kept (+ (- result 100) 1)))
    (expect 'continuation result 103))
  (expect 'deep (let deep ((n 20000)) (if (= n 0) 0 (+ 1 (deep (- n 1))))) 20000))

(define (strings round)
  (let ((port (open-output-string)))
    (do ((i 0 (+ i 1))) ((= i 100)) (write (list i "text λ" #\a (+ i 0.5)) port))
    (let ((text (get-output-string port)))
      (expect 'read (let ((in (open-input-string text))) (let loop ((n 0)) (if (eof-object? (read in)) n (loop (+ n 1))))) 100)
      (expect 'utf8 (string-length (utf8->string (string->utf8 text))) (string-length text))))
  (string->symbol (string-append "symbol-" (number->string (modulo round 100)))))

(define table (make-hash-table equal?))
(define (tables round)
  (do ((i 0 (+ i 1))) ((= i 200))
    (hash-table-set! table (list 'key (modulo (+ (* round 200) i) 2000)) (make-vector 5 round)))
  (if (= (modulo round 7) 0)
      (for-each (lambda (key) (if (even? (cadr key)) (hash-table-delete! table key))) (hash-table-keys table)))
  (if (> (hash-table-size table) 2000) (error "the table has grown" (hash-table-size table))))

(define (exceptions round)
  (expect 'guard
          (let loop ((i 0) (sum 0))
            (if (= i 200)
                sum
                (loop (+ i 1) (+ sum (guard (e ((number? e) e) ((error-object? e) 1)) (if (odd? i) (raise 2) (vector-ref (vector) i)))))))
          300)
  (expect 'wind (let ((n 0)) (call/cc (lambda (k) (dynamic-wind (lambda () (set! n (+ n 1))) (lambda () (k 1)) (lambda () (set! n (+ n 10)))))) n) 11)
  (expect 'promise (force (let loop ((n 200)) (if (= n 0) (delay 'done) (delay-force (loop (- n 1)))))) 'done))

(define (numbers round)
  (expect 'bignum (let loop ((i 1) (n 1)) (if (= i 100) (string-length (number->string n)) (loop (+ i 1) (* n i)))) 156)
  (expect 'rational (let loop ((i 1) (sum 0)) (if (= i 30) (numerator sum) (loop (+ i 1) (+ sum (/ 1 (* i (+ i 1))))))) 29))

(let loop ((round 0))
  (if (< (elapsed) seconds)
      (begin
        (for-each (lambda (part) (part round)) (list data evaluation continuations strings tables exceptions numbers))
        (loop (+ round 1)))
      (begin
        (display round)
        (display " rounds")
        (newline))))
