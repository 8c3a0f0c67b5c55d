;;; SRFI 13: strings.
(import (scheme base) (scheme write) (scheme char) (srfi 13) (srfi 14))
(include "../R7RS/check.scm")

;; Predicates
(check (string-every char-alphabetic? "abc") => #t)
(check (string-every #\a "aab") => #f)
(check (string-every char-set:digit "a12" 1) => #t)
(check (string-every char-alphabetic? "") => #t)
(check (string-every (lambda (c) (char->integer c)) "ab") => 98)
(check (string-any char-set:digit "ab1") => #t)
(check (string-any (lambda (c) (and (char-numeric? c) (digit-value c))) "a7b8") => 7)
(check (string-any #\b "abc" 0 1) => #f)
(check (string-any #\b "") => #f)
(check (list (string-null? "") (string-null? "a")) => '(#t #f))

;; Constructors and conversion
(check (string-tabulate (lambda (i) (integer->char (+ 97 i))) 4) => "abcd")
(check (reverse-list->string '(#\a #\B #\c)) => "cBa")
(check (string-join '("foo" "bar" "baz") ":") => "foo:bar:baz")
(check (string-join '("foo" "bar")) => "foo bar")
(check (string-join '("foo" "bar") ":" 'suffix) => "foo:bar:")
(check (string-join '("foo" "bar") ":" 'prefix) => ":foo:bar")
(check (string-join '() ":") => "")
(check (string-join '("") ":" 'suffix) => ":")
(check-error (string-join '() ":" 'strict-infix) (string-join '("a") ":" 'nonsense))

;; Selection
(check (list (string-take "Pete Szilagyi" 6) (string-drop "Pete Szilagyi" 6)) => '("Pete S" "zilagyi"))
(check (list (string-take-right "Beta rules" 5) (string-drop-right "Beta rules" 5)) => '("rules" "Beta "))
(check-error (string-take "foo" 37) (string-drop "foo" 4) (string-take-right "foo" 4) (string-drop-right "foo" 4))
(check (list (string-pad "325" 5) (string-pad "71325" 5) (string-pad "8871325" 5) (string-pad "x" 3 #\0)) => '("  325" "71325" "71325" "00x"))
(check (list (string-pad-right "325" 5) (string-pad-right "8871325" 5) (string-pad-right "abcd" 3 #\- 2)) => '("325  " "88713" "cd-"))
(check (string-trim-both "  The outlook wasn't brilliant,  \n\r") => "The outlook wasn't brilliant,")
(check (list (string-trim "xxaxx" #\x) (string-trim-right "xxaxx" #\x) (string-trim-both "12a3" char-numeric?)) => '("axx" "xxa" "a"))
(check (list (string-trim "   ") (string-trim-right "   ") (string-trim-both "   ")) => '("" "" ""))
(check (string-trim "..ab" #\. 1) => "ab")
(check (substring/shared "abc" 1) => "bc")
(check (string-copy "Beta substitution" 1 10) => "eta subst")
(check-error (string-copy! (string-copy "Microsoft") 0 "Regional Microsoft Operating Companies"))

;; Comparison
(check (string-compare "The cat in the hat" "abcdefgh" values values values 4 6 2 4) => 5)
(check (string-compare "ab" "abc" (lambda (i) (list '< i)) list list) => '(< 2))
(check (string-compare-ci "ABD" "abc" list list (lambda (i) (list '> i))) => '(> 2))
(check (map (lambda (f) (f "ab" "ac")) (list string= string<> string< string> string<= string>=)) => '(#f #t #t #f #t #f))
(check (map (lambda (f) (f "ab" "AB")) (list string-ci= string-ci<> string-ci< string-ci> string-ci<= string-ci>=)) => '(#t #f #f #f #t #t))
(check (string= "xab" "ab" 1) => #t)
(check (string< "ab" "xabc" 0 2 1 4) => #t)
(check (= (string-hash "abc") (string-hash "xabcx" 0 1 4)) => #t)
(check (= (string-hash-ci "aBc" 100) (string-hash-ci "AbC" 100)) => #t)
(check (< -1 (string-hash "abc" 7) 7) => #t)

;; Prefixes and suffixes
(check (list (string-prefix-length "abcx" "abcy") (string-suffix-length "xabc" "yabc") (string-prefix-length-ci "ABc" "abd") (string-suffix-length-ci "B" "ab"))
       => '(3 3 2 1))
(check (list (string-prefix? "ab" "abc") (string-prefix? "abc" "ab") (string-suffix? "bc" "abc") (string-suffix-ci? "BC" "abc") (string-prefix-ci? "AB" "abc"))
       => '(#t #f #t #t #t))
(check (string-prefix? "xab" "zabc" 1 3 1) => #t)

;; Searching
(check (list (string-index "hello" #\l) (string-index-right "hello" #\l) (string-index "hello" #\z) (string-index "hello" char-set:digit)) => '(2 3 #f #f))
(check (list (string-skip "  a b" #\space) (string-skip-right "a b  " #\space) (string-skip "aaa" #\a)) => '(2 2 #f))
(check (string-index "hello" #\l 3 5) => 3)
(check (string-count "banana" #\a) => 3)
(check (string-count "banana" #\a 2 4) => 1)
(check (string-contains "eek -- what a geek." "ee" 12 18) => 15)
(check (list (string-contains "aaab" "aab") (string-contains "abc" "") (string-contains "abc" "abcd") (string-contains "ababac" "abac")) => '(1 0 #f 2))
(check (list (string-contains-ci "Hello" "LL") (string-contains-ci "Hello" "lx")) => '(2 #f))
(check (make-kmp-restart-vector "abab") => #(-1 0 -1 0))
(check (string-kmp-partial-search "abab" (make-kmp-restart-vector "abab") "xxaba" 0) => 3)
(check (string-kmp-partial-search "abab" (make-kmp-restart-vector "abab") "bzz" 3) => -1)

;; Case
(check (map string-titlecase '("--capitalize tHIS sentence." "see Spot run. see Nix run." "3com makes routers."))
       => '("--Capitalize This Sentence." "See Spot Run. See Nix Run." "3Com Makes Routers."))
(check (string-titlecase "greasy fried chicken" 2) => "Easy Fried Chicken")
(check (string-upcase "abc" 1) => "BC")
(check (string-downcase "ABC" 0 2) => "ab")
(check (let ((s (string-copy "abcd"))) (string-upcase! s 1 3) s) => "aBCd")

;; Reversing and appending
(check (string-reverse "Able was I ere I saw elba.") => ".able was I ere I saw elbA")
(check (let ((s (string-copy "abcde"))) (string-reverse! s 1 4) s) => "adcbe")
(check (string-concatenate '("a" "" "bc")) => "abc")
(check (string-concatenate-reverse '(" must be" "Hello, I") " going.XXXX" 7) => "Hello, I must be going.")
(check (string-concatenate-reverse '("b" "a")) => "ab")

;; Folding, unfolding, mapping
(check (string-map char-upcase "abc" 1) => "BC")
(check (string-map (lambda (a b) (if (char<? a b) a b)) "adc" "bbb") => "abb")
(check (let ((s (string-copy "abc"))) (string-map! char-upcase s 0 2) s) => "ABc")
(check (string-fold cons '() "abc") => '(#\c #\b #\a))
(check (string-fold-right cons '() "abcd" 1 3) => '(#\b #\c))
(check (string-unfold null? car cdr '(#\a #\b) "<" (lambda (x) ">")) => "<ab>")
(check (string-unfold-right null? car cdr '(#\a #\b) "<" (lambda (x) ">")) => ">ba<")
(check (let ((seen '())) (string-for-each (lambda (c) (set! seen (cons c seen))) "abc" 1) seen) => '(#\c #\b))
(check (let ((seen '())) (string-for-each-index (lambda (i) (set! seen (cons i seen))) "abc" 1) seen) => '(2 1))

;; Replicating, replacing, splitting, filtering
(check (list (xsubstring "abcdef" 2) (xsubstring "abcdef" -2) (xsubstring "abc" 0 7) (xsubstring "abcdefg" -1 2 3 6) (xsubstring "" 1 1))
       => '("cdefab" "efabcd" "abcabca" "fde" ""))
(check-error (xsubstring "" 0 1) (xsubstring "a" 2 1))
(check (let ((s (make-string 5 #\-))) (string-xcopy! s 1 "ab" 1 4) s) => "-bab-")
(check (string-replace "The TCL programmer endured daily ridicule." "another miserable perl drone" 4 7 8 22)
       => "The miserable perl programmer endured daily ridicule.")
(check (string-replace "It's easy to code it up in Scheme." "lots of fun" 5 9) => "It's lots of fun to code it up in Scheme.")
(check (string-tokenize "Help make programs run, run, RUN!") => '("Help" "make" "programs" "run," "run," "RUN!"))
(check (string-tokenize "12,345;x" char-set:digit) => '("12" "345"))
(check (string-tokenize "") => '())
(check (list (string-filter char-numeric? "a1b2") (string-delete char-numeric? "a1b2") (string-filter #\a "banana" 2)) => '("12" "ab" "aa"))

;; Bounds
(check (list (substring-spec-ok? "abc" 1 3) (substring-spec-ok? "abc" 2 1) (substring-spec-ok? "abc" 0 4) (substring-spec-ok? 'a 0 0)) => '(#t #f #f #f))
(check-values (string-parse-start+end 'who "abc" '(1 2 rest)) => '(rest) 1 2)
(check (let-string-start+end (a b) 'who "abc" '(1) (list a b)) => '(1 3))
(check-error (string-index "abc" #\a 2 1) (string-index "abc" #\a 0 4) (string-index "abc" #\a 0 1 2) (string-index "abc" "a") (string-every char? 'abc)
             (string-fold cons '() "abc" -1) (string-reverse "abc" 1.0) (string= "a" 'a))

(report "SRFI 13")
