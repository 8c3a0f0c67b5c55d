;; R7RS, appendix A: (scheme complex).
(define-library (scheme complex)
  (export angle imag-part magnitude make-polar make-rectangular real-part)
  (import (latch)))
