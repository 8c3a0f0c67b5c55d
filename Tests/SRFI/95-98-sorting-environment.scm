;;; SRFI 95: sorting and merging; SRFI 98: environment variables.
(import (scheme base) (scheme write) (scheme char) (srfi 95) (srfi 98))
(include "../R7RS/check.scm")

(check (list (sort '(3 1 2) <) (sort #(3 1 2) <) (sort "banana" char<?) (sort '() <)) => '((1 2 3) #(1 2 3) "aaabnn" ()))
(check (sort '((2 . a) (1 . b) (2 . c) (1 . d)) < car) => '((1 . b) (1 . d) (2 . a) (2 . c)))
(check (let ((calls 0)) (sort '(3 1 2 5 4) < (lambda (x) (set! calls (+ calls 1)) x)) calls) => 5)
(check (let ((v (vector 3 1 2))) (list (eq? v (sort! v <)) v)) => '(#t #(1 2 3)))
(check (let ((l (list 3 1 2))) (sort! l > -) l) => '(1 2 3))
(check (let ((s (string-copy "cab"))) (sort! s char<?) s) => "abc")
(check (list (sorted? '(1 2 2 3) <) (sorted? #(1 3 2) <) (sorted? "" char<?) (sorted? '(3 2 1) < -) (sorted? '(1 1) <=)) => '(#t #f #t #t #f))
(check (merge '(1 3 5) '(2 3 4) <) => '(1 2 3 3 4 5))
(check (merge '((1 . a) (2 . a)) '((1 . b)) < car) => '((1 . a) (1 . b) (2 . a)))
(check (let ((a (list 1 4)) (b (list 2 3))) (let ((m (merge! a b <))) (list m (eq? m a)))) => '((1 2 3 4) #t))
(check-error (sort 5 <) (sorted? 'a <))

(check (get-environment-variable "no variable has this name") => #f)
(check (list? (get-environment-variables)) => #t)

(report "SRFI 95, 98")
