;; R7RS appendix A.
(define-library (scheme case-lambda)
  (import (latch))
  (export case-lambda))
