;; R7RS appendix A.
(define-library (scheme lazy)
  (import (latch))
  (export delay delay-force force make-promise promise?))
