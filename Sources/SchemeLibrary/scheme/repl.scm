;; R7RS appendix A.
(define-library (scheme repl)
  (import (latch))
  (export interaction-environment))
