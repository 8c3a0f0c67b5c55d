;;; Included by 4-1-primitive-expressions.scm, into a body.
(define included-value 'included)
(define (included-procedure x)
  (* x 2))
