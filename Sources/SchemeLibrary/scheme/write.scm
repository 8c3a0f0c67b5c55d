;; R7RS appendix A.
(define-library (scheme write)
  (import (latch))
  (export display write write-shared write-simple))
