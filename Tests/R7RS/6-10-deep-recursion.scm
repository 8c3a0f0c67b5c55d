;;; Recursion that is no tail call, deeper than any machine stack, and continuations captured there.
(import (scheme base) (scheme write))
(include "check.scm")

(check (let deep ((n 200000)) (if (= n 0) 0 (+ 1 (deep (- n 1))))) => 200000)
(check (length (let build ((n 200000)) (if (= n 0) '() (cons n (build (- n 1)))))) => 200000)
(check (let deep ((n 100000)) (if (= n 0) 0 (+ 1 (apply deep (list (- n 1)))))) => 100000)

(check (let deep ((n 100000)) (if (= n 0) (call/cc (lambda (k) (k 0))) (+ 1 (deep (- n 1))))) => 100000)
(check (apply + (map (lambda (x) 1) (let build ((n 50000)) (if (= n 0) '() (cons n (build (- n 1))))))) => 50000)
(check (let loop ((i 0) (a '()) (b '())) (if (= i 100000) (equal? a b) (loop (+ i 1) (list a) (list b)))) => #t)
(check (guard (e (#t e)) (let deep ((n 100000)) (if (= n 0) (raise 'bottom) (+ 1 (deep (- n 1)))))) => 'bottom)

(report "6.10 deep recursion")
