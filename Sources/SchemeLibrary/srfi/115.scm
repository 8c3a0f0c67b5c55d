;;; SRFI 115: regular expressions.
;;; An expression becomes a program for a machine that is in many states at once (Thompson, Pike): it looks at each character of the string once, so that the
;;; time is at most the length of the string times that of the program. A match is the leftmost, and of these the longest; in an expression with non-greedy
;;; parts the first one in the order in which a backtracking matcher would try. Back references are not supported: they can take exponential time.
(define-library (srfi 115)
  (export regexp rx regexp? valid-sre? regexp->sre char-set->sre
          regexp-matches regexp-matches? regexp-search regexp-fold regexp-extract regexp-split regexp-partition regexp-replace regexp-replace-all
          regexp-match? regexp-match-count regexp-match-submatch regexp-match-submatch-start regexp-match-submatch-end regexp-match->list)
  (import (scheme base) (scheme char) (latch char-sets))
  (begin

    ;; PROGRAM is three vectors. FIRST is the set of the characters that a match can begin with, or #f if one can be empty.
    (define-record-type <regexp>
      (new-regexp sre ops xs ys entry first groups names longest?)
      regexp?
      (sre regexp->sre)
      (ops program-ops)
      (xs program-xs)
      (ys program-ys)
      (entry program-entry)
      (first program-first)
      (groups program-groups)
      (names program-names)
      (longest? program-longest?))

    ;; Instructions: an operation and two operands. The first operand is the next instruction.
    (define op-match 0)                 ; the end
    (define op-char 1)                  ; y: the character
    (define op-set 2)                   ; y: the set
    (define op-any 3)
    (define op-split 4)                 ; y: the other next instruction, of lower priority
    (define op-save 5)                  ; y: the slot that gets the position
    (define op-assert 6)                ; y: a procedure of the string, its bounds and the position
    (define op-look 7)                  ; y: a <look>

    ;; A look around: the program, how long what it matches is if it looks behind, and whether it must not match.
    (define-record-type <look>
      (make-look entry behind negative?)
      look?
      (entry look-entry)
      (behind look-behind)
      (negative? look-negative?))

    ;; Expressions are parsed into nodes:
    ;;   (set SET) (sequence NODE ...) (choice NODE ...) (repeat MINIMUM MAXIMUM-OR-#F GREEDY? NODE) (group NUMBER NODE) (assert HOLDS?)
    ;;   (look BEHIND? NEGATIVE? NODE)
    ;; Groups are numbered by where they begin.

    ;; What surrounds an expression: case is ignored, only ASCII counts, groups do not.
    (define-record-type <context>
      (make-context nocase? ascii? nocapture?)
      context?
      (nocase? nocase?)
      (ascii? ascii?)
      (nocapture? nocapture?))
    (define (with-nocase c x) (make-context x (ascii? c) (nocapture? c)))
    (define (with-ascii c x) (make-context (nocase? c) x (nocapture? c)))
    (define (with-nocapture c) (make-context (nocase? c) (ascii? c) #t))

    ;; What is found on the way.
    (define-record-type <findings>
      (make-findings groups names greedy?)
      findings?
      (groups group-count set-groups!)
      (names group-names set-names!)
      (greedy? all-greedy? set-greedy!))

    (define (wrong sre) (error "regexp: not a regular expression" sre))
    (define (count? x) (and (exact-integer? x) (>= x 0)))

    (define (parse f sre c)
      (let ((set (sre->set sre c)))
        (cond (set (list 'set set))
              ((string? sre) (cons 'sequence (parse-each f (string->list sre) c)))
              ((symbol? sre) (parse-name f sre c))
              ((and (pair? sre) (list? sre)) (parse-form f (car sre) (cdr sre) sre c))
              (else (wrong sre)))))
    (define (parse-each f sres c)
      (let loop ((sres sres) (nodes '()))
        (if (null? sres)
            (reverse nodes)
            (loop (cdr sres) (cons (parse f (car sres) c) nodes)))))
    (define (parse-sequence f sres c)
      (if (and (pair? sres) (null? (cdr sres)))
          (parse f (car sres) c)
          (cons 'sequence (parse-each f sres c))))

    (define (parse-name f name c)
      (define words (if (ascii? c) ascii-word-chars word-chars))
      (define (assertion holds?) (list 'assert holds?))
      (case name
        ((bos) (assertion (lambda (s start end i) (= i start))))
        ((eos) (assertion (lambda (s start end i) (= i end))))
        ((bol) (assertion line-starts?))
        ((eol) (assertion line-ends?))
        ((bow) (assertion (lambda (s start end i) (word-starts? words s start end i))))
        ((eow) (assertion (lambda (s start end i) (word-ends? words s start end i))))
        ((nwb) (assertion (lambda (s start end i) (not (or (word-starts? words s start end i) (word-ends? words s start end i))))))
        ((bog) (assertion (if (ascii? c) (lambda (s start end i) #t) (lambda (s start end i) (and (< i end) (grapheme-boundary? s start end i))))))
        ((eog) (assertion (if (ascii? c) (lambda (s start end i) #t) (lambda (s start end i) (and (> i start) (grapheme-boundary? s start end i))))))
        ((grapheme) (parse f (if (ascii? c) 'any (grapheme-sre)) c))
        ((word) (parse f '(word+ any) c))
        (else (wrong name))))

    (define (parse-form f name sres sre c)
      (define (argument n)
        (if (< n (length sres)) (list-ref sres n) (wrong sre)))
      (define (repeat minimum maximum sres greedy?)
        (if (not (and (count? minimum) (or (not maximum) (and (count? maximum) (<= minimum maximum))))) (wrong sre))
        (if (not greedy?) (set-greedy! f #f))
        (list 'repeat minimum maximum greedy? (parse-sequence f sres c)))
      (define (group name sres)
        (if (nocapture? c)
            (parse-sequence f sres c)
            (let ((number (+ 1 (group-count f))))
              (set-groups! f number)
              (if name (set-names! f (cons (cons name number) (group-names f))))
              (list 'group number (parse-sequence f sres c)))))
      (define (look behind? negative?) (list 'look behind? negative? (parse-sequence f sres c)))
      (case name
        ((: seq) (parse-sequence f sres c))
        ((or |\||) (cons 'choice (parse-each f sres c)))
        ((? optional) (repeat 0 1 sres #t))
        ((* zero-or-more) (repeat 0 #f sres #t))
        ((+ one-or-more) (repeat 1 #f sres #t))
        ((>= at-least) (repeat (argument 0) #f (cdr sres) #t))
        ((= exactly) (repeat (argument 0) (argument 0) (cdr sres) #t))
        ((** repeated) (repeat (argument 0) (argument 1) (cddr sres) #t))
        ((?? non-greedy-optional) (repeat 0 1 sres #f))
        ((*? non-greedy-zero-or-more) (repeat 0 #f sres #f))
        ((**? non-greedy-repeated) (repeat (argument 0) (argument 1) (cddr sres) #f))
        (($ submatch) (group #f sres))
        ((-> submatch-named) (if (symbol? (argument 0)) (group (car sres) (cdr sres)) (wrong sre)))
        ((w/case) (parse-sequence f sres (with-nocase c #f)))
        ((w/nocase) (parse-sequence f sres (with-nocase c #t)))
        ((w/ascii) (parse-sequence f sres (with-ascii c #t)))
        ((w/unicode) (parse-sequence f sres (with-ascii c #f)))
        ((w/nocapture) (parse-sequence f sres (with-nocapture c)))
        ((word) (parse-sequence f `(bow ,@sres eow) c))
        ((word+) (parse f `(word (+ (and (or alphanumeric "_") (or ,@sres)))) c))
        ((look-ahead) (look #f #f))
        ((neg-look-ahead) (look #f #t))
        ((look-behind) (look #t #f))
        ((neg-look-behind) (look #t #t))
        ((backref) (error "regexp: back references are not supported" sre))
        (else (wrong sre))))

    ;; How many characters a node matches, or #f if that varies.
    (define (fixed-length node)
      (case (car node)
        ((set) 1)
        ((assert look) 0)
        ((group) (fixed-length (list-ref node 2)))
        ((repeat)
         (let ((one (fixed-length (list-ref node 4))))
           (and one (eqv? (cadr node) (list-ref node 2)) (* one (cadr node)))))
        (else
         (let ((lengths (map fixed-length (cdr node))))
           (and (not (memv #f lengths))
                (if (eq? (car node) 'sequence)
                    (apply + lengths)
                    (and (pair? lengths) (apply = lengths) (car lengths))))))))

    ;; Sets of characters

    (define ascii-only char-set:ascii)
    (define (in-context c set) (if (ascii? c) (char-set-intersection set ascii-only) set))
    (define (case-variants set c)
      (cond ((not (nocase? c)) set)
            ((ascii? c) (char-set-union set (spread (lambda (char) (if (char<? char #\x80) (list (char-upcase char) (char-downcase char)) '())) set)))
            (else (char-set-union set (spread variants set)))))
    (define (spread f set)
      (list->char-set (char-set-fold (lambda (char chars) (append (f char) chars)) '() set)))
    (define (variants char)
      (let ((folded (char-foldcase char)))
        (let loop ((others (other-variants)) (chars (list folded (char-upcase folded) (char-downcase char))))
          (if (null? others)
              chars
              (loop (cdr others) (if (char=? (char-foldcase (car others)) folded) (cons (car others) chars) chars))))))
    ;; The characters that are neither the lower nor the upper case of what they fold to, as final sigma.
    (define found-variants #f)
    (define (other-variants)
      (if (not found-variants)
          (set! found-variants
            (char-set-fold (lambda (char others)
                             (let ((folded (char-foldcase char)))
                               (if (or (char=? char folded) (char=? char (char-upcase folded))) others (cons char others))))
                           '()
                           cased)))
      found-variants)

    (define (delayed-set make) (bounds->char-set (lambda () (char-set-bounds (make)))))
    (define alphabetic (property-set 0))
    (define alphanumeric (delayed-set (lambda () (char-set-union alphabetic char-set:digit))))
    (define word-chars (delayed-set (lambda () (char-set-union alphanumeric (char-set #\_)))))
    (define ascii-word-chars (char-set-union (char-set-intersection char-set:letter+digit char-set:ascii) (char-set #\_)))
    (define controls (category-set #x36000000))
    (define cased (delayed-set (lambda () (char-set-union char-set:lower-case char-set:upper-case char-set:title-case))))
    (define not-newline (delayed-set (lambda () (char-set-complement (char-set #\newline #\return)))))

    ;; The set of a name, or #f.
    (define (named-set name c)
      (case name
        ((any) (in-context c char-set:full))
        ((nonl) (in-context c not-newline))
        ((ascii) char-set:ascii)
        ((lower lower-case) (in-context c (if (nocase? c) cased char-set:lower-case)))
        ((upper upper-case) (in-context c (if (nocase? c) cased char-set:upper-case)))
        ((title title-case) (in-context c char-set:title-case))
        ((alpha alphabetic) (in-context c alphabetic))
        ((num numeric digit) (in-context c char-set:digit))
        ((alnum alphanum alphanumeric) (in-context c alphanumeric))
        ((punct punctuation) (in-context c char-set:punctuation))
        ((symbol) (in-context c char-set:symbol))
        ((graph graphic) (in-context c char-set:graphic))
        ((space white whitespace) (in-context c char-set:whitespace))
        ((print printing) (in-context c char-set:printing))
        ((cntrl control) (in-context c (if (ascii? c) char-set:iso-control controls)))
        ((xdigit hex-digit) char-set:hex-digit)
        (else #f)))

    ;; The set of characters that an expression stands for, or #f if it is no set.
    (define (sre->set sre c)
      (cond ((char? sre) (case-variants (char-set sre) c))
            ((string? sre) (and (= 1 (string-length sre)) (case-variants (string->char-set sre) c)))
            ((char-set? sre) (case-variants sre c))
            ((symbol? sre) (named-set sre c))
            ((not (and (pair? sre) (list? sre))) #f)
            ((string? (car sre)) (if (null? (cdr sre)) (case-variants (string->char-set (car sre)) c) (wrong sre)))
            (else
             (case (car sre)
               ((char-set)
                (if (and (= 2 (length sre)) (string? (cadr sre))) (case-variants (string->char-set (cadr sre)) c) (wrong sre)))
               ((/ char-range) (case-variants (ranges (cdr sre) sre) c))
               ((or |\||) (combined char-set-union (cdr sre) c))
               ((& and) (in-context c (apply char-set-intersection (sets (cdr sre) c))))
               ((- difference) (if (pair? (cdr sre)) (apply char-set-difference (sets (cdr sre) c)) (wrong sre)))
               ((~ complement) (in-context c (char-set-complement (apply char-set-union (sets (cdr sre) c)))))
               ((w/case) (nested-set (cdr sre) (with-nocase c #f)))
               ((w/nocase) (nested-set (cdr sre) (with-nocase c #t)))
               ((w/ascii) (nested-set (cdr sre) (with-ascii c #t)))
               ((w/unicode) (nested-set (cdr sre) (with-ascii c #f)))
               (else #f)))))
    (define (nested-set sres c) (and (pair? sres) (null? (cdr sres)) (sre->set (car sres) c)))
    (define (sets sres c) (map (lambda (sre) (or (sre->set sre c) (wrong sre))) sres))
    (define (combined combine sres c)
      (let loop ((sres sres) (sets '()))
        (if (null? sres)
            (apply combine sets)
            (let ((set (sre->set (car sres) c)))
              (and set (loop (cdr sres) (cons set sets)))))))
    (define (ranges specifications sre)
      (let loop ((chars (apply append (map (lambda (x) (cond ((char? x) (list x)) ((string? x) (string->list x)) (else (wrong sre)))) specifications)))
                 (set char-set:empty))
        (cond ((null? chars) set)
              ((null? (cdr chars)) (wrong sre))
              ((char<? (cadr chars) (car chars)) (wrong sre))
              (else
               (loop (cddr chars)
                     (char-set-union set (ucs-range->char-set (char->integer (car chars)) (+ 1 (char->integer (cadr chars))))))))))

    ;; Programs: instructions are made from the last to the first, so that each knows its next one.

    (define-record-type <builder>
      (make-builder code count)
      builder?
      (code code set-code!)
      (count instruction-count set-count!))

    (define maximum-size 500000)
    ;; How many instructions a node becomes, about.
    (define (size node)
      (case (car node)
        ((set assert) 1)
        ((group) (+ 2 (size (list-ref node 2))))
        ((look) (+ 2 (size (list-ref node 3))))
        ((repeat) (* (max 1 (or (list-ref node 2) (+ 1 (cadr node)))) (+ 1 (size (list-ref node 4)))))
        (else (apply + 1 (map size (cdr node))))))

    (define (emit! b op x y)
      (let ((n (instruction-count b)))
        (if (= n (vector-length (code b)))
            (let ((larger (make-vector (* 2 n) #f)))
              (vector-copy! larger 0 (code b))
              (set-code! b larger)))
        (vector-set! (code b) n (vector op x y))
        (set-count! b (+ n 1))
        n))

    ;; The instruction from which on NODE is matched, and then what the instruction NEXT is the beginning of.
    (define (generate b node next)
      (case (car node)
        ((set)
         (let ((set (cadr node)))
           (cond ((char-set= set char-set:full) (emit! b op-any next #f))
                 ((= 1 (char-set-size set)) (emit! b op-char next (char-set-ref set (char-set-cursor set))))
                 (else (emit! b op-set next set)))))
        ((sequence)
         (let loop ((nodes (reverse (cdr node))) (next next))
           (if (null? nodes)
               next
               (loop (cdr nodes) (generate b (car nodes) next)))))
        ((choice)
         (let loop ((nodes (cdr node)))
           (cond ((null? nodes) (emit! b op-set next char-set:empty))
                 ((null? (cdr nodes)) (generate b (car nodes) next))
                 (else
                  (let ((first (generate b (car nodes) next)))
                    (emit! b op-split first (loop (cdr nodes))))))))
        ((repeat) (generate-repeat b (cadr node) (list-ref node 2) (list-ref node 3) (list-ref node 4) next))
        ((group)
         (let* ((slot (- (* 2 (cadr node)) 1)) (end (emit! b op-save next (+ slot 1))))
           (emit! b op-save (generate b (list-ref node 2) end) slot)))
        ((assert) (emit! b op-assert next (cadr node)))
        (else
         (let* ((inner (list-ref node 3)) (length (and (cadr node) (fixed-length inner))))
           (if (and (cadr node) (not length)) (error "regexp: what look-behind looks for must have a fixed length"))
           (emit! b op-look next (make-look (generate b inner (emit! b op-match #f #f)) length (list-ref node 2)))))))

    (define (generate-repeat b minimum maximum greedy? node next)
      (define (split first second) (if greedy? (emit! b op-split first second) (emit! b op-split second first)))
      (define (required count next)
        (if (= count 0)
            next
            (required (- count 1) (generate b node next))))
      (define (optional count)
        (let loop ((count count) (after next))
          (if (= count 0)
              after
              (loop (- count 1) (split (generate b node after) next)))))
      (required minimum
                (if maximum
                    (optional (- maximum minimum))
                    ;; The loop's instruction is there before its body, which goes back to it.
                    (let* ((loop (emit! b op-split next next)) (body (generate b node loop)))
                      (vector-set! (code b) loop (if greedy? (vector op-split body next) (vector op-split next body)))
                      loop))))

    ;; The set of the characters that a match can begin with; #f if it can be empty.
    (define (first-set ops xs ys entry)
      (let ((seen (make-vector (vector-length ops) #f)))
        (let loop ((left (list entry)) (set char-set:empty))
          (cond ((null? left) set)
                ((vector-ref seen (car left)) (loop (cdr left) set))
                (else
                 (let* ((pc (car left)) (op (vector-ref ops pc)) (left (cdr left)))
                   (vector-set! seen pc #t)
                   (cond ((= op op-match) #f)
                         ((= op op-any) (loop left char-set:full))
                         ((= op op-char) (loop left (char-set-adjoin set (vector-ref ys pc))))
                         ((= op op-set) (loop left (char-set-union set (vector-ref ys pc))))
                         ((= op op-split) (loop (cons (vector-ref xs pc) (cons (vector-ref ys pc) left)) set))
                         (else (loop (cons (vector-ref xs pc) left) set)))))))))

    (define (compile sre)
      (let* ((f (make-findings 0 '() #t))
             (node (parse f sre (make-context #f #f #f)))
             (checked (if (> (size node) maximum-size) (error "regexp: the expression is too large" sre)))
             (b (make-builder (make-vector 64 #f) 0))
             (entry (generate b node (emit! b op-match #f #f)))
             (instructions (vector-copy (code b) 0 (instruction-count b)))
             (ops (vector-map (lambda (i) (vector-ref i 0)) instructions))
             (xs (vector-map (lambda (i) (vector-ref i 1)) instructions))
             (ys (vector-map (lambda (i) (vector-ref i 2)) instructions)))
        (new-regexp sre ops xs ys entry (first-set ops xs ys entry) (group-count f) (reverse (group-names f)) (all-greedy? f))))

    ;; The last expression that was compiled is kept: many a program searches with a literal in a loop.
    (define last-regexp #f)
    (define (regexp x)
      (cond ((regexp? x) x)
            ((and last-regexp (pair? x) (eq? x (regexp->sre last-regexp))) last-regexp)
            (else
             (set! last-regexp (compile x))
             last-regexp)))
    (define-syntax rx
      (syntax-rules ()
        ((_ sre ...) (regexp (quasiquote (: sre ...))))))
    (define (valid-sre? x) (guard (e ((error-object? e) #f)) (regexp x) #t))
    (define (char-set->sre set)
      (cons 'char-range
            (let loop ((bounds (vector->list (char-set-bounds set))))
              (if (null? bounds)
                  '()
                  (cons (integer->char (car bounds)) (cons (integer->char (- (cadr bounds) 1)) (loop (cddr bounds))))))))

    ;; Assertions

    (define (newline? char) (or (eqv? char #\newline) (eqv? char #\return)))
    (define (line-starts? s start end i)
      (or (= i start)
          (let ((last (string-ref s (- i 1))))
            (or (char=? last #\newline)
                (and (char=? last #\return) (not (and (< i end) (char=? (string-ref s i) #\newline))))))))
    (define (line-ends? s start end i)
      (or (= i end)
          (char=? (string-ref s i) #\return)
          (and (char=? (string-ref s i) #\newline) (not (and (> i start) (char=? (string-ref s (- i 1)) #\return))))))
    (define (word-starts? words s start end i)
      (and (< i end)
           (char-set-contains? words (string-ref s i))
           (or (= i start) (not (char-set-contains? words (string-ref s (- i 1)))))))
    (define (word-ends? words s start end i)
      (and (> i start)
           (char-set-contains? words (string-ref s (- i 1)))
           (or (= i end) (not (char-set-contains? words (string-ref s i))))))

    ;; Grapheme clusters (Unicode Standard Annex 29)

    (define (ranges->char-set . bounds) (bounds->char-set (list->vector bounds)))
    (define extending
      (delayed-set (lambda () (char-set-union (category-set #xE0) (ranges->char-set #x200C #x200E #xFF9E #xFFA0 #x1F3FB #x1F400)))))
    (define grapheme-controls (delayed-set (lambda () (char-set-difference (category-set #x7800000) (ranges->char-set #x200C #x200E)))))
    (define hangul-l (ranges->char-set #x1100 #x1160 #xA960 #xA97D))
    (define hangul-v (ranges->char-set #x1160 #x11A8 #xD7B0 #xD7C7))
    (define hangul-t (ranges->char-set #x11A8 #x1200 #xD7CB #xD7FC))
    (define hangul-syllables (ranges->char-set #xAC00 #xD7A4))
    (define hangul-lv
      (delayed-set
       (lambda ()
         (let ((v (make-vector 798)))
           (let loop ((i 0) (code #xAC00))
             (if (< i 798)
                 (begin
                   (vector-set! v i code)
                   (vector-set! v (+ i 1) (+ code 1))
                   (loop (+ i 2) (+ code 28)))
                 (bounds->char-set v)))))))
    (define hangul-lvt (delayed-set (lambda () (char-set-difference hangul-syllables hangul-lv))))
    (define regional-indicators (ranges->char-set #x1F1E6 #x1F200))
    (define pictographs
      (ranges->char-set #xA9 #xAA #xAE #xAF #x203C #x203D #x2049 #x204A #x2122 #x2123 #x2139 #x213A #x2190 #x2200 #x2300 #x2400 #x2600 #x27C0 #x2B00 #x2C00
                        #x1F000 #x1F1E6 #x1F200 #x1F3FB #x1F400 #x1FB00))
    (define (grapheme-sre)
      `(or "\r\n"
           ,grapheme-controls
           (: (or (: (* ,hangul-l) (or (+ ,hangul-v) (: ,hangul-lv (* ,hangul-v)) ,hangul-lvt) (* ,hangul-t))
                  (+ ,hangul-l)
                  (+ ,hangul-t)
                  (= 2 ,regional-indicators)
                  (: ,pictographs (* (* ,extending) #\x200D ,pictographs))
                  (~ ,grapheme-controls))
              (* ,extending))))
    (define (grapheme-boundary? s start end i)
      (define (in? set k) (char-set-contains? set (string-ref s k)))
      (define (indicators k)
        (if (and (>= k start) (in? regional-indicators k))
            (+ 1 (indicators (- k 1)))
            0))
      (or (= i start)
          (= i end)
          (let ((a (- i 1)))
            (cond ((and (char=? (string-ref s a) #\return) (char=? (string-ref s i) #\newline)) #f)
                  ((or (in? grapheme-controls a) (in? grapheme-controls i)) #t)
                  ((in? extending i) #f)
                  ((in? hangul-l a) (not (or (in? hangul-l i) (in? hangul-v i) (in? hangul-syllables i))))
                  ((or (in? hangul-v a) (in? hangul-lv a)) (not (or (in? hangul-v i) (in? hangul-t i))))
                  ((or (in? hangul-t a) (in? hangul-lvt a)) (not (in? hangul-t i)))
                  ((in? regional-indicators i) (even? (indicators a)))
                  ((char=? (string-ref s a) #\x200D) (not (in? pictographs i)))
                  (else #t)))))

    ;; The machine

    ;; The registers of the match of the program from ENTRY on, or #f. Register 0 is its start, the last one its end, between them the starts and ends of the
    ;; groups. It begins at FROM, or later if SEARCH?; it ends at END if WHOLE?. Threads are in order of priority: with each step they go from one pair of
    ;; vectors, of instructions and registers, to another.
    (define (run rx entry s start end from search? whole? registers)
      (let* ((ops (program-ops rx)) (xs (program-xs rx)) (ys (program-ys rx)) (longest? (program-longest? rx))
             (size (vector-length ops)) (last (- (vector-length registers) 1))
             (marks (make-vector size -1))
             (first (and search? (program-first rx)))
             (best #f))

        ;; Adds the threads that are reached from an instruction without a character to PCS; their number so far is COUNT. No instruction gets two.
        (define (add pcs threads count pc registers i)
          (if (eqv? (vector-ref marks pc) i)
              count
              (let ((op (vector-ref ops pc)))
                (vector-set! marks pc i)
                (cond ((= op op-split)
                       (add pcs threads (add pcs threads count (vector-ref xs pc) registers i) (vector-ref ys pc) registers i))
                      ((= op op-save)
                       (if (> last 1)
                           (let ((registers (vector-copy registers)))
                             (vector-set! registers (vector-ref ys pc) i)
                             (add pcs threads count (vector-ref xs pc) registers i))
                           (add pcs threads count (vector-ref xs pc) registers i)))
                      ((= op op-assert)
                       (if ((vector-ref ys pc) s start end i)
                           (add pcs threads count (vector-ref xs pc) registers i)
                           count))
                      ((= op op-look)
                       (let ((after (look-around (vector-ref ys pc) registers i)))
                         (if after
                             (add pcs threads count (vector-ref xs pc) after i)
                             count)))
                      (else
                       (vector-set! pcs count pc)
                       (vector-set! threads count registers)
                       (+ count 1))))))

        ;; The registers after a look around, or #f.
        (define (look-around look registers i)
          (let* ((behind (look-behind look))
                 (from (if behind (- i behind) i))
                 (found (and (>= from start)
                             (run rx (look-entry look) s start (if behind i end) from #f (and behind #t) (vector-copy registers)))))
            (cond ((look-negative? look) (and (not found) registers))
                  (found
                   (vector-set! found 0 (vector-ref registers 0))
                   (vector-set! found last #f)
                   found)
                  (else #f))))

        (define (better? registers i)
          (or (not best)
              (not longest?)
              (< (vector-ref registers 0) (vector-ref best 0))
              (and (= (vector-ref registers 0) (vector-ref best 0)) (> i (vector-ref best last)))))

        ;; The number of threads after the character at I.
        (define (step pcs threads count next-pcs next-threads i)
          (let loop ((k 0) (next-count 0))
            (if (= k count)
                next-count
                (let* ((pc (vector-ref pcs k)) (registers (vector-ref threads k)) (op (vector-ref ops pc)))
                  (cond ((= op op-match)
                         (if (and (or (not whole?) (= i end)) (better? registers i))
                             (begin
                               (set! best (vector-copy registers))
                               (vector-set! best last i)
                               (if longest? (loop (+ k 1) next-count) next-count))
                             (loop (+ k 1) next-count)))
                        ((and (< i end)
                              (not (and best (> (vector-ref registers 0) (vector-ref best 0))))
                              (or (= op op-any)
                                  (if (= op op-char)
                                      (char=? (string-ref s i) (vector-ref ys pc))
                                      (char-set-contains? (vector-ref ys pc) (string-ref s i)))))
                         (loop (+ k 1) (add next-pcs next-threads next-count (vector-ref xs pc) registers (+ i 1))))
                        (else (loop (+ k 1) next-count)))))))

        (define (next-candidate i)
          (if (and (< i end) (not (char-set-contains? first (string-ref s i))))
              (next-candidate (+ i 1))
              i))

        (let loop ((i from) (count 0)
                   (pcs (make-vector size 0)) (threads (make-vector size #f)) (next-pcs (make-vector size 0)) (next-threads (make-vector size #f)))
          (let* ((starts? (and (not best) (or search? (= i from))))
                 (i (if (and starts? first (= count 0)) (next-candidate i) i))
                 (count (if starts?
                            (add pcs threads count entry
                                 (let ((fresh (vector-copy registers)))
                                   (vector-set! fresh 0 i)
                                   fresh)
                                 i)
                            count))
                 (next-count (step pcs threads count next-pcs next-threads i)))
            (if (and (< i end) (or (> next-count 0) (and search? (not best))))
                (loop (+ i 1) next-count next-pcs next-threads pcs threads)
                best)))))

    ;; Matches

    (define-record-type <regexp-match>
      (make-match string registers names)
      regexp-match?
      (string matched-string)
      (registers match-registers)
      (names match-names))

    (define (bounds-of s range)
      (if (not (string? s)) (error "regexp: not a string" s))
      (let* ((start (if (pair? range) (car range) 0))
             (end (or (and (pair? range) (pair? (cdr range)) (cadr range)) (string-length s))))
        (if (not (and (count? start) (count? end) (<= start end (string-length s)))) (error "regexp: not the bounds of a part of the string" start end s))
        (values start end)))
    (define (match rx s start end from search? whole?)
      (let ((registers (run rx (program-entry rx) s start end from search? whole? (make-vector (+ 2 (* 2 (program-groups rx))) #f))))
        (and registers (make-match s registers (program-names rx)))))

    (define (regexp-matches re s . range)
      (call-with-values
       (lambda () (bounds-of s range))
       (lambda (start end) (match (regexp re) s start end start #f #t))))
    (define (regexp-matches? re s . range)
      (call-with-values
       (lambda () (bounds-of s range))
       (lambda (start end)
         (let ((rx (regexp re)))
           (and (run rx (program-entry rx) s start end start #f #t (make-vector 2 #f)) #t)))))
    (define (regexp-search re s . range)
      (call-with-values
       (lambda () (bounds-of s range))
       (lambda (start end) (match (regexp re) s start end start #t #f))))

    (define (regexp-match-count m) (- (quotient (vector-length (match-registers m)) 2) 1))
    ;; The number of a field. Of several groups with one name that is the first that matched.
    (define (field-number m field)
      (cond ((symbol? field)
             (let loop ((names (match-names m)) (number #f))
               (cond ((null? names) (or number (error "regexp-match-submatch: no group has this name" field)))
                     ((not (eq? (caar names) field)) (loop (cdr names) number))
                     ((submatch-start m (cdar names)) (cdar names))
                     (else (loop (cdr names) (cdar names))))))
            ((and (count? field) (<= field (regexp-match-count m))) field)
            (else (error "regexp-match-submatch: no group has this number" field))))
    (define (submatch-start m number) (vector-ref (match-registers m) (if (= number 0) 0 (- (* 2 number) 1))))
    (define (submatch-end m number)
      (let ((registers (match-registers m)))
        (vector-ref registers (if (= number 0) (- (vector-length registers) 1) (* 2 number)))))
    (define (submatch m number)
      (let ((start (submatch-start m number)) (end (submatch-end m number)))
        (and start end (substring (matched-string m) start end))))
    (define (regexp-match-submatch m . field) (submatch m (field-number m (if (pair? field) (car field) 0))))
    (define (regexp-match-submatch-start m . field) (submatch-start m (field-number m (if (pair? field) (car field) 0))))
    (define (regexp-match-submatch-end m . field) (submatch-end m (field-number m (if (pair? field) (car field) 0))))
    (define (regexp-match->list m)
      (let loop ((number (regexp-match-count m)) (result '()))
        (if (< number 0)
            result
            (loop (- number 1) (cons (submatch m number) result)))))

    ;; Iteration

    ;; The next match from FROM on; no empty one at AFTER, where the last match ended.
    (define (next-match rx s start end from after)
      (let ((m (match rx s start end from #t #f)))
        (cond ((not m) #f)
              ((and (eqv? (submatch-end m 0) after) (= (submatch-start m 0) after))
               (and (< from end) (next-match rx s start end (+ from 1) after)))
              (else m))))

    ;; KONS gets the index where the last match ended, or START.
    (define (regexp-fold re kons knil s . options)
      (let ((finish (if (pair? options) (car options) (lambda (i m s result) result))) (rx (regexp re)))
        (call-with-values
         (lambda () (bounds-of s (if (pair? options) (cdr options) '())))
         (lambda (start end)
           (let loop ((last start) (after #f) (result knil))
             (let ((m (next-match rx s start end last after)))
               (if m
                   (let ((i (submatch-end m 0)))
                     (loop i i (kons last m s result)))
                   (finish last #f s result))))))))

    ;; The same for matches that are not empty.
    (define (fold-non-empty re kons knil s finish range)
      (let ((last-end #f))
        (apply regexp-fold
               re
               (lambda (i m s result)
                 (if (= (submatch-start m 0) (submatch-end m 0))
                     result
                     (let ((from (or last-end (if (pair? range) (car range) 0))))
                       (set! last-end (submatch-end m 0))
                       (kons from m s result))))
               knil
               s
               (lambda (i m s result) (finish (or last-end (if (pair? range) (car range) 0)) result))
               range)))
    (define (end-of s range) (or (and (pair? range) (pair? (cdr range)) (cadr range)) (string-length s)))

    (define (regexp-extract re s . range)
      (fold-non-empty re
                      (lambda (from m s result) (cons (submatch m 0) result))
                      '()
                      s
                      (lambda (from result) (reverse result))
                      range))
    (define (regexp-split re s . range)
      (fold-non-empty re
                      (lambda (from m s result) (cons (substring s from (submatch-start m 0)) result))
                      '()
                      s
                      (lambda (from result) (reverse (cons (substring s from (end-of s range)) result)))
                      range))
    (define (regexp-partition re s . range)
      (fold-non-empty re
                      (lambda (from m s result) (cons (submatch m 0) (cons (substring s from (submatch-start m 0)) result)))
                      '()
                      s
                      (lambda (from result)
                        (if (and (= from (end-of s range)) (pair? result))
                            (reverse result)
                            (reverse (cons (substring s from (end-of s range)) result))))
                      range))

    ;; Replacement

    (define (substitution m template start end)
      (let ((s (matched-string m)))
        (cond ((string? template) template)
              ((eq? template 'pre) (substring s start (submatch-start m 0)))
              ((eq? template 'post) (substring s (submatch-end m 0) end))
              ((or (exact-integer? template) (symbol? template)) (or (regexp-match-submatch m template) ""))
              ((list? template) (apply string-append (map (lambda (part) (substitution m part start end)) template)))
              ((procedure? template) (template m))
              (else (error "regexp-replace: not a substitution" template)))))
    (define (regexp-replace re s template . options)
      (call-with-values
       (lambda () (bounds-of s options))
       (lambda (start end)
         (let ((rx (regexp re)) (count (if (and (pair? options) (pair? (cdr options)) (pair? (cddr options))) (car (cddr options)) 0)))
           (let loop ((from start) (after #f) (count count))
             (let ((m (next-match rx s start end from after)))
               (cond ((not m) (substring s start end))
                     ((> count 0) (loop (submatch-end m 0) (submatch-end m 0) (- count 1)))
                     (else
                      (string-append (substring s start (submatch-start m 0))
                                     (substitution m template start end)
                                     (substring s (submatch-end m 0) end))))))))))
    (define (regexp-replace-all re s template . range)
      (call-with-values
       (lambda () (bounds-of s range))
       (lambda (start end)
         (regexp-fold re
                      (lambda (i m s parts)
                        (cons (substitution m template start end) (cons (substring s i (submatch-start m 0)) parts)))
                      '()
                      s
                      (lambda (i m s parts) (apply string-append (reverse (cons (substring s i end) parts))))
                      start
                      end))))))
