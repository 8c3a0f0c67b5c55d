;;; Operations that generated code does in place for what is common, with operands of all kinds; and calls of apply whose list is made on the spot.

(include "include/attempts.scm")
(define things (list 1 -1 0 1.5 0. 1/2 100000000000000000000 (make-rectangular 1 2) 'a "s" #\c '() #t #f (list 1) (vector 1) car (if #f #f)))

(define (kinds x) (list (number? x) (complex? x) (integer? x) (if (number? x) 'n '-) (if (integer? x) 'i '-)))
(times 3000 kinds)
(show (map kinds things))

(define (rounds x) (list (floor x) (ceiling x) (truncate x) (round x)))
(times 3000 rounds)
(define (rounds-of-sums x) (let ((y (+ x 0.5))) (list (floor y) (ceiling y) (truncate y) (round y) (exact (floor y)))))
(times 3000 rounds-of-sums)
(show (map rounds '(7 -7 2.5 -2.5 3.5 7/2 -7/2 1e300 100000000000000000000)))
(show (map rounds-of-sums '(7 -7 2.5 -2.25 3.5 1e15 -1e18 1.5e18 1e19 1e300)))
(show (attempt (lambda () (rounds 'x))) (attempt (lambda () (rounds-of-sums "x"))) (attempt (lambda () (exact (floor (+ 0.5 (/ 1. 0.)))))))

(define (deep-parts x) (list (cdddr x) (cadddr x)))
(times 3000 (lambda (i) (deep-parts '(1 2 3 4 5))))
(show (deep-parts '(1 2 3 4 5)) (attempt (lambda () (deep-parts '(1 2 3)))) (attempt (lambda () (deep-parts '(1 2)))) (attempt (lambda () (deep-parts 7))))

;; What primitives return, used at once.
(define (made n) (let ((v (make-vector n 'x)) (s (make-string n #\a)) (l (make-list n 1)))
  (vector-set! v 0 (string-length (string-append s (number->string (length l)))))
  (string-set! s 0 (char-upcase (string-ref s 1)))
  (list (vector-ref v 0) (vector-length (list->vector l)) s (string-ref (symbol->string 'abc) 2) (bytevector-u8-ref (bytevector-copy (bytevector 1 2)) 1))))
(times 3000 (lambda (i) (made 3)))
(show (made 4) (attempt (lambda () (made 0))) (attempt (lambda () (made 'n))))

;; Powers.
(define (powers b e) (list (expt b e) (expt (- b) e)))
(times 3000 (lambda (i) (powers 3 5)))
(show (powers 2 59) (powers 2 60) (powers 2 61) (powers 2 62) (powers 2 63) (powers 2 64) (powers 3 37) (powers 3 38) (powers 3 40) (powers 10 18) (powers 10 19)
      (powers 0 0) (powers 0 5) (powers 7 0) (powers 1 1000) (powers 1152921504606846975 1) (powers 1152921504606846976 1) (powers 4294967296 2) (powers 2147483648 2))

;; apply
(define (f . arguments) arguments)
(define (applied g x) (list (apply g (list x 2)) (apply g x (list 3 4)) (apply g (cons x '(5))) (apply g x (cons 6 (list 7))) (apply g '()) (apply g x '())
                            (apply g 1 (cons 2 (cons x (list)))) (apply g (append (list x) (list 8)))))
(times 3000 (lambda (i) (applied f i)))
(show (applied f 'x) (applied + 1) (attempt (lambda () (applied car '(1)))) (attempt (lambda () (apply 5 (list 1)))) (attempt (lambda () (apply f (cons 1 2)))))
(define order '())
(define (note x) (set! order (cons x order)) x)
(apply f (note 1) (list (note 2) (note 3)))
(show (length order))

;; Lists and vectors in step.
(define (sums a b c) (list (map + a b) (map + a b c) (vector-map + (list->vector a) (list->vector b)) (vector-map + (list->vector a) (list->vector b) (list->vector c))))
(times 1000 (lambda (i) (sums '(1 2 3) '(4 5 6) '(7 8 9))))
(show (sums '(1 2 3) '(4 5) '(7 8 9)) (sums '(1 2 3) '(4.5 5 1/2) '(7 8 100000000000000000000)) (sums '() '(1) '(2)))
(show (attempt (lambda () (map + '(1 2) 5))) (attempt (lambda () (map + '(1 . 2) '(1 2)))) (attempt (lambda () (map + '(1 2) '(1 2) 5))) (map + '() 5)
      (attempt (lambda () (for-each + '(1 . 2) '(1 2)))) (map + '(1) '(1 2 . 3)) (attempt (lambda () (map + '(1 a) '(2 3)))))
(show (vector-map + #(1 2 3) #(1 2) #(1 2 3 4) #(5 5 5)) (vector-map list #(1 2)) (vector-map list #()) (attempt (lambda () (vector-map + #(1) 5))))
(let ((log '()))
  (vector-for-each (lambda (a b) (set! log (cons (+ a b) log))) #(1 2 3) #(10 20))
  (vector-for-each (lambda (a b c) (set! log (cons (+ a b c) log))) #(1 2 3) #(10 20) #(5 5 5))
  (show log))
(let ((again #f) (count 0))
  (let ((v (vector-map (lambda (x) (call-with-current-continuation (lambda (k) (if (= x 2) (set! again k)) x))) #(1 2 3))))
    (set! count (+ count 1))
    (show v)
    (if (< count 3) (again (* 10 count)))))

;; Copies within one object, of all small sizes.
(define (moves n)
  (let loop ((k 0) (ok #t))
    (if (= k n)
        ok
        (let* ((s (list->string (map (lambda (i) (integer->char (+ 65 (modulo i 50)))) (iota n)))) (v (list->vector (iota n))) (b (apply bytevector (map (lambda (i) (modulo i 256)) (iota n))))
               (s2 (string-copy s)) (v2 (vector-copy v)) (b2 (bytevector-copy b)))
          (string-copy! s2 k s 0 (- n k)) (string-copy! s k s 0 (- n k))
          (vector-copy! v2 k v 0 (- n k)) (vector-copy! v k v 0 (- n k))
          (bytevector-copy! b2 k b 0 (- n k)) (bytevector-copy! b k b 0 (- n k))
          (let ((first (and (equal? s s2) (equal? v v2) (equal? b b2))))
            (let ((s3 (string-copy s)) (v3 (vector-copy v)) (b3 (bytevector-copy b)))
              (string-copy! s3 0 s k) (string-copy! s 0 s k)
              (vector-copy! v3 0 v k) (vector-copy! v 0 v k)
              (bytevector-copy! b3 0 b k) (bytevector-copy! b 0 b k)
              (loop (+ k 1) (and ok first (equal? s s3) (equal? v v3) (equal? b b3)))))))))
(show (map moves '(1 2 3 4 5 7 8 9 15 16 17 31 33 40)))
(show (map (lambda (n) (let ((v (make-vector n 0))) (apply + (vector->list v)))) '(0 1 2 31 32 33 100)))

;; The names of symbols do not change.
(define (set-first! s) (string-set! s 0 #\x) s)
(times 3000 (lambda (i) (set-first! (string #\a #\b))))
(show (set-first! (string-copy (symbol->string 'abc))) (attempt (lambda () (set-first! (symbol->string 'abc)))) (attempt (lambda () (string-fill! (symbol->string 'abc) #\x)))
      (attempt (lambda () (string-copy! (symbol->string 'abc) 0 "xyz"))) 'abc (eq? 'abc (string->symbol (symbol->string 'abc))) (string-append (symbol->string 'abc) "d")
      (attempt (lambda () (string-set! (symbol->string (string->uninterned-symbol "abc")) 0 #\x))))

;; Characters of all kinds.
(define (character-kinds c) (list (char-alphabetic? c) (char-numeric? c) (char-whitespace? c) (if (char-alphabetic? c) 'a '-) (if (char-numeric? c) 'n '-)
                                  (if (char-whitespace? c) 'w '-) (char-upcase c) (char-downcase c)))
(times 3000 (lambda (i) (character-kinds #\a)))
(show (map character-kinds (list #\a #\z #\A #\Z #\@ #\[ #\` #\{ #\0 #\9 #\/ #\: #\space #\tab #\newline #\return (integer->char 8) (integer->char 11) (integer->char 14) (integer->char 31) (integer->char 127)
                                 (integer->char 160) #\λ #\Σ #\ß #\٣ (integer->char #x1F600))))
(show (attempt (lambda () (character-kinds 5))) (attempt (lambda () (char-upcase "a"))) (attempt (lambda () (char-numeric? 'x))))

;; Numbers as text.
(show (map (lambda (n) (list (number->string n) (number->string (- n)) (string->number (number->string n)) (string->number (number->string (- n)))))
           '(0 1 9 10 99 100 4294967295 4294967296 42949672950 9999999999 10000000000 99999999999999999 1152921504606846975 1152921504606846976 1152921504606846977 10000000000000000000)))
(show (map string->number '("" "+" "-" "+5" "-5" "--5" "5-" "1/2" "1e2" "007" "12345678901234567" "123456789012345678" "-9999999999999999" "1 " "५" "+i" "-1.5" "#xff" "."))
      (number->string -1152921504606846976) (number->string 255 16) (string->number "ff" 16) (string->number "12" 3))

;; Names of symbols.
(define (name-of x) (symbol->string x))
(times 3000 (lambda (i) (name-of 'abc)))
(show (name-of 'abc) (name-of (string->uninterned-symbol "u")) (name-of '||) (attempt (lambda () (name-of "s"))) (attempt (lambda () (name-of 7)))
      (attempt (lambda () (string-set! (name-of 'abc) 0 #\x))) (map symbol->string '(a bc)))

;; Equal strings, of all short lengths, and with one character that is different.
(define (same? a b) (string=? a b))
(define (compared n)
  (let* ((a (make-string n #\a)) (b (make-string n #\a)))
    (let loop ((i 0) (result (list (same? a b) (same? a (make-string (+ n 1) #\a)))))
      (if (= i n)
          (reverse result)
          (let ((other (string-copy b)))
            (string-set! other i #\x)
            (loop (+ i 1) (cons (or (same? a other) (equal? other a)) result)))))))
(times 3000 (lambda (i) (compared 3)))
(show (map compared '(0 1 2 3 4 5 8 9)))
(show (same? (name-of 'abc) "abc") (same? "abcd" (name-of 'abc)) (same? (substring "xabcy" 1 4) (name-of 'abc)) (attempt (lambda () (same? "a" 'a))))

;; UTF-8 of texts whose characters are below U+0080 up to some place.
(define (bytes-of text) (list (bytevector-length (string->utf8 text)) (let ((out (open-output-string))) (display text out) (string=? (get-output-string out) text))
                              (let ((in (open-input-string text))) (string=? (read-string 1000 in) text)) (eq? (string->symbol text) (string->symbol (string-copy text)))))
(define (text-with n c) (let ((text (make-string 70 #\z))) (string-set! text n c) text))
(show (map (lambda (n) (map (lambda (c) (bytes-of (text-with n c))) '(#\a #\x7f #\x80 #\x7ff #\x800 #\x10000))) '(0 1 3 4 5 7 63 64 65 68 69)))
(show (map (lambda (n) (bytes-of (make-string n #\b))) '(1 2 3 4 5 8 9 64 65)))
