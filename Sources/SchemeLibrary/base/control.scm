;; Procedures about control: multiple values, continuations, dynamic extent, conditions, parameters, promises.

(define (call-with-values producer consumer)
  (apply consumer (%values->list (producer))))

(define (call-with-escape-continuation f) (call/cc f))
