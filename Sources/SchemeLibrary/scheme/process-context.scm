;; R7RS appendix A.
(define-library (scheme process-context)
  (import (latch))
  (export command-line emergency-exit exit get-environment-variable get-environment-variables))
