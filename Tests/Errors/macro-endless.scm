(define-syntax again
  (syntax-rules () ((_ x) (again x))))
(display (again 1))
