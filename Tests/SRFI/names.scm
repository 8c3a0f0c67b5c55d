;;; The names of libraries: R7RS-large's, and those that R6RS systems and Guile use. One library under two names is one library.
(import (scheme base) (scheme write) (scheme char)
        (scheme list) (scheme vector) (scheme sort) (scheme hash-table) (scheme set) (scheme charset) (scheme comparator) (scheme box) (scheme bitwise)
        (scheme stream) (scheme generator) (scheme regex)
        (srfi 1) (srfi :1) (srfi :1 lists) (srfi srfi-1) (prefix (srfi :13 strings) s:) (only (srfi srfi-14) char-set:digit))
(include "../R7RS/check.scm")

(check (list (fold + 0 '(1 2 3)) (s:string-pad "7" 3) (char-set-contains? char-set:digit #\7)) => '(6 "  7" #t))
(check (list (vector-count even? #(1 2)) (list-sort < '(2 1)) (unbox (box 1)) (bit-count 7) (stream->list (stream 1 2)) (generator->list (generator 1)) (regexp-matches? "a" "a"))
       => '(1 (1 2) 1 3 (1 2) (1) #t))
(check (set-size (set (make-default-comparator) 1 1)) => 1)

(define-syntax known?
  (syntax-rules ()
    ((_ requirement) (cond-expand (requirement #t) (else #f)))))
(check (list (known? srfi-1) (known? srfi-13) (known? srfi-158) (known? srfi-4711) (known? (library (scheme list))) (known? (library (srfi :133))) (known? (library (srfi 4711)))
             (known? (library (scheme no-such-library))) (known? (and srfi-14 (not srfi-0815))) (known? regexp-look-around))
       => '(#t #t #t #f #t #t #f #f #t #t))
(check (map (lambda (name) (and (memq name (features)) #t)) '(r7rs srfi-1 srfi-115 srfi-4711)) => '(#t #t #t #f))

;; What (scheme base) and (scheme char) have, too, is the same: importing both is possible.
(check (list (string-map char-upcase "abc" 1) (string-upcase "abc" 2)) => '("BC" "C"))

(report "names of libraries")
