;;; For Chez Scheme: what R7RS has and R6RS has not, or otherwise. The program follows, without its imports.
(import (rename (only (chezscheme) define-record-type bytevector-copy! vector-copy vector-fill! vector->list string->list)
                (define-record-type r6:define-record-type) (bytevector-copy! r6:bytevector-copy!) (vector-copy r6:vector-copy)
                (vector-fill! r6:vector-fill!) (vector->list r6:vector->list) (string->list r6:string->list))
        (except (chezscheme) error define-record-type bytevector bytevector-copy bytevector-copy! vector-copy vector-fill! vector->list
                string-copy string-copy! string->list list-copy include environment make-hash-table))

(define (current-jiffy)
  (let ((now (current-time 'time-monotonic)))
    (+ (* (time-second now) 1000000000) (time-nanosecond now))))
(define (jiffies-per-second) 1000000000)

(define (error message . irritants)
  (raise (condition (make-message-condition message) (make-irritants-condition irritants))))
(define (error-object? x) (message-condition? x))
(define (error-object-message x) (condition-message x))
(define (error-object-irritants x) (condition-irritants x))

(define-syntax define-record-type
  (lambda (form)
    (define (member? name names)
      (exists (lambda (other) (bound-identifier=? other name)) names))
    (syntax-case form ()
      ((_ type (constructor argument ...) predicate field ...)
       (with-syntax (((specification ...)
                      (map (lambda (field)
                             (syntax-case field ()
                               ((name accessor) #'(immutable name accessor))
                               ((name accessor modifier) #'(mutable name accessor modifier))))
                           (syntax->list #'(field ...))))
                     ((value ...)
                      (map (lambda (field)
                             (let ((name (car (syntax->list field))))
                               (if (member? name (syntax->list #'(argument ...))) name #'#f)))
                           (syntax->list #'(field ...)))))
         #'(r6:define-record-type (type constructor predicate)
             (fields specification ...)
             (protocol (lambda (new) (lambda (argument ...) (new value ...))))))))))

(define (exact-integer? x) (and (integer? x) (exact? x)))
(define (floor/ n d) (values (floor-quotient n d) (floor-remainder n d)))
(define (floor-quotient n d) (floor (/ n d)))
(define (floor-remainder n d) (modulo n d))
(define (truncate/ n d) (values (quotient n d) (remainder n d)))
(define truncate-quotient quotient)
(define truncate-remainder remainder)
(define (square x) (* x x))

(define (list-copy items) (append items '()))
(define bytevector (lambda bytes (u8-list->bytevector bytes)))
(define bytevector-copy
  (case-lambda
    ((b) (bytevector-copy b 0 (bytevector-length b)))
    ((b from) (bytevector-copy b from (bytevector-length b)))
    ((b from to)
     (let ((copy (make-bytevector (- to from))))
       (r6:bytevector-copy! b from copy 0 (- to from))
       copy))))
(define bytevector-copy!
  (case-lambda
    ((target at source) (r6:bytevector-copy! source 0 target at (bytevector-length source)))
    ((target at source from) (r6:bytevector-copy! source from target at (- (bytevector-length source) from)))
    ((target at source from to) (r6:bytevector-copy! source from target at (- to from)))))
(define string-copy
  (case-lambda
    ((s) (substring s 0 (string-length s)))
    ((s from) (substring s from (string-length s)))
    ((s from to) (substring s from to))))
(define string-copy!
  (case-lambda
    ((target at source) (string-copy! target at source 0 (string-length source)))
    ((target at source from) (string-copy! target at source from (string-length source)))
    ((target at source from to)
     (do ((i from (+ i 1)) (at at (+ at 1))) ((= i to))
       (string-set! target at (string-ref source i))))))
(define string->list
  (case-lambda
    ((s) (r6:string->list s))
    ((s from) (r6:string->list (substring s from (string-length s))))
    ((s from to) (r6:string->list (substring s from to)))))
(define vector->list
  (case-lambda
    ((v) (r6:vector->list v))
    ((v from) (list-tail (r6:vector->list v) from))))
(define vector-copy
  (case-lambda
    ((v) (r6:vector-copy v))
    ((v from) (vector-copy v from (vector-length v)))
    ((v from to)
     (let ((copy (make-vector (- to from))))
       (do ((i from (+ i 1))) ((= i to) copy)
         (vector-set! copy (- i from) (vector-ref v i)))))))
(define (vector-fill! v x) (r6:vector-fill! v x))

(define write-string (case-lambda ((s) (display s)) ((s port) (display s port))))
(define read-line (case-lambda ((port) (get-line port))))
(define (read-string n port) (get-string-n port n))
(define (read-u8 port) (get-u8 port))
(define (write-u8 byte port) (put-u8 port byte))
(define (open-input-bytevector b) (open-bytevector-input-port b))

(define (environment . names) (interaction-environment))

;; SRFI 69, as much of it as the programs use.
(define make-hash-table
  (case-lambda
    (() (make-hashtable equal-hash equal?))
    ((same?)
     (cond ((eq? same? string=?) (make-hashtable string-hash string=?))
           ((eq? same? equal?) (make-hashtable equal-hash equal?))
           (else (make-eqv-hashtable))))))
(define hash-table-ref/default hashtable-ref)
(define hash-table-set! hashtable-set!)
(define hash-table-update!/default hashtable-update!)
(define hash-table-delete! hashtable-delete!)
(define hash-table-size hashtable-size)
(define (hash-table-keys table) (r6:vector->list (hashtable-keys table)))
