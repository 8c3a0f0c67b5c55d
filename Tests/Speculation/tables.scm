;; Hash tables in code that finds common keys in place: with keys of all kinds, present, missing and deleted; tables that grow, have keys with addresses, or are no tables.

(import (scheme base) (scheme write) (scheme char) (srfi 69))
(include "include/attempts.scm")

(define same (list eq? eqv? equal? string=?))
(define (make same?) (let ((t (make-hash-table same?))) (hash-table-set! t 'a 1) (hash-table-set! t 'b 2) t))
(define tables (map make same))
(define (ref t key) (hash-table-ref/default t key 'none))
(define (bump! t key) (hash-table-update!/default t key (lambda (n) (+ n 1)) 0))
(define (use t i) (hash-table-set! t 'c i) (bump! t 'a) (list (ref t 'a) (ref t 'b) (ref t 'c) (ref t 'd)))
(for-each (lambda (t) (show (times 2000 (lambda (i) (use t i))) (hash-table-size t))) tables)

;; Keys that are compared in other ways, in the same code.
(define big (expt 10 30))
(define pair (list 1 2))
(define keys (list 0 -1 5 #\a #t '() "text" (string #\t #\e #\x #\t) 1.5 0.0 -0.0 1/2 (expt 10 30) big pair (list 1 2) (vector 1) car 'symbol (string->symbol "a") 1+i (bytevector 1)))
(define (set-all! t) (for-each (lambda (key) (bump! t key)) keys))
(for-each
 (lambda (same?)
   (let ((t (make-hash-table same?)))
     (times 300 (lambda (i) (set-all! t)))
     (show (hash-table-size t) (map (lambda (key) (ref t key)) keys) (ref t (list 1 2)) (ref t "text") (ref t 1.5))))
 (list eqv? equal?))

;; Tables that grow, and lose their keys again.
(define (fill n) (let ((t (make-hash-table eqv?))) (do ((i 0 (+ i 1))) ((= i n) t) (hash-table-set! t (* i 7) i))))
(define (sum t n) (do ((i 0 (+ i 1)) (s 0 (+ s (hash-table-ref/default t (* i 7) -1)))) ((= i n) s)))
(define large (fill 20000))
(show (sum large 20000) (sum large 20010) (hash-table-size large))
(define (drop! t n) (do ((i 0 (+ i 2))) ((>= i n)) (hash-table-delete! t (* i 7))))
(drop! large 20000)
(show (sum large 20000) (hash-table-size large) (hash-table-delete! large 7) (hash-table-delete! large 7) (hash-table-delete! large 21 35 35))
(do ((i 0 (+ i 1))) ((= i 20000)) (hash-table-set! large (* i 7) (- i)))
(show (sum large 20000) (hash-table-size large))
(define again (make-hash-table eq?))
(define (come-and-go i) (hash-table-set! again 'x i) (hash-table-set! again i 'y) (hash-table-delete! again 'x) (hash-table-delete! again i) (list (ref again 'x) (ref again i) (hash-table-size again)))
(show (times 5000 come-and-go))

;; What is stored lives as long as the table: old tables with new values, keys that are moved.
(define old (make-hash-table eq?))
(define (store! i) (hash-table-set! old 'value (vector i)) (hash-table-set! old (remainder i 10) (list i)) (make-vector 1000 i) (vector-ref (ref old 'value) 0))
(show (times 20000 store!) (ref old 'value) (ref old 3))
(define objects (map list '(1 2 3 4 5 6 7 8 9 10)))
(for-each (lambda (object) (hash-table-set! old object (car object))) objects)
(define (find-all) (map (lambda (object) (ref old object)) objects))
(show (times 3000 (lambda (i) (make-vector 1000 i) (hash-table-set! old 'value (list i)) (find-all))) (ref old 'value))

;; Missing keys, with defaults of all kinds.
(define (missing t key default) (list (hash-table-ref/default t key default) (hash-table-exists? t key)))
(define (misses i) (list (missing again i (* i 0.5)) (missing again (quote z) (vector i)) (missing large (+ i 0.5) i) (missing large -1 #f) (missing (car tables) i (quote none))))
(show (times 3000 misses))

;; The procedure that makes the new value changes the table, or leaves.
(define changing (make-hash-table equal?))
(define (change i)
  (hash-table-set! changing 'k i)
  (hash-table-update!/default changing 'k (lambda (n) (hash-table-delete! changing 'k) (hash-table-set! changing (remainder i 100) n) (+ n 1)) 0)
  (ref changing 'k))
(show (times 2000 change) (hash-table-size changing) (ref changing 99))
(define (leave i) (call-with-current-continuation (lambda (k) (hash-table-update!/default changing 'k (lambda (n) (k 'left)) 0))))
(show (times 2000 leave) (ref changing 'k))

;; Wrong ones.
(define (wrong t) (list (attempt (lambda () (ref t 'a))) (attempt (lambda () (hash-table-set! t 'a 1) 'set)) (attempt (lambda () (hash-table-delete! t 'a) 'deleted))))
(show (times 2000 (lambda (i) (wrong again))) (wrong 5) (wrong '(1)) (wrong (vector 1 2 3)) (wrong "table"))
(show (attempt (lambda () (hash-table-ref again 'missing))) (attempt (lambda () (hash-table-update! again 'missing (lambda (x) x)))) (hash-table-ref again 'missing (lambda () 'thunk)))
(define folded (make-hash-table string-ci=?))
(hash-table-set! folded "Key" 1)
(show (times 2000 (lambda (i) (bump! folded (if (odd? i) "KEY" "key")) (ref folded "kEy"))) (hash-table-size folded))

;; Tables whose keys come and go, walked meanwhile, for collections of all kinds to meet them.
(define (pass t n keep) (do ((i 0 (+ i 1))) ((= i n) (hash-table-size t)) (hash-table-set! t (* i 3) (list i)) (if (>= i keep) (hash-table-delete! t (* (- i keep) 3)))))
(define (sum-of t) (hash-table-fold t (lambda (key value sum) (+ key (car value) sum)) 0))
(for-each
 (lambda (same?)
   (let ((t (make-hash-table same?)))
     (show (map (lambda (keep) (let* ((size (pass t 5000 keep)) (sum (sum-of t))) (list size sum))) '(0 1 7 8 100 1000))
           (begin (for-each (lambda (key) (hash-table-delete! t key)) (hash-table-keys t)) (hash-table-size t))
           (pass t 3000 500) (sum-of t) (hash-table-ref/default t (* 3 2999) #f) (hash-table-ref/default t 3 #f)
           (let ((seen 0)) (hash-table-walk t (lambda (key value) (set! seen (+ seen 1)) (hash-table-delete! t key) (hash-table-set! t (- 0 key 1) value))) (> seen 0)))))
 (list eqv? equal?))
(define pairs-table (make-hash-table eq?))
(define (cycle n) (let ((held (make-vector 20 #f))) (do ((i 0 (+ i 1))) ((= i n) (hash-table-size pairs-table)) (let* ((at (modulo i 20)) (old (vector-ref held at)) (new (list i (make-vector 100 i)))) (if old (hash-table-delete! pairs-table old)) (vector-set! held at new) (hash-table-set! pairs-table new i)))))
(show (cycle 50000) (apply + (hash-table-values pairs-table)))
