; Type checks and a tail call of itself.
(define (member x l) (cond ((null? l) #f) ((eq? x (car l)) l) (else (member x (cdr l)))))
