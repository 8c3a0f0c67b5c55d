;;; R7RS 4.3.2: the ellipsis and the underscore among the literals.
(import (scheme base) (scheme write))
(include "check.scm")

(define-syntax ellipsis-literal (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'other)))
(check (ellipsis-literal ...) => 'dots)
(check (ellipsis-literal 1) => 'other)
(define-syntax underscore-literal (syntax-rules (_) ((m _) 'underscore) ((m x) 'other)))
(check (underscore-literal _) => 'underscore)
(check (underscore-literal 5) => 'other)

(report "4.3.2 ellipsis and underscore as literals")
