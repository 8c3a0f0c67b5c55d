;;; R7RS 6.14: time, process context, features; 7.1: lexical details.
(import (scheme base) (scheme write) (scheme time) (scheme process-context) (scheme load) (scheme file) (scheme repl) (scheme eval))
(include "check.scm")

(check (list? (features)) => #t)
(check-true (memq 'r7rs (features)) (memq 'ratios (features)) (memq 'exact-closed (features)) (memq 'full-unicode (features)))
(check-true (real? (current-second)) (exact-integer? (current-jiffy)) (exact-integer? (jiffies-per-second)) (positive? (jiffies-per-second)) (inexact? (current-second)) (> (current-second) 1.6e9))
(check (let* ((a (current-jiffy)) (b (current-jiffy))) (<= a b)) => #t)
(check (let ((start (current-jiffy))) (let loop ((i 0)) (if (< i 100000) (loop (+ i 1)))) (> (current-jiffy) start)) => #t)
(check-true (list? (command-line)) (string? (car (command-line))) (get-environment-variable "PATH") (list? (get-environment-variables)) (string? (cdr (assoc "PATH" (get-environment-variables)))))
(check (get-environment-variable "NO_SUCH_VARIABLE_HERE") => #f)
(check-error (get-environment-variable 'PATH))
(check (begin (call-with-output-file "r7rs-load.tmp" (lambda (p) (write '(define loaded-value 42) p) (write '(define (loaded-procedure x) (* x loaded-value)) p))) (load "r7rs-load.tmp" (interaction-environment)) (delete-file "r7rs-load.tmp") (eval '(loaded-procedure 2) (interaction-environment))) => 84)
(check-error (load "no-such-file.scm"))
(check (eval '(+ 1 2) (interaction-environment)) => 3)

;; 2.1, 2.2, 7.1: identifiers and white space
(define |odd name| 1)
(check |odd name| => 1)
(define a->b!? 2)
(check a->b!? => 2)
(define λ-variable 3)
(check λ-variable => 3)
(check '(a #|comment|# b) => '(a b))
(check '(1 #;(hidden datum) 2) => '(1 2))
(check (+ 1 #| #| nested |# |# 2) => 3)
(check (let ((+x 1) (-y 2) (.z 3) (... 4)) (list +x -y .z ...)) => '(1 2 3 4))
#!fold-case
(check 'ABC => 'abc)
#!no-fold-case
(check 'ABC => (string->symbol "ABC"))
(check (eq? 'x 'X) => #f)

(report "6.14 system interface and lexical details")
