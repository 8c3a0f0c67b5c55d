;;; SRFI 69: basic hash tables; those of SRFI 125, under the names and with the orders of arguments that SRFI 69 has.
(define-library (srfi 69)
  (export make-hash-table hash-table? alist->hash-table hash-table-equivalence-function hash-table-hash-function
          hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete! hash-table-exists? hash-table-update! hash-table-update!/default
          hash-table-size hash-table-keys hash-table-values hash-table-walk hash-table-fold hash-table->alist
          (rename mutable-copy hash-table-copy) hash-table-merge!
          hash string-hash string-ci-hash hash-by-identity)
  (import (scheme base) (srfi 125))
  (begin
    (define (mutable-copy table) (hash-table-copy table #t))))
