(define-library (egg) (export e) (import (scheme base) (egg)) (begin (define e 1)))
