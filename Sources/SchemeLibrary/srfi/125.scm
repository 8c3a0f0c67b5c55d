;;; SRFI 125: hash tables, with the names of SRFI 69 that it keeps.
;;; Tables by eq?, eqv?, equal? and string=? are the runtime's own; for other equivalences a runtime table maps hashes to association lists.
(define-library (srfi 125)
  (export make-hash-table hash-table hash-table-unfold alist->hash-table
          hash-table? hash-table-contains? hash-table-exists? hash-table-empty? hash-table=? hash-table-mutable?
          hash-table-ref hash-table-ref/default
          hash-table-set! hash-table-delete! hash-table-intern! hash-table-update! hash-table-update!/default hash-table-pop! hash-table-clear!
          hash-table-size hash-table-keys hash-table-values hash-table-entries hash-table-find hash-table-count
          hash-table-map hash-table-for-each hash-table-walk hash-table-map! hash-table-map->list hash-table-fold hash-table-prune!
          hash-table-copy hash-table-empty-copy hash-table->alist
          hash-table-union! hash-table-merge! hash-table-intersection! hash-table-difference! hash-table-xor!
          hash string-hash string-ci-hash hash-by-identity hash-table-equivalence-function hash-table-hash-function)
  (import (scheme base) (scheme case-lambda) (scheme char) (srfi 128)
          (only (latch) equal-hash %make-table %table-ref %table-set! %table-delete! %table-count %table-clear! %table-copy %table-slots
                %table-key %table-value %table-hole))
  (begin

    ;; TABLE is the runtime's. With a HASH procedure it maps hashes to lists of pairs, and COUNT counts those; without, keys to values.
    (define-record-type <hash-table>
      (new-table table same? hash count mutable?)
      hash-table?
      (table inner set-inner!)
      (same? hash-table-equivalence-function)
      (hash own-hash)
      (count own-count set-own-count!)
      (mutable? hash-table-mutable? set-mutable!))

    (define nothing (list 'nothing))

    ;; What the runtime can do for an equivalence, or #f.
    (define (runtime-kind same?)
      (cond ((eq? same? eq?) 0)
            ((eq? same? eqv?) 1)
            ((eq? same? equal?) 2)
            ((eq? same? string=?) 3)
            (else #f)))
    (define (usual-hash same?)
      (cond ((eq? same? string-ci=?) string-ci-hash)
            ((eq? same? =) (lambda (x) (equal-hash (if (and (rational? x) (inexact? x)) (exact x) x))))
            ((eq? same? char-ci=?) char-ci-hash)
            ((or (eq? same? char=?) (eq? same? symbol=?) (eq? same? boolean=?)) equal-hash)
            (else equal-hash)))

    (define (make-table same? hash)
      (let ((kind (runtime-kind same?)))
        (if kind
            (new-table (%make-table kind) same? #f 0 #t)
            (new-table (%make-table 1) same? (or hash (usual-hash same?)) 0 #t))))

    ;; (make-hash-table [comparator | same? [hash]] ...)
    (define (make-hash-table . arguments)
      (cond ((null? arguments) (make-table equal? #f))
            ((comparator? (car arguments))
             (let ((same? (comparator-equality-predicate (car arguments))))
               ;; Some equivalences do not need the comparator's hash.
               (make-table same?
                           (and (or (comparator-hashable? (car arguments)) (not (memv same? (list string-ci=? = char=? char-ci=? symbol=? boolean=?))))
                                (comparator-hash-function (car arguments))))))
            ((procedure? (car arguments))
             (make-table (car arguments)
                         (and (pair? (cdr arguments)) (procedure? (cadr arguments)) (cadr arguments))))
            (else (error "make-hash-table: neither a comparator nor an equivalence" (car arguments)))))

    (define (check-mutable table who)
      (if (not (hash-table-mutable? table)) (error (string-append who ": the hash table is immutable") table)))

    ;; The four operations that everything else is made of

    (define (find-entry entries key same?)
      (and (pair? entries)
           (if (same? key (caar entries))
               (car entries)
               (find-entry (cdr entries) key same?))))
    (define (own-index table key) ((own-hash table) key))

    (define (lookup table key default)
      (if (own-hash table)
          (let ((entry (find-entry (%table-ref (inner table) (own-index table key) '()) key (hash-table-equivalence-function table))))
            (if entry (cdr entry) default))
          (%table-ref (inner table) key default)))

    (define (store! table key value)
      (if (own-hash table)
          (let* ((index (own-index table key))
                 (entries (%table-ref (inner table) index '()))
                 (entry (find-entry entries key (hash-table-equivalence-function table))))
            (if entry
                (set-cdr! entry value)
                (begin
                  (%table-set! (inner table) index (cons (cons key value) entries))
                  (set-own-count! table (+ (own-count table) 1)))))
          (%table-set! (inner table) key value)))

    ;; Whether there was something to delete.
    (define (erase! table key)
      (if (own-hash table)
          (let* ((index (own-index table key))
                 (entries (%table-ref (inner table) index '()))
                 (entry (find-entry entries key (hash-table-equivalence-function table))))
            (and entry
                 (let ((left (let loop ((entries entries))
                               (if (eq? (car entries) entry)
                                   (cdr entries)
                                   (cons (car entries) (loop (cdr entries)))))))
                   (if (null? left)
                       (%table-delete! (inner table) index)
                       (%table-set! (inner table) index left))
                   (set-own-count! table (- (own-count table) 1))
                   #t)))
          (%table-delete! (inner table) key)))

    ;; (f key value result) over all entries, in the order in which they came.
    (define (fold-entries f result table)
      (let ((inside (inner table)) (hole (%table-hole)) (own? (own-hash table)))
        (let loop ((i 0) (result result))
          (if (>= i (%table-slots inside))
              result
              (let ((key (%table-key inside i)))
                (cond ((eq? key hole) (loop (+ i 1) result))
                      (own?
                       (loop (+ i 1)
                             (let each ((entries (reverse (%table-value inside i))) (result result))
                               (if (pair? entries)
                                   (each (cdr entries) (f (caar entries) (cdar entries) result))
                                   result))))
                      (else (loop (+ i 1) (f key (%table-value inside i) result)))))))))

    ;; Constructors

    (define (hash-table comparator . keys-and-values)
      (let ((table (make-hash-table comparator)))
        (let loop ((rest keys-and-values))
          (if (pair? rest)
              (begin
                (if (not (eq? nothing (lookup table (car rest) nothing))) (error "hash-table: the key comes twice" (car rest)))
                (store! table (car rest) (cadr rest))
                (loop (cddr rest)))))
        (set-mutable! table #f)
        table))
    (define (hash-table-unfold stop? mapper successor seed . arguments)
      (let ((table (apply make-hash-table arguments)))
        (let loop ((seed seed))
          (if (stop? seed)
              table
              (call-with-values
               (lambda () (mapper seed))
               (lambda (key value)
                 (store! table key value)
                 (loop (successor seed))))))))
    (define (alist->hash-table alist . arguments)
      (let ((table (apply make-hash-table arguments)))
        (for-each (lambda (entry)
                    (if (eq? nothing (lookup table (car entry) nothing))
                        (store! table (car entry) (cdr entry))))
                  alist)
        table))

    ;; Predicates

    (define (hash-table-contains? table key) (not (eq? nothing (lookup table key nothing))))
    (define (hash-table-exists? table key) (hash-table-contains? table key))
    (define (hash-table-empty? table) (= (hash-table-size table) 0))
    (define (hash-table=? comparator a b)
      (let ((same? (comparator-equality-predicate comparator)))
        (and (= (hash-table-size a) (hash-table-size b))
             (fold-entries (lambda (key value all?)
                             (and all?
                                  (let ((other (lookup b key nothing)))
                                    (and (not (eq? other nothing)) (same? value other)))))
                           #t
                           a))))

    ;; Accessors

    (define hash-table-ref
      (case-lambda
        ((table key) (hash-table-ref table key #f #f))
        ((table key failure) (hash-table-ref table key failure #f))
        ((table key failure success)
         (let ((value (lookup table key nothing)))
           (cond ((eq? value nothing)
                  (if failure
                      (failure)
                      (error "hash-table-ref: the key is not in the table" key)))
                 (success (success value))
                 (else value))))))
    (define (hash-table-ref/default table key default) (lookup table key default))

    ;; Mutators

    (define hash-table-set!
      (case-lambda
        ((table key value)
         (check-mutable table "hash-table-set!")
         (store! table key value))
        ((table . keys-and-values)
         (check-mutable table "hash-table-set!")
         (let loop ((rest keys-and-values))
           (if (pair? rest)
               (begin
                 (if (null? (cdr rest)) (error "hash-table-set!: a key without a value" (car rest)))
                 (store! table (car rest) (cadr rest))
                 (loop (cddr rest))))))))
    (define hash-table-delete!
      (case-lambda
        ((table key)
         (check-mutable table "hash-table-delete!")
         (if (erase! table key) 1 0))
        ((table . keys)
         (check-mutable table "hash-table-delete!")
         (let loop ((keys keys) (count 0))
           (if (pair? keys)
               (loop (cdr keys) (if (erase! table (car keys)) (+ count 1) count))
               count)))))
    (define (hash-table-intern! table key failure)
      (let ((value (lookup table key nothing)))
        (if (eq? value nothing)
            (let ((value (failure)))
              (hash-table-set! table key value)
              value)
            value)))
    (define hash-table-update!
      (case-lambda
        ((table key f) (hash-table-set! table key (f (hash-table-ref table key))))
        ((table key f failure) (hash-table-set! table key (f (hash-table-ref table key failure))))
        ((table key f failure success) (hash-table-set! table key (f (hash-table-ref table key failure success))))))
    (define (hash-table-update!/default table key f default)
      (check-mutable table "hash-table-update!/default")
      (if (own-hash table)
          (store! table key (f (lookup table key default)))
          (let ((value (f (%table-ref (inner table) key default))))
            (%table-set! (inner table) key value))))
    (define (hash-table-pop! table)
      (check-mutable table "hash-table-pop!")
      (if (hash-table-empty? table) (error "hash-table-pop!: the hash table is empty" table))
      (call-with-values
       (lambda ()
         (call/cc (lambda (return) (fold-entries (lambda (key value ignored) (return key value)) #f table))))
       (lambda (key value)
         (erase! table key)
         (values key value))))
    (define (hash-table-clear! table)
      (check-mutable table "hash-table-clear!")
      (%table-clear! (inner table))
      (set-own-count! table 0))

    ;; The whole table

    (define (hash-table-size table) (if (own-hash table) (own-count table) (%table-count (inner table))))
    (define (hash-table-keys table) (reverse (fold-entries (lambda (key value keys) (cons key keys)) '() table)))
    (define (hash-table-values table) (reverse (fold-entries (lambda (key value values) (cons value values)) '() table)))
    (define (hash-table-entries table) (values (hash-table-keys table) (hash-table-values table)))
    (define (hash-table->alist table) (reverse (fold-entries (lambda (key value alist) (cons (cons key value) alist)) '() table)))

    (define (either-order f table) (if (hash-table? f) (values table f) (values f table)))

    (define (hash-table-find f table failure)
      (call/cc
       (lambda (return)
         (fold-entries (lambda (key value ignored)
                         (let ((x (f key value)))
                           (if x (return x))))
                       #f
                       table)
         (failure))))
    (define (hash-table-count a b)
      (call-with-values
       (lambda () (either-order a b))
       (lambda (matches? table)
         (fold-entries (lambda (key value count) (if (matches? key value) (+ count 1) count)) 0 table))))
    (define (hash-table-map f comparator table)
      (let ((result (make-hash-table comparator)))
        (fold-entries (lambda (key value ignored) (store! result key (f value))) #f table)
        result))
    (define (hash-table-for-each a b)
      (call-with-values
       (lambda () (either-order a b))
       (lambda (f table)
         (for-each (lambda (entry) (f (car entry) (cdr entry))) (hash-table->alist table)))))
    (define (hash-table-walk table f) (hash-table-for-each f table))
    (define (hash-table-map! a b)
      (call-with-values
       (lambda () (either-order a b))
       (lambda (f table)
         (check-mutable table "hash-table-map!")
         (for-each (lambda (entry) (store! table (car entry) (f (car entry) (cdr entry)))) (hash-table->alist table)))))
    (define (hash-table-map->list a b)
      (call-with-values
       (lambda () (either-order a b))
       (lambda (f table)
         (map (lambda (entry) (f (car entry) (cdr entry))) (hash-table->alist table)))))
    ;; (hash-table-fold f seed table), or SRFI 69's (hash-table-fold table f seed).
    (define (hash-table-fold a b c)
      (if (hash-table? a)
          (fold-entries b c a)
          (fold-entries a b c)))
    (define (hash-table-prune! a b)
      (call-with-values
       (lambda () (either-order a b))
       (lambda (drop? table)
         (check-mutable table "hash-table-prune!")
         (for-each (lambda (entry) (if (drop? (car entry) (cdr entry)) (erase! table (car entry)))) (hash-table->alist table)))))

    (define (hash-table-empty-copy table) (make-table (hash-table-equivalence-function table) (own-hash table)))
    (define hash-table-copy
      (case-lambda
        ((table) (hash-table-copy table #f))
        ((table mutable?)
         (let ((copy (if (own-hash table)
                         (let ((copy (hash-table-empty-copy table)))
                           (fold-entries (lambda (key value ignored) (store! copy key value)) #f table)
                           copy)
                         (new-table (%table-copy (inner table)) (hash-table-equivalence-function table) #f 0 #t))))
           (set-mutable! copy (and mutable? #t))
           copy))))

    ;; Tables as sets: the first one is changed and returned

    (define (hash-table-union! a b)
      (check-mutable a "hash-table-union!")
      (fold-entries (lambda (key value ignored) (if (not (hash-table-contains? a key)) (store! a key value))) #f b)
      a)
    (define (hash-table-merge! a b) (hash-table-union! a b))
    (define (hash-table-intersection! a b)
      (hash-table-prune! (lambda (key value) (not (hash-table-contains? b key))) a)
      a)
    (define (hash-table-difference! a b)
      (hash-table-prune! (lambda (key value) (hash-table-contains? b key)) a)
      a)
    (define (hash-table-xor! a b)
      (check-mutable a "hash-table-xor!")
      (for-each (lambda (entry)
                  (if (not (erase! a (car entry)))
                      (store! a (car entry) (cdr entry))))
                (hash-table->alist b))
      a)

    ;; What SRFI 69 has and this one deprecates

    (define (hash x . bound) (apply equal-hash x bound))
    (define (hash-by-identity x . bound) (apply equal-hash x bound))
    (define (hash-table-hash-function table)
      (or (own-hash table)
          (if (eq? (hash-table-equivalence-function table) string=?) string-hash equal-hash)))))
