;;; SRFI 13: strings.
;;; A criterion is a character, a character set (SRFI 14) or a predicate. START and END restrict most procedures to a part of a string.
;;; string-copy, string-map and whatever else (scheme base) and (scheme char) have, too, are theirs.
(define-library (srfi 13)
  (export string? string-null? string-every string-any
          make-string string string-tabulate
          string->list list->string reverse-list->string string-join
          string-length string-ref string-copy substring/shared string-copy!
          string-take string-take-right string-drop string-drop-right
          string-pad string-pad-right string-trim string-trim-right string-trim-both
          string-set! string-fill!
          string-compare string-compare-ci
          string<> string= string< string> string<= string>= string-ci<> string-ci= string-ci< string-ci> string-ci<= string-ci>=
          string-hash (rename string-ci-hash string-hash-ci)
          string-prefix-length string-suffix-length string-prefix-length-ci string-suffix-length-ci
          string-prefix? string-suffix? string-prefix-ci? string-suffix-ci?
          string-index string-index-right string-skip string-skip-right string-count string-contains string-contains-ci
          string-titlecase string-upcase string-downcase string-titlecase! string-upcase! string-downcase!
          string-reverse string-reverse! string-append string-concatenate string-concatenate-reverse
          (rename string-concatenate string-concatenate/shared) (rename string-append string-append/shared)
          (rename string-concatenate-reverse string-concatenate-reverse/shared)
          string-map string-map! string-fold string-fold-right string-unfold string-unfold-right string-for-each string-for-each-index
          xsubstring string-xcopy! string-replace string-tokenize string-filter string-delete
          string-parse-start+end string-parse-final-start+end let-string-start+end check-substring-spec substring-spec-ok?
          make-kmp-restart-vector kmp-step string-kmp-partial-search)
  (import (scheme base) (scheme char) (srfi 14) (only (latch) string-hash string-ci-hash string-null?))
  (begin

    ;; Parts of strings

    (define (substring-spec-ok? s start end)
      (and (string? s) (exact-integer? start) (exact-integer? end) (<= 0 start end (string-length s))))
    (define (check-substring-spec who s start end)
      (if (not (string? s)) (error "not a string" s who))
      (if (not (substring-spec-ok? s start end)) (error "not the bounds of a part of the string" start end s who)))

    (define (string-parse-start+end who s arguments)
      (if (not (string? s)) (error "not a string" s who))
      (let* ((start (if (pair? arguments) (car arguments) 0))
             (rest (if (pair? arguments) (cdr arguments) '()))
             (end (if (pair? rest) (car rest) (string-length s))))
        (check-substring-spec who s start end)
        (values (if (pair? rest) (cdr rest) '()) start end)))
    (define (string-parse-final-start+end who s arguments)
      (call-with-values
       (lambda () (string-parse-start+end who s arguments))
       (lambda (rest start end)
         (if (pair? rest) (error "too many arguments" rest who))
         (values start end))))
    (define-syntax let-string-start+end
      (syntax-rules ()
        ((_ (start end) who s arguments body ...)
         (call-with-values
          (lambda () (string-parse-final-start+end who s arguments))
          (lambda (start end) body ...)))
        ((_ (start end rest) who s arguments body ...)
         (call-with-values
          (lambda () (string-parse-start+end who s arguments))
          (lambda (rest start end) body ...)))))

    ;; (define-ranged (name parameter ...) (s start end) body ...): optional arguments START and END follow, and are those of S.
    (define-syntax define-ranged
      (syntax-rules ()
        ((_ (name parameter ...) (s start end) body ...)
         (define (name parameter ... . range)
           (let* ((start (if (pair? range) (car range) 0))
                  (end (range-end 'name s start (if (pair? range) (cdr range) '()))))
             body ...)))))
    (define (range-end who s start rest)
      (if (not (string? s)) (error "not a string" s who))
      (let ((end (if (pair? rest) (car rest) (string-length s))))
        (check-substring-spec who s start end)
        (if (and (pair? rest) (pair? (cdr rest))) (error "too many arguments" (cdr rest) who))
        end))

    ;; The same for two strings, with four optional arguments.
    (define-syntax define-ranged-2
      (syntax-rules ()
        ((_ (name parameter ...) (a start-a end-a) (b start-b end-b) body ...)
         (define (name parameter ... . range)
           (let-string-start+end (start-a end-a rest) 'name a range
             (let-string-start+end (start-b end-b) 'name b rest
               body ...))))))

    (define (criterion x)
      (cond ((procedure? x) x)
            ((char? x) (lambda (char) (char=? char x)))
            ((char-set? x) (lambda (char) (char-set-contains? x char)))
            (else (error "neither a character nor a character set nor a predicate" x))))

    (define-syntax option
      (syntax-rules ()
        ((_ options default) (if (pair? options) (car options) default))))
    (define (more options) (if (pair? options) (cdr options) '()))

    ;; Predicates

    (define-ranged (string-every wanted s) (s start end)
      (let ((wanted? (criterion wanted)))
        (or (= start end)
            (let loop ((i start))
              (if (= (+ i 1) end)
                  (wanted? (string-ref s i))
                  (and (wanted? (string-ref s i)) (loop (+ i 1))))))))
    (define-ranged (string-any wanted s) (s start end)
      (let ((wanted? (criterion wanted)))
        (and (< start end)
             (let loop ((i start))
               (if (= (+ i 1) end)
                   (wanted? (string-ref s i))
                   (or (wanted? (string-ref s i)) (loop (+ i 1))))))))

    ;; Constructors

    (define (string-tabulate f length)
      (let ((s (make-string length)))
        (let loop ((i 0))
          (if (< i length)
              (begin
                (string-set! s i (f i))
                (loop (+ i 1)))
              s))))
    (define (reverse-list->string chars) (list->string (reverse chars)))
    (define (string-join strings . options)
      (let ((delimiter (option options " ")) (grammar (option (more options) 'infix)))
        (define (delimited strings before?)
          (string-concatenate
           (let loop ((strings strings))
             (if (null? strings)
                 '()
                 (if before?
                     (cons delimiter (cons (car strings) (loop (cdr strings))))
                     (cons (car strings) (cons delimiter (loop (cdr strings)))))))))
        (case grammar
          ((infix strict-infix)
           (cond ((pair? strings) (string-append (car strings) (delimited (cdr strings) #t)))
                 ((eq? grammar 'strict-infix) (error "string-join: no strings to join with the grammar strict-infix"))
                 (else "")))
          ((prefix) (delimited strings #t))
          ((suffix) (delimited strings #f))
          (else (error "string-join: not a grammar" grammar)))))

    ;; Selection

    (define-ranged (substring/shared s) (s start end)
      (if (and (= start 0) (= end (string-length s))) s (substring s start end)))
    (define (string-take s n) (substring s 0 n))
    (define (string-drop s n) (substring s n (string-length s)))
    (define (string-take-right s n) (substring s (- (string-length s) n) (string-length s)))
    (define (string-drop-right s n) (substring s 0 (- (string-length s) n)))

    (define (string-pad s length . options)
      (let-string-start+end (start end) 'string-pad s (more options)
        (let ((size (- end start)))
          (if (<= length size)
              (substring s (- end length) end)
              (string-append (make-string (- length size) (option options #\space)) (substring s start end))))))
    (define (string-pad-right s length . options)
      (let-string-start+end (start end) 'string-pad-right s (more options)
        (let ((size (- end start)))
          (if (<= length size)
              (substring s start (+ start length))
              (string-append (substring s start end) (make-string (- length size) (option options #\space)))))))

    (define (trimmed who s options left? right?)
      (let ((unwanted (option options char-set:whitespace)))
        (let-string-start+end (start end) who s (more options)
          (let ((first (if left? (or (string-skip s unwanted start end) end) start)))
            (substring s first (if right?
                                   (let ((last (string-skip-right s unwanted first end))) (if last (+ last 1) first))
                                   end))))))
    (define (string-trim s . options) (trimmed 'string-trim s options #t #f))
    (define (string-trim-right s . options) (trimmed 'string-trim-right s options #f #t))
    (define (string-trim-both s . options) (trimmed 'string-trim-both s options #t #t))

    ;; Comparison

    (define (char-same? a b) (char=? a b))
    (define (char-ci-same? a b) (char-ci=? a b))

    ;; How many characters two parts have in common at their start, or at their end.
    (define (common-prefix same? a start-a end-a b start-b end-b)
      (let ((size (min (- end-a start-a) (- end-b start-b))))
        (let loop ((i 0))
          (if (and (< i size) (same? (string-ref a (+ start-a i)) (string-ref b (+ start-b i))))
              (loop (+ i 1))
              i))))
    (define (common-suffix same? a start-a end-a b start-b end-b)
      (let ((size (min (- end-a start-a) (- end-b start-b))))
        (let loop ((i 0))
          (if (and (< i size) (same? (string-ref a (- end-a i 1)) (string-ref b (- end-b i 1))))
              (loop (+ i 1))
              i))))

    (define (compared same? before? a b less equal greater start-a end-a start-b end-b)
      (let* ((common (common-prefix same? a start-a end-a b start-b end-b)) (i (+ start-a common)) (j (+ start-b common)))
        ((cond ((= i end-a) (if (= j end-b) equal less))
               ((= j end-b) greater)
               ((before? (string-ref a i) (string-ref b j)) less)
               (else greater))
         i)))
    (define-ranged-2 (string-compare a b less equal greater) (a start-a end-a) (b start-b end-b)
      (compared char-same? char<? a b less equal greater start-a end-a start-b end-b))
    (define-ranged-2 (string-compare-ci a b less equal greater) (a start-a end-a) (b start-b end-b)
      (compared char-ci-same? char-ci<? a b less equal greater start-a end-a start-b end-b))

    (define (yes i) #t)
    (define (no i) #f)
    (define-syntax define-comparisons
      (syntax-rules ()
        ((_ same? before? (name less equal greater) ...)
         (begin
           (define-ranged-2 (name a b) (a start-a end-a) (b start-b end-b)
             (compared same? before? a b less equal greater start-a end-a start-b end-b))
           ...))))
    (define-comparisons char-same? char<?
      (string= no yes no) (string<> yes no yes) (string< yes no no) (string> no no yes) (string<= yes yes no) (string>= no yes yes))
    (define-comparisons char-ci-same? char-ci<?
      (string-ci= no yes no) (string-ci<> yes no yes) (string-ci< yes no no) (string-ci> no no yes) (string-ci<= yes yes no)
      (string-ci>= no yes yes))

    ;; Prefixes and suffixes

    (define-syntax define-affixes
      (syntax-rules ()
        ((_ (length test common same?) ...)
         (begin
           (begin
             (define-ranged-2 (length a b) (a start-a end-a) (b start-b end-b)
               (common same? a start-a end-a b start-b end-b))
             (define-ranged-2 (test a b) (a start-a end-a) (b start-b end-b)
               (= (- end-a start-a) (common same? a start-a end-a b start-b end-b))))
           ...))))
    (define-affixes
      (string-prefix-length string-prefix? common-prefix char-same?)
      (string-suffix-length string-suffix? common-suffix char-same?)
      (string-prefix-length-ci string-prefix-ci? common-prefix char-ci-same?)
      (string-suffix-length-ci string-suffix-ci? common-suffix char-ci-same?))

    ;; Searching

    (define (first-index wanted? s start end)
      (let loop ((i start))
        (and (< i end)
             (if (wanted? (string-ref s i)) i (loop (+ i 1))))))
    (define (last-index wanted? s start end)
      (let loop ((i (- end 1)))
        (and (>= i start)
             (if (wanted? (string-ref s i)) i (loop (- i 1))))))
    (define (opposite wanted)
      (let ((wanted? (criterion wanted)))
        (lambda (char) (not (wanted? char)))))
    (define-ranged (string-index s wanted) (s start end) (first-index (criterion wanted) s start end))
    (define-ranged (string-index-right s wanted) (s start end) (last-index (criterion wanted) s start end))
    (define-ranged (string-skip s wanted) (s start end) (first-index (opposite wanted) s start end))
    (define-ranged (string-skip-right s wanted) (s start end) (last-index (opposite wanted) s start end))
    (define-ranged (string-count s wanted) (s start end)
      (let ((wanted? (criterion wanted)))
        (let loop ((i start) (count 0))
          (if (= i end)
              count
              (loop (+ i 1) (if (wanted? (string-ref s i)) (+ count 1) count))))))

    ;; Element i of a restart vector says how much of the pattern is still matched when its character i does not; -1 for not even that.
    (define (make-kmp-restart-vector pattern . options)
      (let ((same? (option options char=?)))
        (let-string-start+end (start end) 'make-kmp-restart-vector pattern (more options)
          (let* ((size (- end start)) (restart (make-vector size -1)))
            (let loop ((i 1) (matched 0))
              (if (< i size)
                  (let ((char (string-ref pattern (+ start i))))
                    (vector-set! restart i (if (same? char (string-ref pattern (+ start matched))) (vector-ref restart matched) matched))
                    (loop (+ i 1) (kmp-step pattern restart char matched same? start)))))
            restart))))
    (define (kmp-step pattern restart char matched same? start)
      (let loop ((i matched))
        (if (same? char (string-ref pattern (+ i start)))
            (+ i 1)
            (let ((i (vector-ref restart i)))
              (if (= i -1) 0 (loop i))))))
    (define (string-kmp-partial-search pattern restart s matched . options)
      (let ((same? (option options char=?)) (pattern-start (option (more options) 0)) (size (vector-length restart)))
        (let-string-start+end (start end) 'string-kmp-partial-search s (more (more options))
          (let loop ((i start) (matched matched))
            (cond ((= matched size) (- i))
                  ((= i end) matched)
                  (else (loop (+ i 1) (kmp-step pattern restart (string-ref s i) matched same? pattern-start))))))))

    (define (found same? s start-s end-s pattern start-p end-p)
      (if (= start-p end-p)
          start-s
          (let* ((restart (make-kmp-restart-vector pattern same? start-p end-p))
                 (end (string-kmp-partial-search pattern restart s 0 same? start-p start-s end-s)))
            (cond ((< end 0) (- (- end) (- end-p start-p)))
                  (else #f)))))
    (define-ranged-2 (string-contains s pattern) (s start-s end-s) (pattern start-p end-p)
      (found char-same? s start-s end-s pattern start-p end-p))
    (define-ranged-2 (string-contains-ci s pattern) (s start-s end-s) (pattern start-p end-p)
      (found char-ci-same? s start-s end-s pattern start-p end-p))

    ;; Case

    (define (char-titlecase char)
      (case char
        ((#\x1C4 #\x1C5 #\x1C6) #\x1C5)
        ((#\x1C7 #\x1C8 #\x1C9) #\x1C8)
        ((#\x1CA #\x1CB #\x1CC) #\x1CB)
        ((#\x1F1 #\x1F2 #\x1F3) #\x1F2)
        (else (char-upcase char))))
    (define (cased? char)
      (or (char-upper-case? char) (char-lower-case? char) (char-set-contains? char-set:title-case char)))
    (define-ranged (string-titlecase! s) (s start end)
      (let loop ((i start) (in-word? #f))
        (if (< i end)
            (let ((char (string-ref s i)))
              (string-set! s i (if in-word? (char-downcase char) (char-titlecase char)))
              (loop (+ i 1) (cased? char))))))
    (define-ranged (string-titlecase s) (s start end)
      (let ((copy (substring s start end)))
        (string-titlecase! copy)
        copy))
    (define (string-upcase! s . range) (apply string-map! char-upcase s range))
    (define (string-downcase! s . range) (apply string-map! char-downcase s range))

    ;; Reversing and appending

    (define-ranged (string-reverse! s) (s start end)
      (let loop ((i start) (j (- end 1)))
        (if (< i j)
            (let ((char (string-ref s i)))
              (string-set! s i (string-ref s j))
              (string-set! s j char)
              (loop (+ i 1) (- j 1))))))
    (define-ranged (string-reverse s) (s start end)
      (let ((copy (substring s start end)))
        (string-reverse! copy)
        copy))
    (define (string-concatenate strings) (apply string-append strings))
    (define (string-concatenate-reverse strings . options)
      (let* ((last (option options "")) (end (option (more options) (string-length last))))
        (string-concatenate (reverse (cons (substring last 0 end) strings)))))

    ;; Folding, unfolding, mapping

    (define-ranged (string-map! f s) (s start end)
      (let loop ((i start))
        (if (< i end)
            (begin
              (string-set! s i (f (string-ref s i)))
              (loop (+ i 1))))))
    (define-ranged (string-fold f result s) (s start end)
      (let loop ((i start) (result result))
        (if (< i end)
            (loop (+ i 1) (f (string-ref s i) result))
            result)))
    (define-ranged (string-fold-right f result s) (s start end)
      (let loop ((i (- end 1)) (result result))
        (if (>= i start)
            (loop (- i 1) (f (string-ref s i) result))
            result)))
    (define (unfolded stop? mapper successor seed receive)
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (receive seed chars)
            (loop (successor seed) (cons (mapper seed) chars)))))
    (define (final options seed) (if (pair? (more options)) ((cadr options) seed) ""))
    (define (string-unfold stop? mapper successor seed . options)
      (unfolded stop? mapper successor seed
                (lambda (seed chars) (string-append (option options "") (reverse-list->string chars) (final options seed)))))
    (define (string-unfold-right stop? mapper successor seed . options)
      (unfolded stop? mapper successor seed
                (lambda (seed chars) (string-append (final options seed) (list->string chars) (option options "")))))
    (define-ranged (string-for-each-index f s) (s start end)
      (let loop ((i start))
        (if (< i end)
            (begin
              (f i)
              (loop (+ i 1))))))

    ;; Replicating: the part of S, repeated in both directions, is indexed from FROM to TO

    (define (xsubstring s from . options)
      (let-string-start+end (start end) 'xsubstring s (more options)
        (let* ((size (- end start)) (to (option options (+ from size))))
          (if (not (and (exact-integer? from) (exact-integer? to) (<= from to))) (error "xsubstring: not a range" from to))
          (cond ((= from to) "")
                ((= size 0) (error "xsubstring: there is nothing to repeat" s))
                (else (string-tabulate (lambda (i) (string-ref s (+ start (modulo (+ from i) size)))) (- to from)))))))
    (define (string-xcopy! target at s from . options) (string-copy! target at (apply xsubstring s from options)))

    ;; Replacing, splitting, filtering

    (define (string-replace a b start-a end-a . range)
      (check-substring-spec 'string-replace a start-a end-a)
      (let-string-start+end (start-b end-b) 'string-replace b range
        (string-append (substring a 0 start-a) (substring b start-b end-b) (substring a end-a (string-length a)))))
    (define (string-tokenize s . options)
      (let ((token (option options char-set:graphic)))
        (let-string-start+end (start end) 'string-tokenize s (more options)
          (let loop ((end end) (tokens '()))
            (let ((last (string-index-right s token start end)))
              (if last
                  (let ((before (string-skip-right s token start last)))
                    (if before
                        (loop before (cons (substring s (+ before 1) (+ last 1)) tokens))
                        (cons (substring s start (+ last 1)) tokens)))
                  tokens))))))
    (define (filtered wanted? s start end)
      (let loop ((i start) (chars '()))
        (if (= i end)
            (reverse-list->string chars)
            (loop (+ i 1) (if (wanted? (string-ref s i)) (cons (string-ref s i) chars) chars)))))
    (define-ranged (string-filter wanted s) (s start end) (filtered (criterion wanted) s start end))
    (define-ranged (string-delete unwanted s) (s start end) (filtered (opposite unwanted) s start end))))
