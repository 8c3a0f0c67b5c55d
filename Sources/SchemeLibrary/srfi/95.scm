;;; SRFI 95: sorting and merging of lists, vectors and strings. A key is taken of each element once.
(define-library (srfi 95)
  (export sorted? merge merge! sort sort!)
  (import (scheme base) (only (latch) list-sort))
  (begin

    (define (elements sequence)
      (cond ((or (pair? sequence) (null? sequence)) sequence)
            ((vector? sequence) (vector->list sequence))
            ((string? sequence) (string->list sequence))
            (else (error "not a list, vector or string" sequence))))

    (define (with-keys items key) (map (lambda (item) (cons (key item) item)) items))
    (define (by-key less?) (lambda (a b) (less? (car a) (car b))))
    (define (sorted items less? key)
      (if key
          (map cdr (list-sort (by-key less?) (with-keys items key)))
          (list-sort less? items)))

    (define (key-of options) (and (pair? options) (car options)))

    (define (sorted? sequence less? . key)
      (let* ((key (or (key-of key) values)) (items (elements sequence)))
        (or (null? items)
            (let loop ((last (key (car items))) (items (cdr items)))
              (or (null? items)
                  (let ((next (key (car items))))
                    (and (not (less? next last)) (loop next (cdr items)))))))))

    (define (sort sequence less? . key)
      (let ((items (sorted (elements sequence) less? (key-of key))))
        (cond ((vector? sequence) (list->vector items))
              ((string? sequence) (list->string items))
              (else items))))

    ;; The sequence itself holds its elements in order.
    (define (sort! sequence less? . key)
      (let ((items (sorted (elements sequence) less? (key-of key))))
        (cond ((vector? sequence) (vector-copy! sequence 0 (list->vector items)))
              ((string? sequence) (string-copy! sequence 0 (list->string items)))
              (else
               (let loop ((pair sequence) (items items))
                 (if (pair? pair)
                     (begin
                       (set-car! pair (car items))
                       (loop (cdr pair) (cdr items)))))))
        sequence))

    ;; The pairs of two sorted lists of pairs (key . item), joined into one sorted list.
    (define (merged a b less?)
      (let loop ((a a) (b b) (result '()))
        (cond ((null? a) (append-reverse result b))
              ((null? b) (append-reverse result a))
              ((less? (caar b) (caar a)) (loop a (cdr b) (cons (car b) result)))
              (else (loop (cdr a) b (cons (car a) result))))))
    (define (append-reverse reversed tail)
      (if (null? reversed)
          tail
          (append-reverse (cdr reversed) (cons (car reversed) tail))))
    (define (merge a b less? . key)
      (let ((key (or (key-of key) values)))
        (map cdr (merged (with-keys a key) (with-keys b key) less?))))

    ;; The result consists of the pairs of A and B.
    (define (merge! a b less? . key)
      (let ((key (or (key-of key) values)) (head (list #f)))
        (define (pairs list)
          (if (null? list)
              '()
              (cons (cons (key (car list)) list) (pairs (cdr list)))))
        (let loop ((last head) (order (merged (pairs a) (pairs b) less?)))
          (if (null? order)
              (begin
                (set-cdr! last '())
                (cdr head))
              (begin
                (set-cdr! last (cdar order))
                (loop (cdar order) (cdr order)))))))))
