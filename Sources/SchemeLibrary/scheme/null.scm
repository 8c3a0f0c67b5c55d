;; The syntax of R5RS, for null-environment.
(define-library (scheme null)
  (import (latch))
  (export and begin case cond define define-syntax delay do else => ... _ if lambda let let* let-syntax letrec
          letrec-syntax or quasiquote quote set! syntax-rules unquote unquote-splicing))
