;;; Character sets: (srfi 14), and what (srfi 115) needs besides.
;;; A set is a sorted vector of code points: where runs of members start and end, in turn. Sets never change; the procedures that end in ! are the others.
(define-library (latch char-sets)
  (export bounds->char-set char-set-bounds (rename categories category-set) (rename property property-set)
          char-set? char-set= char-set<= char-set-hash
          char-set-cursor char-set-ref char-set-cursor-next end-of-char-set?
          char-set-fold char-set-unfold char-set-for-each char-set-map
          char-set-copy char-set list->char-set string->char-set char-set-filter ucs-range->char-set ->char-set
          char-set->list char-set->string char-set-size char-set-count char-set-contains? char-set-every char-set-any
          char-set-adjoin char-set-delete
          char-set-complement char-set-union char-set-intersection char-set-difference char-set-xor char-set-diff+intersection
          (rename char-set-unfold char-set-unfold!) (rename list->char-set list->char-set!) (rename string->char-set string->char-set!)
          (rename char-set-filter char-set-filter!) (rename ucs-range->char-set ucs-range->char-set!)
          (rename char-set-adjoin char-set-adjoin!) (rename char-set-delete char-set-delete!)
          (rename char-set-complement char-set-complement!) (rename char-set-union char-set-union!)
          (rename char-set-intersection char-set-intersection!) (rename char-set-difference char-set-difference!)
          (rename char-set-xor char-set-xor!) (rename char-set-diff+intersection char-set-diff+intersection!)
          char-set:lower-case char-set:upper-case char-set:title-case char-set:letter char-set:digit char-set:letter+digit
          char-set:graphic char-set:printing char-set:whitespace char-set:iso-control char-set:punctuation char-set:symbol
          char-set:hex-digit char-set:blank char-set:ascii char-set:empty char-set:full)
  (import (scheme base) (only (latch) list-sort %category-bounds %property-bounds))
  (begin

    ;; Until a standard set is used, it holds a procedure that makes its bounds.
    (define-record-type <char-set>
      (new-char-set bounds)
      char-set?
      (bounds held-bounds set-bounds!))

    (define (bounds->char-set v) (new-char-set v))
    (define (char-set-bounds set) (bounds set))
    (define (bounds set)
      (let ((held (held-bounds set)))
        (if (vector? held)
            held
            (let ((made (held)))
              (set-bounds! set made)
              made))))

    ;; Making bounds

    (define beyond 1114112)
    (define surrogates-start 55296)
    (define surrogates-end 57344)

    ;; The set with the code points that IN? wants, which is told whether they are in A and in B, and may not want those that are in neither.
    (define (combine in? a b)
      (let* ((a (bounds a)) (b (bounds b)) (end-a (vector-length a)) (end-b (vector-length b)))
        (let loop ((i 0) (j 0) (inside #f) (made '()))
          (if (and (= i end-a) (= j end-b))
              (new-char-set (list->vector (reverse made)))
              (let* ((x (if (< i end-a) (vector-ref a i) beyond))
                     (y (if (< j end-b) (vector-ref b j) beyond))
                     (at (min x y))
                     (i (if (and (= x at) (< i end-a)) (+ i 1) i))
                     (j (if (and (= y at) (< j end-b)) (+ j 1) j))
                     (now (in? (odd? i) (odd? j))))
                (loop i j now (if (eq? now inside) made (cons at made))))))))

    (define (union a b) (combine (lambda (in-a in-b) (or in-a in-b)) a b))
    (define (intersection a b) (combine (lambda (in-a in-b) (and in-a in-b)) a b))
    (define (difference a b) (combine (lambda (in-a in-b) (and in-a (not in-b))) a b))
    (define (exclusive-or a b) (combine (lambda (in-a in-b) (not (eq? in-a in-b))) a b))

    (define (codes->char-set codes)
      (let loop ((codes (list-sort < codes)) (made '()))
        (if (null? codes)
            (new-char-set (list->vector (reverse made)))
            (let ((code (car codes)))
              (loop (cdr codes)
                    (cond ((or (null? made) (> code (car made))) (cons (+ code 1) (cons code made)))
                          ((= code (car made)) (cons (+ code 1) (cdr made)))
                          (else made)))))))

    (define (base-set base) (if (pair? base) (car base) char-set:empty))

    ;; The index of the first bound above a code point: odd for a member.
    (define (bound-above v code)
      (let loop ((low 0) (high (vector-length v)))
        (if (< low high)
            (let ((middle (quotient (+ low high) 2)))
              (if (<= (vector-ref v middle) code)
                  (loop (+ middle 1) high)
                  (loop low middle)))
            low)))

    ;; Predicates

    (define (chained? two? sets)
      (or (null? sets)
          (let loop ((a (car sets)) (rest (cdr sets)))
            (bounds a)
            (or (null? rest)
                (and (two? a (car rest)) (loop (car rest) (cdr rest)))))))
    (define (char-set= . sets) (chained? (lambda (a b) (equal? (bounds a) (bounds b))) sets))
    (define (char-set<= . sets) (chained? (lambda (a b) (= 0 (vector-length (bounds (difference a b))))) sets))
    (define (char-set-hash set . bound)
      (let* ((v (bounds set)) (end (vector-length v)) (limit (if (and (pair? bound) (> (car bound) 0)) (car bound) 536870912)))
        (let loop ((i 0) (hash 7))
          (if (= i end)
              (modulo hash limit)
              (loop (+ i 1) (modulo (+ (* 31 hash) (vector-ref v i)) 536870909))))))
    (define (char-set-contains? set char) (odd? (bound-above (bounds set) (char->integer char))))

    ;; Iteration, in ascending order. A cursor is a code point, or #f at the end.

    (define (char-set-cursor set)
      (let ((v (bounds set)))
        (and (> (vector-length v) 0) (vector-ref v 0))))
    (define (char-set-ref set cursor) (integer->char cursor))
    (define (char-set-cursor-next set cursor)
      (let* ((v (bounds set)) (next (+ cursor 1)) (i (bound-above v next)))
        (cond ((odd? i) next)
              ((< i (vector-length v)) (vector-ref v i))
              (else #f))))
    (define (end-of-char-set? cursor) (not cursor))

    (define (char-set-fold f result set)
      (let* ((v (bounds set)) (end (vector-length v)))
        (let runs ((i 0) (result result))
          (if (= i end)
              result
              (let ((after (vector-ref v (+ i 1))))
                (let each ((code (vector-ref v i)) (result result))
                  (if (= code after)
                      (runs (+ i 2) result)
                      (each (+ code 1) (f (integer->char code) result)))))))))
    (define (char-set-for-each f set) (char-set-fold (lambda (char ignored) (f char)) #f set))
    (define (char-set-map f set)
      (codes->char-set (char-set-fold (lambda (char codes) (cons (char->integer (f char)) codes)) '() set)))
    (define (char-set-unfold stop? mapper successor seed . base)
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (list->char-set chars (base-set base))
            (loop (successor seed) (cons (mapper seed) chars)))))

    ;; The first true value, or #f.
    (define (char-set-any f set)
      (let loop ((cursor (char-set-cursor set)))
        (and cursor
             (or (f (integer->char cursor))
                 (loop (char-set-cursor-next set cursor))))))
    (define (char-set-every f set)
      (let loop ((cursor (char-set-cursor set)) (last #t))
        (if cursor
            (let ((value (f (integer->char cursor))))
              (and value (loop (char-set-cursor-next set cursor) value)))
            last)))

    ;; Constructors

    (define (char-set-copy set) (new-char-set (bounds set)))
    (define (char-set . chars) (list->char-set chars))
    (define (list->char-set chars . base) (union (codes->char-set (map char->integer chars)) (base-set base)))
    (define (string->char-set string . base) (list->char-set (string->list string) (base-set base)))
    (define (char-set-filter wanted? set . base)
      (union (codes->char-set
              (char-set-fold (lambda (char codes) (if (wanted? char) (cons (char->integer char) codes) codes)) '() set))
             (base-set base)))
    (define (ucs-range->char-set lower upper . options)
      (if (not (and (exact-integer? lower) (exact-integer? upper) (<= 0 lower upper beyond)))
          (error "ucs-range->char-set: not a range of code points" lower upper))
      (union (if (= lower upper)
                 char-set:empty
                 (difference (new-char-set (vector lower upper)) (new-char-set (vector surrogates-start surrogates-end))))
             (base-set (if (pair? options) (cdr options) '()))))
    (define (->char-set x)
      (cond ((char-set? x) x)
            ((string? x) (string->char-set x))
            ((char? x) (char-set x))
            (else (error "->char-set: neither a character set nor a string nor a character" x))))

    ;; What is in a set

    (define (char-set->list set) (reverse (char-set-fold cons '() set)))
    (define (char-set->string set) (list->string (char-set->list set)))
    (define (char-set-size set)
      (let* ((v (bounds set)) (end (vector-length v)))
        (let loop ((i 0) (size 0))
          (if (= i end)
              size
              (loop (+ i 2) (+ size (- (vector-ref v (+ i 1)) (vector-ref v i))))))))
    (define (char-set-count wanted? set) (char-set-fold (lambda (char count) (if (wanted? char) (+ count 1) count)) 0 set))

    ;; Algebra

    (define (fold-sets two start sets)
      (let loop ((result start) (sets sets))
        (if (null? sets)
            result
            (loop (two result (car sets)) (cdr sets)))))
    (define (char-set-adjoin set . chars) (union set (list->char-set chars)))
    (define (char-set-delete set . chars) (difference set (list->char-set chars)))
    (define (char-set-complement set) (difference char-set:full set))
    (define (char-set-union . sets) (fold-sets union char-set:empty sets))
    (define (char-set-intersection . sets) (fold-sets intersection char-set:full sets))
    (define (char-set-difference set . others) (fold-sets difference (char-set-copy set) others))
    (define (char-set-xor . sets) (fold-sets exclusive-or char-set:empty sets))
    (define (char-set-diff+intersection set . others)
      (let ((other (fold-sets union char-set:empty others)))
        (values (difference set other) (intersection set other))))

    ;; The standard sets, by general category: bits are numbered in the order in which the Unicode standard lists the categories, Lu being 0.

    (define (categories mask) (new-char-set (lambda () (%category-bounds mask))))
    (define (property number) (new-char-set (lambda () (%property-bounds number))))
    (define (sum . sets) (new-char-set (lambda () (bounds (fold-sets union char-set:empty sets)))))

    (define char-set:empty (new-char-set #()))
    (define char-set:full (new-char-set (vector 0 surrogates-start surrogates-end beyond)))
    (define char-set:ascii (new-char-set #(0 128)))
    (define char-set:upper-case (property 1))
    (define char-set:lower-case (property 2))
    (define char-set:title-case (categories #x4))
    (define char-set:letter (categories #x1F))
    (define char-set:digit (categories #x100))
    (define char-set:letter+digit (categories #x11F))
    (define char-set:punctuation (categories #x3F800))
    (define char-set:symbol (categories #x3C0000))
    (define char-set:graphic (categories #x3FFFFF))
    (define char-set:whitespace (sum (categories #x1C00000) (new-char-set #(9 14 133 134))))
    (define char-set:printing (sum char-set:graphic char-set:whitespace))
    (define char-set:iso-control (categories #x2000000))
    (define char-set:blank (sum (categories #x400000) (new-char-set #(9 10))))
    (define char-set:hex-digit (new-char-set #(48 58 65 71 97 103)))))
