;; R7RS appendix A.
(define-library (scheme time)
  (import (latch))
  (export current-jiffy current-second jiffies-per-second))
