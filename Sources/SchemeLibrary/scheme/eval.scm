;; R7RS appendix A.
(define-library (scheme eval)
  (import (latch))
  (export environment eval))
