;; R7RS appendix A.
(define-library (scheme load)
  (import (latch))
  (export load))
