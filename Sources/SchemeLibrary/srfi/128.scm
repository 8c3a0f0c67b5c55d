;;; SRFI 128: comparators, which bundle a type test, an equality, an order and a hash.
(define-library (srfi 128)
  (export comparator? comparator-ordered? comparator-hashable?
          make-comparator make-pair-comparator make-list-comparator make-vector-comparator make-eq-comparator make-eqv-comparator make-equal-comparator
          boolean-hash char-hash char-ci-hash string-hash string-ci-hash symbol-hash number-hash
          make-default-comparator default-hash comparator-register-default!
          comparator-type-test-predicate comparator-equality-predicate comparator-ordering-predicate comparator-hash-function
          comparator-test-type comparator-check-type comparator-hash hash-bound hash-salt
          =? <? >? <=? >=? comparator-if<=>)
  (import (scheme base) (scheme case-lambda) (scheme char) (scheme complex) (scheme inexact) (only (latch) equal-hash string-hash string-ci-hash))
  (begin

    (define-record-type <comparator>
      (new-comparator type-test equality ordering hash ordered? hashable?)
      comparator?
      (type-test comparator-type-test-predicate)
      (equality comparator-equality-predicate)
      (ordering comparator-ordering-predicate)
      (hash comparator-hash-function)
      (ordered? comparator-ordered?)
      (hashable? comparator-hashable?))

    (define (make-comparator type-test equality ordering hash)
      (let ((type-test (if (eq? type-test #t) (lambda (x) #t) type-test)))
        (new-comparator
         type-test
         (if (eq? equality #t)
             (lambda (a b) (and (not (ordering a b)) (not (ordering b a))))
             equality)
         (or ordering (lambda (a b) (error "the comparator has no order" a b)))
         (or hash (lambda (x . arguments) (error "the comparator has no hash" x)))
         (and ordering #t)
         (and hash #t))))

    (define (comparator-test-type comparator x) ((comparator-type-test-predicate comparator) x))
    (define (comparator-check-type comparator x)
      (if (comparator-test-type comparator x)
          #t
          (error "of a type that the comparator does not know" x)))
    (define (comparator-hash comparator x) ((comparator-hash-function comparator) x))

    ;; Hashes

    (define-syntax hash-bound
      (syntax-rules ()
        ((_) 33554432)))
    (define-syntax hash-salt
      (syntax-rules ()
        ((_) 16064047)))

    (define (boolean-hash x) (if x 1 0))
    (define (char-hash x) (char->integer x))
    (define (char-ci-hash x) (char->integer (char-foldcase x)))
    (define (symbol-hash x) (string-hash (symbol->string x)))
    ;; The same for numbers that are =.
    (define (number-hash x)
      (equal-hash (if (and (inexact? x) (finite? x)) (exact x) x)))

    ;; The same for what the default comparator takes for equal. No more than some elements of a sequence count.
    (define (default-hash x)
      (let hash ((x x) (depth 4))
        (cond ((boolean? x) (boolean-hash x))
              ((char? x) (char-hash x))
              ((string? x) (string-hash x))
              ((symbol? x) (symbol-hash x))
              ((number? x) (number-hash x))
              ((pair? x)
               (let loop ((x x) (left 16) (result 5))
                 (if (and (pair? x) (> left 0) (> depth 0))
                     (loop (cdr x) (- left 1) (mix result (hash (car x) (- depth 1))))
                     result)))
              ((vector? x)
               (let ((end (if (> depth 0) (min 16 (vector-length x)) 0)))
                 (let loop ((i 0) (result (+ 6 (vector-length x))))
                   (if (< i end)
                       (loop (+ i 1) (mix result (hash (vector-ref x i) (- depth 1))))
                       result))))
              ((or (null? x) (bytevector? x)) (equal-hash x))
              (else
               (let ((own (registered x)))
                 (if own (comparator-hash own x) (equal-hash x)))))))

    ;; Compound comparators

    (define (mix a b) (modulo (+ (* 31 a) b) (hash-bound)))

    (define (make-pair-comparator first second)
      (make-comparator
       (lambda (x) (and (pair? x) (comparator-test-type first (car x)) (comparator-test-type second (cdr x))))
       (lambda (a b) (and (=? first (car a) (car b)) (=? second (cdr a) (cdr b))))
       (and (comparator-ordered? first)
            (comparator-ordered? second)
            (lambda (a b)
              (if (=? first (car a) (car b))
                  (<? second (cdr a) (cdr b))
                  (<? first (car a) (car b)))))
       (and (comparator-hashable? first)
            (comparator-hashable? second)
            (lambda (x) (mix (comparator-hash first (car x)) (comparator-hash second (cdr x)))))))

    ;; Shorter sequences come first only where the shorter is the beginning of the longer.
    (define make-list-comparator
      (case-lambda
        ((element) (make-list-comparator element list? null? car cdr))
        ((element type-test empty? head tail)
         (make-comparator
          (lambda (x)
            (and (type-test x)
                 (let loop ((x x))
                   (or (empty? x)
                       (and (comparator-test-type element (head x)) (loop (tail x)))))))
          (lambda (a b)
            (let loop ((a a) (b b))
              (cond ((empty? a) (empty? b))
                    ((empty? b) #f)
                    (else (and (=? element (head a) (head b)) (loop (tail a) (tail b)))))))
          (and (comparator-ordered? element)
               (lambda (a b)
                 (let loop ((a a) (b b))
                   (cond ((empty? b) #f)
                         ((empty? a) #t)
                         ((=? element (head a) (head b)) (loop (tail a) (tail b)))
                         (else (<? element (head a) (head b)))))))
          (and (comparator-hashable? element)
               (lambda (x)
                 (let loop ((x x) (hash 7))
                   (if (empty? x)
                       hash
                       (loop (tail x) (mix hash (comparator-hash element (head x))))))))))))

    ;; Shorter vectors come before longer ones.
    (define make-vector-comparator
      (case-lambda
        ((element) (make-vector-comparator element vector? vector-length vector-ref))
        ((element type-test length ref)
         (define (every-index f n)
           (let loop ((i 0))
             (or (= i n) (and (f i) (loop (+ i 1))))))
         (make-comparator
          (lambda (x) (and (type-test x) (every-index (lambda (i) (comparator-test-type element (ref x i))) (length x))))
          (lambda (a b)
            (and (= (length a) (length b))
                 (every-index (lambda (i) (=? element (ref a i) (ref b i))) (length a))))
          (and (comparator-ordered? element)
               (lambda (a b)
                 (let ((n (length a)) (m (length b)))
                   (or (< n m)
                       (and (= n m)
                            (let loop ((i 0))
                              (and (< i n)
                                   (if (=? element (ref a i) (ref b i))
                                       (loop (+ i 1))
                                       (<? element (ref a i) (ref b i))))))))))
          (and (comparator-hashable? element)
               (lambda (x)
                 (let ((n (length x)))
                   (let loop ((i 0) (hash 11))
                     (if (= i n)
                         hash
                         (loop (+ i 1) (mix hash (comparator-hash element (ref x i)))))))))))))

    (define (make-eq-comparator) (make-comparator #t eq? #f default-hash))
    (define (make-eqv-comparator) (make-comparator #t eqv? #f default-hash))
    (define (make-equal-comparator) (make-comparator #t equal? #f default-hash))

    ;; The default comparator orders anything: by kind first, then by value.

    (define others '())
    (define (comparator-register-default! comparator) (set! others (append others (list comparator))))
    (define (registered x)
      (let loop ((others others))
        (and (pair? others)
             (if (comparator-test-type (car others) x)
                 (car others)
                 (loop (cdr others))))))
    (define (rank x)
      (cond ((null? x) 0)
            ((pair? x) 1)
            ((boolean? x) 2)
            ((char? x) 3)
            ((string? x) 4)
            ((symbol? x) 5)
            ((number? x) 6)
            ((vector? x) 7)
            ((bytevector? x) 8)
            (else
             (let loop ((others others) (rank 9))
               (cond ((null? others) 1000000)
                     ((comparator-test-type (car others) x) rank)
                     (else (loop (cdr others) (+ rank 1))))))))
    (define (default-less? a b)
      (let ((rank-a (rank a)) (rank-b (rank b)))
        (cond ((< rank-a rank-b) #t)
              ((> rank-a rank-b) #f)
              (else
               (case rank-a
                 ((0) #f)
                 ((1) (if (default-equal? (car a) (car b))
                          (default-less? (cdr a) (cdr b))
                          (default-less? (car a) (car b))))
                 ((2) (and (not a) b))
                 ((3) (char<? a b))
                 ((4) (string<? a b))
                 ((5) (string<? (symbol->string a) (symbol->string b)))
                 ((6)
                  (if (and (real? a) (real? b))
                      (< a b)
                      (or (< (real-part a) (real-part b))
                          (and (= (real-part a) (real-part b)) (< (imag-part a) (imag-part b))))))
                 ((7) (<? vectors a b))
                 ((8) (<? bytevectors a b))
                 (else
                  (let ((own (registered a)))
                    (if own
                        (<? own a b)
                        (error "the default comparator has no order for these" a b)))))))))
    (define (default-equal? a b)
      (cond ((and (pair? a) (pair? b)) (and (default-equal? (car a) (car b)) (default-equal? (cdr a) (cdr b))))
            ((and (number? a) (number? b)) (= a b))
            ((and (vector? a) (vector? b)) (=? vectors a b))
            (else
             (let ((own (registered a)))
               (if (and own (comparator-test-type own b))
                   (=? own a b)
                   (equal? a b))))))
    (define default-comparator (make-comparator #t default-equal? default-less? default-hash))
    (define (make-default-comparator) default-comparator)
    (define vectors (make-vector-comparator default-comparator))
    (define bytevectors
      (make-vector-comparator (make-comparator exact-integer? = < number-hash) bytevector? bytevector-length bytevector-u8-ref))

    ;; Comparison predicates, of two or more objects

    (define (chained two? a b rest)
      (and (two? a b)
           (or (null? rest) (chained two? b (car rest) (cdr rest)))))
    (define (=? comparator a b . rest) (chained (comparator-equality-predicate comparator) a b rest))
    (define (<? comparator a b . rest) (chained (comparator-ordering-predicate comparator) a b rest))
    (define (>? comparator a b . rest)
      (let ((less? (comparator-ordering-predicate comparator)))
        (chained (lambda (a b) (less? b a)) a b rest)))
    (define (<=? comparator a b . rest)
      (let ((less? (comparator-ordering-predicate comparator)))
        (chained (lambda (a b) (not (less? b a))) a b rest)))
    (define (>=? comparator a b . rest)
      (let ((less? (comparator-ordering-predicate comparator)))
        (chained (lambda (a b) (not (less? a b))) a b rest)))
    (define-syntax comparator-if<=>
      (syntax-rules ()
        ((_ a b less equal greater) (comparator-if<=> (make-default-comparator) a b less equal greater))
        ((_ comparator a b less equal greater)
         (let ((c comparator) (x a) (y b))
           (cond ((=? c x y) equal)
                 ((<? c x y) less)
                 (else greater))))))))
