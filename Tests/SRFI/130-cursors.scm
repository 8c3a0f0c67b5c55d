;;; SRFI 130: strings with cursors.
(import (scheme base) (scheme write) (scheme char) (srfi 130))
(include "../R7RS/check.scm")

(define s "hello")
(define (index cursor) (string-cursor->index s cursor))

;; Cursors
(check (list (string-cursor? (string-cursor-start s)) (string-cursor? 'a) (string-cursor? #f)) => '(#t #f #f))
(check (let loop ((cursor (string-cursor-start s)) (chars '()))
         (if (string-cursor=? cursor (string-cursor-end s))
             (list->string (reverse chars))
             (loop (string-cursor-next s cursor) (cons (string-ref/cursor s cursor) chars))))
       => "hello")
(check (index (string-cursor-back s (string-cursor-forward s (string-cursor-start s) 4) 1)) => 3)
(check (index (string-cursor-prev s (string-cursor-end s))) => 4)
(check (let ((a (string-index->cursor s 1)) (b (string-index->cursor s 3)))
         (list (string-cursor<? a b) (string-cursor>? a b) (string-cursor<=? a a) (string-cursor>=? a b) (string-cursor=? a b) (string-cursor-diff s a b)))
       => '(#t #f #t #f #f 2))
(check-error (string-cursor-next s (string-cursor-end s)) (string-cursor-prev s (string-cursor-start s)) (string-cursor-forward s 0 6) (string-cursor-start 'a))

;; Conversion and selection
(check (string->list/cursors s (string-index->cursor s 3)) => '(#\l #\o))
(check (string->vector/cursors s 0 2) => #(#\h #\e))
(check (substring/cursors s 1 3) => "el")
(check (let ((copy (string-copy/cursors s))) (list (string=? copy s) (eq? copy s))) => '(#t #f))
(check (list (string-take s 2) (string-drop s 2) (string-take-right s 2) (string-drop-right s 2)) => '("he" "llo" "lo" "hel"))

;; Searching: the end, or the start, where nothing is found
(check (map index (list (string-index s char-upper-case?) (string-index s (lambda (c) (char=? c #\l))) (string-index s char-upper-case? 1 3))) => '(5 2 3))
(check (map index (list (string-index-right s (lambda (c) (char=? c #\l))) (string-index-right s char-upper-case?) (string-index-right s char-upper-case? 1 3)))
       => '(4 0 1))
(check (map index (list (string-skip s (lambda (c) (char<? c #\i))) (string-skip s char?) (string-skip-right s (lambda (c) (char=? c #\o))) (string-skip-right s char?)))
       => '(2 5 4 0))
(check (list (string-contains "eek -- what a geek." "ee" 12 18) (string-contains "abc" "x")) => '(15 #f))
(check (list (string-contains-right "abcabc" "bc") (string-contains-right "abcabc" "bc" 0 5) (string-contains-right "abc" "x") (string-contains-right "abc" "")) => '(4 1 #f 3))

;; The whole string
(check (string-reverse "Who stole the spoons?" 14 20) => "snoops")
(check (string-fold-right cons '() "abc" 1) => '(#\b #\c))
(check (let ((seen '())) (string-for-each-cursor (lambda (c) (set! seen (cons (char->integer (string-ref/cursor "abcde" c)) seen))) "abcde") seen) => '(101 100 99 98 97))
(check (list (string-replicate "abcdef" 2 8) (string-replicate "abcdef" -2 4) (string-replicate "abc" 0 7)) => '("cdefab" "efabcd" "abcabca"))
(check (list (string-filter char-numeric? "a1b2") (string-remove char-numeric? "a1b2")) => '("12" "ab"))

;; Splitting
(check (string-split "a,b,,c" ",") => '("a" "b" "" "c"))
(check (string-split "abc" "") => '("a" "b" "c"))
(check (list (string-split "" ",") (string-split "," ",")) => '(() ("" "")))
(check (string-split ",a,b" "," 'prefix) => '("a" "b"))
(check (string-split "a,b," "," 'suffix) => '("a" "b"))
(check (list (string-split "a,b,c" "," 'infix 1) (string-split "a,b,c" "," 'infix 0) (string-split ",a,b,c" "," 'prefix 2) (string-split "a,b,c" "," 'infix #f 2))
       => '(("a" "b,c") ("a,b,c") ("a" "b,c") ("b" "c")))
(check-error (string-split "" "," 'strict-infix) (string-split "a" "," 'nonsense) (string-split "a" "," 'infix -1))

(report "SRFI 130")
