(define-syntax twice (syntax-rules () ((_ e) (begin e e))))
(twice
  (car 5))
