;;; SRFI 39: parameters, as in (scheme base).
(define-library (srfi 39)
  (export make-parameter parameterize)
  (import (only (scheme base) make-parameter parameterize)))
