;;; SRFI 115: regular expressions.
(import (scheme base) (scheme write) (scheme char) (srfi 14) (srfi 115))
(include "../R7RS/check.scm")

(define (search re s . range)
  (let ((m (apply regexp-search re s range)))
    (and m (regexp-match->list m))))
(define (matches re s . range)
  (let ((m (apply regexp-matches re s range)))
    (and m (regexp-match->list m))))

;; Strings, sequences, alternatives, repetition
(check (list (search "needle" "hayneedlehay") (search "needle" "haynEEdlehay") (search '(: "a" (or "b" "c") "d") "xacd")) => '(("needle") #f ("acd")))
(check (map (lambda (s) (matches '(: "match" (? "es") "!") s)) '("matches!" "match!" "matche!")) => '(("matches!") ("match!") #f))
(check (map (lambda (s) (matches '(: "<" (* (~ #\>)) ">") s)) '("<html>" "<>" "<html")) => '(("<html>") ("<>") #f))
(check (list (matches '(+ "a") "") (matches '(+ "a") "aaa") (matches '(>= 2 "ab") "ab") (matches '(>= 2 "ab") "ababab") (matches '(= 2 #\a) "aaa") (matches '(** 1 2 #\a) "aa") (matches '(** 0 0 #\a) ""))
       => '(#f ("aaa") #f ("ababab") #f ("aa") ("")))
(check (search '(: (= 3 (** 1 3 numeric) ".") (** 1 3 numeric)) "at 192.168.1.10!") => '("192.168.1.10"))
(check (list (search '(or) "a") (matches '(:) "") (matches '(*) "") (search '(* "a") "baa")) => '(#f ("") ("") ("")))

;; The leftmost match, and of these the longest
(check (search '(or "a" "ab" "abc") "xabcd") => '("abc"))
(check (search '(: ($ (* any)) "foo" ($ (* any))) "a foo b foo c") => '("a foo b foo c" "a foo b " " c"))
(check (search '(: "<" ($ (*? any)) ">" (*? any)) "<a><b>") => '("<a>" "a"))
(check (list (search '(?? "a") "a") (search '(: (**? 1 3 "a")) "aaa") (matches '(: ($ (*? "a")) ($ (* "a"))) "aa")) => '(("") ("a") ("aa" "" "aa")))

;; Groups
(check (matches '(: ($ (* "ab")) "c") "ababc") => '("ababc" "abab"))
(check (matches '(* ($ (or "a" "b"))) "aab") => '("aab" "b"))
(check (matches '(or ($ "a") ($ "b")) "b") => '("b" #f "b"))
(check (let ((m (regexp-search '(: (-> key (+ alpha)) "=" (-> value (+ num))) "x: ab=12;")))
         (list (regexp-match-count m) (regexp-match-submatch m 'key) (regexp-match-submatch m 'value) (regexp-match-submatch-start m 'value) (regexp-match-submatch-end m 2) (regexp-match-submatch m 0)))
       => '(2 "ab" "12" 6 8 "ab=12"))
(check (map (lambda (s) (regexp-match-submatch (regexp-matches '(or (-> x "ab") (: "c" (-> x "d"))) s) 'x)) '("ab" "cd")) => '("ab" "d"))
(check-error (regexp-match-submatch (regexp-matches "a" "a") 1) (regexp-match-submatch (regexp-matches "a" "a") 'x))
(check (let ((n '($ (+ num)))) (search `(: ,n "-" (w/nocapture ,n) "-" ,n) "555-867-5309")) => '("555-867-5309" "555" "5309"))
(check (list (regexp-match? (regexp-matches "x" "x")) (regexp-match? #f) (regexp-matches? '(* "x") "xx") (regexp-matches? "x" "xx") (regexp-matches? "b" "abc" 1 2)) => '(#t #f #t #f #t))

;; Sets
(define (all re s) (and (regexp-matches? `(* ,re) s) #t))
(check (list (all '("aeiou") "oui") (all '("aeiou") "ouais") (all '(/ "AZ09") "R2D2") (all '(/ "AZ09") "C-3PO") (all '(- (/ "az") ("aeiou")) "xyzzy") (all '(& (/ "az") (~ ("aeiou"))) "vowels")
             (all '(~ "a" "b") "cd") (all '(char-set "ab") "ba") (all `(or ,char-set:digit "-") "1-2") (all '(char-range #\a "cxz") "abcxyz"))
       => '(#t #f #t #f #t #f #t #t #t #t))
(check (map (lambda (name) (all name "aB1 _")) '(any nonl ascii alpha alnum print graph)) => '(#t #t #t #f #f #t #f))
(check (list (all 'lower "ab") (all 'upper "AB") (all 'title "\x01C5;") (all 'numeric "12") (all 'punct "!,") (all 'symbol "+<") (all 'space " \t\n") (all 'cntrl "\x01;") (all 'xdigit "aF0") (all 'nonl "a\n"))
       => '(#t #t #t #t #t #t #t #t #t #f))
(check (list (all 'alpha "λб") (all '(w/ascii alpha) "λб") (all '(w/ascii (w/unicode alpha)) "λ") (all '(w/ascii any) "é")) => '(#t #f #t #f))
(check (list (all '(w/nocase "small" (w/case "BIG")) "SMaLLBIG") (all '(w/nocase "small" (w/case "BIG")) "SMaLLbig") (all '(w/nocase lower) "aB") (all '(w/nocase (~ ("Aab"))) "B")
             (all '(~ (w/nocase ("Aab"))) "b") (all '(w/nocase "ΣΑΣ") "σας"))
       => '(#t #f #t #f #f #t))
(check (all (char-set->sre char-set:digit) "0٣") => #t)

;; Assertions
(check (list (search '(: bos "a") "ba") (search '(: "a" eos) "ab") (search '(: bos "a" eos) "bab" 1 2)) => '(#f #f ("a")))
(check (list (search '(: bol "b" eol) "a\nb\r\nc") (search '(: bol "c") "a\rc") (search '(: "a" eol) "ab")) => '(("b") ("c") #f))
(check (list (search '(: bow "foo") "<foo>>") (search '(: bow "foo") "snafoo") (search '(: "foo" eow) "foo!") (search '(: "foo" eow) "foobar") (search '(: nwb "foo" nwb) "xfoox") (search '(: nwb "foo") " foo"))
       => '(("foo") #f ("foo") #f ("foo") #f))
(check (list (search 'word "**foo**") (search '(word "foo") "foot foo") (search '(word+ ("abc")) "abd cab")) => '(("foo") ("foo") ("cab")))
(check (list (search '(: "a" (look-ahead ($ "b"))) "acab") (search '(: "a" (neg-look-ahead "b")) "abac") (search '(: (look-behind "a") "b") "bab") (search '(: (neg-look-behind "a") "b") "ab"))
       => '(("a" "b") ("a") ("b") #f))
(check (regexp-extract 'grapheme "e\x0301;a\r\n\x1112;\x1161;\x11AB;") => '("e\x0301;" "a" "\r\n" "\x1112;\x1161;\x11AB;"))
(check (list (search '(: bog "a" eog) "a") (search '(: "e" eog) "e\x0301;")) => '(("a") #f))

;; Iteration and replacement
(check (regexp-fold 'word (lambda (i m s result) (cons (cons i (regexp-match-submatch m 0)) result)) '() "to be" (lambda (i m s result) (cons (list i m) result))) => '((5 #f) (2 . "be") (0 . "to")))
(check (regexp-extract '(+ numeric) "192.168.0.1") => '("192" "168" "0" "1"))
(check (list (regexp-split '(+ space) " fee fi  fo\tfum\n") (regexp-split '(",;") "a,,b,") (regexp-split '(* digit) "abc123def") (regexp-split "," "")) => '(("" "fee" "fi" "fo" "fum" "") ("a" "" "b" "") ("abc" "def") ("")))
(check (list (regexp-partition '(+ (or space punct)) "Hello, world!\n") (regexp-partition '(* digit) "abc123def456") (regexp-partition "a" "")) => '(("Hello" ", " "world" "!\n") ("abc" "123" "def" "456") ("")))
(check (list (regexp-replace '(+ space) "one two three" "_") (regexp-replace '(+ space) "one two three" "_" 0 #f 1) (regexp-replace '(+ space) "one two" "_" 0 #f 1) (regexp-replace "x" "abc" "y" 1))
       => '("one_two three" "one two_three" "one two" "bc"))
(check (regexp-replace '(: ($ (+ alpha)) ":" (* space)) "  abc: d" '("<" 1 "|" pre "|" post ">")) => "  <abc|  |d>d")
(check (list (regexp-replace-all '(+ space) "one two three" "_") (regexp-replace-all "a" "banana" "") (regexp-replace-all '(* "x") "axb" "-") (regexp-replace-all 'bol "a\nb" "> ")) => '("one_two_three" "bnn" "-a-b-" "> a\n> b"))

;; Expressions as data
(check (list (regexp? (rx "a" (* "b"))) (regexp? "a") (regexp->sre (regexp '(* "a"))) (valid-sre? '(* "a")) (valid-sre? '(bogus "a")) (valid-sre? '(** 3 2 "a")) (valid-sre? 5) (valid-sre? '(backref 1)))
       => '(#t #f (* "a") #t #f #f #f #f))
(check (let ((x "b+")) (search (rx "a" ,x) "ab+")) => '("ab+"))
(check-error (regexp-search '(bogus) "a") (regexp-search "a" 'a) (regexp-search "a" "a" 2) (regexp '(look-behind (* "a"))) (regexp '(/ "ba")) (regexp '(= 1000 (= 1000 "ab"))))

;; What takes a backtracking matcher exponential time
(check (regexp-matches? '(: (* (* "a")) "b") (make-string 40 #\a)) => #f)
(check (regexp-matches? '(: (= 25 (? "a")) (= 25 "a")) (make-string 25 #\a)) => #t)
(check (regexp-search '(: (+ (or "a" "aa")) eos) (string-append (make-string 40 #\a) "b")) => #f)

(report "SRFI 115")
