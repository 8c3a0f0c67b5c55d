;;; SRFI 87: case with =>, as in (scheme base).
(define-library (srfi 87)
  (export case)
  (import (only (scheme base) case)))
