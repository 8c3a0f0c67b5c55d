;; R7RS appendix A.
(define-library (scheme read)
  (import (latch))
  (export read))
