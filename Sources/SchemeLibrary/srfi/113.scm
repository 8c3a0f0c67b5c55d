;;; SRFI 113: sets and bags.
;;; Either is a hash table (SRFI 125) from an element to a pair of the element as it was put in and how often it is there; in a set that is once. So each
;;; procedure on sets and its twin on bags have one definition.
(define-library (srfi 113)
  (export set set-unfold set? set-contains? set-empty? set-disjoint? set-member set-element-comparator
          set-adjoin set-adjoin! set-replace set-replace! set-delete set-delete! set-delete-all set-delete-all! set-search!
          set-size set-find set-count set-any? set-every? set-map set-for-each set-fold set-filter set-filter! set-remove set-remove!
          set-partition set-partition! set-copy set->list list->set list->set! set=? set<? set>? set<=? set>=?
          set-union set-intersection set-difference set-xor set-union! set-intersection! set-difference! set-xor!
          bag bag-unfold bag? bag-contains? bag-empty? bag-disjoint? bag-member bag-element-comparator
          bag-adjoin bag-adjoin! bag-replace bag-replace! bag-delete bag-delete! bag-delete-all bag-delete-all! bag-search!
          bag-size bag-find bag-count bag-any? bag-every? bag-map bag-for-each bag-fold bag-filter bag-filter! bag-remove bag-remove!
          bag-partition bag-partition! bag-copy bag->list list->bag list->bag! bag=? bag<? bag>? bag<=? bag>=?
          bag-union bag-intersection bag-difference bag-xor bag-union! bag-intersection! bag-difference! bag-xor!
          bag-sum bag-sum! bag-product bag-product! bag-unique-size bag-element-count bag-for-each-unique bag-fold-unique bag-increment! bag-decrement!
          bag->set set->bag set->bag! bag->alist alist->bag set-comparator bag-comparator)
  (import (scheme base) (srfi 125) (srfi 128))
  (begin

    (define-record-type <set-or-bag>
      (new-collection table comparator bag?)
      collection?
      (table table set-table!)
      (comparator comparator-of)
      (bag? is-bag?))

    (define (set? x) (and (collection? x) (not (is-bag? x))))
    (define (bag? x) (and (collection? x) (is-bag? x)))

    (define (check who bag? x)
      (if (not (and (collection? x) (eq? bag? (is-bag? x))))
          (error (string-append (symbol->string who) (if bag? ": not a bag" ": not a set")) x)))
    (define (check-all who bag? collections)
      (for-each
       (lambda (x)
         (check who bag? x)
         (if (not (eq? (comparator-of x) (comparator-of (car collections))))
             (error (string-append (symbol->string who) ": the comparators differ") (car collections) x)))
       collections))

    ;; (define-twins (set-name bag-name) (parameter ...) (c) body ...): C is the parameter that is the set or bag; (bag?) says which in makers.
    (define-syntax define-twins
      (syntax-rules ()
        ((_ (set-name bag-name) formals (c) body ...)
         (begin
           (define (set-name . formals) (check 'set-name #f c) body ...)
           (define (bag-name . formals) (check 'bag-name #t c) body ...)))))
    (define-syntax define-makers
      (syntax-rules ()
        ((_ (set-name bag-name) formals (bag?) body ...)
         (begin
           (define set-name (let ((bag? #f)) (lambda formals body ...)))
           (define bag-name (let ((bag? #t)) (lambda formals body ...)))))))
    (define-syntax define-many
      (syntax-rules ()
        ((_ (set-name bag-name) (c . more) body ...)
         (begin
           (define (set-name c . more) (check-all 'set-name #f (cons c more)) body ...)
           (define (bag-name c . more) (check-all 'bag-name #t (cons c more)) body ...)))))
    (define-syntax define-pairs
      (syntax-rules ()
        ((_ (set-name bag-name) (a b) body ...)
         (begin
           (define (set-name a b) (check-all 'set-name #f (list a b)) body ...)
           (define (bag-name a b) (check-all 'bag-name #t (list a b)) body ...)))))

    ;; Entries

    (define (empty comparator bag?) (new-collection (make-hash-table comparator) comparator bag?))
    (define (empty-like c) (empty (comparator-of c) (is-bag? c)))
    (define (copy c) (new-collection (hash-table-copy (table c) #t) (comparator-of c) (is-bag? c)))
    (define (entry c x) (hash-table-ref/default (table c) x #f))
    (define (entries c) (hash-table-values (table c)))
    (define (count-of c x)
      (let ((e (entry c x)))
        (if e (cdr e) 0)))
    ;; Pairs are not changed: copies share them.
    (define (put! c x count)
      (let ((e (entry c x)))
        (cond ((<= count 0) (if e (hash-table-delete! (table c) x)))
              (e (hash-table-set! (table c) x (cons (car e) count)))
              (else
               (comparator-check-type (comparator-of c) x)
               (hash-table-set! (table c) x (cons x count))))))
    (define (add! c x count) (put! c x (if (is-bag? c) (+ (count-of c x) count) 1)))
    (define (substitute! c x)
      (let ((e (entry c x)))
        (if e
            (begin
              (hash-table-delete! (table c) x)
              (hash-table-set! (table c) x (cons x (cdr e)))))))
    (define (add-all! c items)
      (for-each (lambda (x) (add! c x 1)) items)
      c)
    (define (delete-all! c items)
      (for-each (lambda (x) (put! c x (- (count-of c x) 1))) items)
      c)

    ;; (f x count result) over the elements, or (f x result) over each of equal ones.
    (define (fold-unique f result c)
      (let loop ((entries (entries c)) (result result))
        (if (null? entries)
            result
            (loop (cdr entries) (f (caar entries) (cdar entries) result)))))
    (define (fold f result c)
      (fold-unique (lambda (x count result)
                     (let loop ((left count) (result result))
                       (if (= left 0)
                           result
                           (loop (- left 1) (f x result)))))
                   result
                   c))

    ;; Constructors

    (define-makers (set bag) (comparator . items) (bag?) (add-all! (empty comparator bag?) items))
    (define-makers (list->set list->bag) (comparator items) (bag?) (add-all! (empty comparator bag?) items))
    ;; The comparator comes first, or last as in the tests that were published with the SRFI.
    (define-makers (set-unfold bag-unfold) (comparator stop? mapper successor seed) (bag?)
      (if (comparator? comparator)
          (unfold (empty comparator bag?) stop? mapper successor seed)
          (unfold (empty seed bag?) comparator stop? mapper successor)))
    (define (unfold c stop? mapper successor seed)
      (let loop ((seed seed))
        (if (stop? seed)
            c
            (begin
              (add! c (mapper seed) 1)
              (loop (successor seed))))))

    ;; Predicates and accessors

    (define-twins (set-contains? bag-contains?) (c x) (c) (and (entry c x) #t))
    (define-twins (set-empty? bag-empty?) (c) (c) (hash-table-empty? (table c)))
    (define-pairs (set-disjoint? bag-disjoint?) (a b)
      (let loop ((entries (entries a)))
        (or (null? entries)
            (and (not (entry b (caar entries))) (loop (cdr entries))))))
    (define-twins (set-member bag-member) (c x default) (c)
      (let ((e (entry c x)))
        (if e (car e) default)))
    (define-twins (set-element-comparator bag-element-comparator) (c) (c) (comparator-of c))

    ;; Updaters

    (define-twins (set-adjoin bag-adjoin) (c . items) (c) (add-all! (copy c) items))
    (define-twins (set-adjoin! bag-adjoin!) (c . items) (c) (add-all! c items))
    (define-twins (list->set! list->bag!) (c items) (c) (add-all! c items))
    (define-twins (set-replace bag-replace) (c x) (c)
      (let ((c (copy c)))
        (substitute! c x)
        c))
    (define-twins (set-replace! bag-replace!) (c x) (c)
      (substitute! c x)
      c)
    (define-twins (set-delete bag-delete) (c . items) (c) (delete-all! (copy c) items))
    (define-twins (set-delete! bag-delete!) (c . items) (c) (delete-all! c items))
    (define-twins (set-delete-all bag-delete-all) (c items) (c) (delete-all! (copy c) items))
    (define-twins (set-delete-all! bag-delete-all!) (c items) (c) (delete-all! c items))
    (define-twins (set-search! bag-search!) (c x failure success) (c)
      (let ((e (entry c x)))
        (if e
            (success (car e)
                     (lambda (new value)
                       (delete-all! c (list x))
                       (add! c new 1)
                       (values c value))
                     (lambda (value)
                       (delete-all! c (list x))
                       (values c value)))
            (failure (lambda (value)
                       (add! c x 1)
                       (values c value))
                     (lambda (value) (values c value))))))

    ;; The whole collection

    (define-twins (set-size bag-size) (c) (c) (fold-unique (lambda (x count size) (+ size count)) 0 c))
    (define-twins (set-find bag-find) (wanted? c failure) (c)
      (let loop ((entries (entries c)))
        (cond ((null? entries) (failure))
              ((wanted? (caar entries)) (caar entries))
              (else (loop (cdr entries))))))
    (define-twins (set-count bag-count) (wanted? c) (c) (fold (lambda (x count) (if (wanted? x) (+ count 1) count)) 0 c))
    (define-twins (set-any? bag-any?) (wanted? c) (c)
      (let loop ((entries (entries c)))
        (and (pair? entries)
             (or (and (wanted? (caar entries)) #t) (loop (cdr entries))))))
    (define-twins (set-every? bag-every?) (wanted? c) (c)
      (let loop ((entries (entries c)))
        (or (null? entries)
            (and (wanted? (caar entries)) (loop (cdr entries))))))
    (define-twins (set-map bag-map) (comparator f c) (c)
      (let ((result (empty comparator (is-bag? c))))
        (fold (lambda (x ignored) (add! result (f x) 1)) #f c)
        result))
    (define-twins (set-for-each bag-for-each) (f c) (c)
      (fold (lambda (x ignored) (f x) #f) #f c))
    (define-twins (set-fold bag-fold) (f nil c) (c) (fold f nil c))

    ;; The elements that are wanted and those that are not.
    (define (parted wanted? c)
      (let ((in (empty-like c)) (out (empty-like c)))
        (fold-unique (lambda (x count ignored) (add! (if (wanted? x) in out) x count)) #f c)
        (values in out)))
    (define (kept wanted? c)
      (call-with-values (lambda () (parted wanted? c)) (lambda (in out) in)))
    (define (dropped unwanted? c)
      (call-with-values (lambda () (parted unwanted? c)) (lambda (in out) out)))
    ;; C becomes what OTHER is.
    (define (become! c other)
      (set-table! c (table other))
      c)
    (define-twins (set-filter bag-filter) (wanted? c) (c) (kept wanted? c))
    (define-twins (set-filter! bag-filter!) (wanted? c) (c) (become! c (kept wanted? c)))
    (define-twins (set-remove bag-remove) (unwanted? c) (c) (dropped unwanted? c))
    (define-twins (set-remove! bag-remove!) (unwanted? c) (c) (become! c (dropped unwanted? c)))
    (define-twins (set-partition bag-partition) (wanted? c) (c) (parted wanted? c))
    (define-twins (set-partition! bag-partition!) (wanted? c) (c)
      (call-with-values (lambda () (parted wanted? c)) (lambda (in out) (values (become! c in) out))))
    (define-twins (set-copy bag-copy) (c) (c) (copy c))
    (define-twins (set->list bag->list) (c) (c) (fold cons '() c))

    ;; Subsets

    (define (included? a b)
      (let loop ((entries (entries a)))
        (or (null? entries)
            (and (<= (cdar entries) (count-of b (caar entries))) (loop (cdr entries))))))
    (define (same? a b) (and (included? a b) (included? b a)))
    (define (properly-included? a b) (and (included? a b) (not (included? b a))))
    (define (chained? two? a rest)
      (or (null? rest)
          (and (two? a (car rest)) (chained? two? (car rest) (cdr rest)))))
    (define-many (set=? bag=?) (c . more) (chained? same? c more))
    (define-many (set<? bag<?) (c . more) (chained? properly-included? c more))
    (define-many (set>? bag>?) (c . more) (chained? (lambda (a b) (properly-included? b a)) c more))
    (define-many (set<=? bag<=?) (c . more) (chained? included? c more))
    (define-many (set>=? bag>=?) (c . more) (chained? (lambda (a b) (included? b a)) c more))

    ;; Algebra: how often an element is in the result follows from how often it is in the operands

    (define (join! result c combine)
      (fold-unique (lambda (x count ignored) (put! result x (combine (count-of result x) count))) #f c)
      result)
    ;; The elements of RESULT that are not in C, too.
    (define (meet! result c combine)
      (fold-unique (lambda (x count ignored) (put! result x (combine count (count-of c x)))) #f result)
      result)
    (define (each! operation result others combine)
      (for-each (lambda (c) (operation result c combine)) others)
      result)
    (define (exclusive! a b) (join! a b (lambda (in-a in-b) (abs (- in-a in-b)))))
    (define-many (set-union bag-union) (c . more) (each! join! (copy c) more max))
    (define-many (set-union! bag-union!) (c . more) (each! join! c more max))
    (define-many (set-intersection bag-intersection) (c . more) (each! meet! (copy c) more min))
    (define-many (set-intersection! bag-intersection!) (c . more) (each! meet! c more min))
    (define-many (set-difference bag-difference) (c . more) (each! meet! (copy c) more -))
    (define-many (set-difference! bag-difference!) (c . more) (each! meet! c more -))
    (define-pairs (set-xor bag-xor) (a b) (exclusive! (copy a) b))
    (define-pairs (set-xor! bag-xor!) (a b) (exclusive! a (if (eq? a b) (copy b) b)))

    ;; Bags alone

    (define (bag-sum c . more)
      (check-all 'bag-sum #t (cons c more))
      (each! join! (copy c) more +))
    (define (bag-sum! c . more)
      (check-all 'bag-sum! #t (cons c more))
      (each! join! c more +))
    (define (bag-product n c) (bag-product! n (bag-copy c)))
    (define (bag-product! n c)
      (check 'bag-product! #t c)
      (if (not (and (exact-integer? n) (>= n 0))) (error "bag-product: not a non-negative exact integer" n))
      (fold-unique (lambda (x count ignored) (put! c x (* n count))) #f c)
      c)
    (define (bag-unique-size c)
      (check 'bag-unique-size #t c)
      (hash-table-size (table c)))
    (define (bag-element-count c x)
      (check 'bag-element-count #t c)
      (count-of c x))
    (define (bag-for-each-unique f c)
      (check 'bag-for-each-unique #t c)
      (fold-unique (lambda (x count ignored) (f x count) #f) #f c))
    (define (bag-fold-unique f nil c)
      (check 'bag-fold-unique #t c)
      (fold-unique f nil c))
    (define (bag-increment! c x count)
      (check 'bag-increment! #t c)
      (put! c x (+ (count-of c x) count))
      c)
    (define (bag-decrement! c x count) (bag-increment! c x (- count)))
    (define (bag->set c)
      (check 'bag->set #t c)
      (add-all! (empty (comparator-of c) #f) (map car (entries c))))
    (define (set->bag c)
      (check 'set->bag #f c)
      (add-all! (empty (comparator-of c) #t) (map car (entries c))))
    (define (set->bag! bag c)
      (check 'set->bag! #t bag)
      (check 'set->bag! #f c)
      (add-all! bag (map car (entries c))))
    (define (bag->alist c)
      (check 'bag->alist #t c)
      (fold-unique (lambda (x count alist) (cons (cons x count) alist)) '() c))
    (define (alist->bag comparator alist)
      (let ((c (empty comparator #t)))
        (for-each (lambda (entry) (add! c (car entry) (cdr entry))) alist)
        c))

    ;; Comparators

    (define (collection-hash c)
      (let ((hash (if (comparator-hashable? (comparator-of c)) (comparator-hash-function (comparator-of c)) default-hash)))
        (fold-unique (lambda (x count sum) (modulo (+ sum (* count (hash x))) (hash-bound))) 0 c)))
    (define set-comparator (make-comparator set? same? #f collection-hash))
    (define bag-comparator (make-comparator bag? same? #f collection-hash))
    (comparator-register-default! set-comparator)
    (comparator-register-default! bag-comparator)))
