(define (make-hash-table) (make-table))
(define (hash-table-set! t k v) (table-set! t k v))
(define (hash-table-ref/default t k d) (table-ref t k d))
(define (exact-integer? x) (and (integer? x) (exact? x)))
