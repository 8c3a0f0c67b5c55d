(define-syntax only-names
  (syntax-rules ()
    ((_ (x ...)) (syntax-error "a name is wanted, not a list:" (x ...)))
    ((_ x) 'x)))
(display (only-names (a b)))
