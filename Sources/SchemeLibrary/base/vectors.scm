;; Vectors: procedures that call procedures.

(define (vector-map f first . rest)
  (list->vector (apply map f (vector->list first) (%map1 vector->list rest))))

(define (vector-for-each f first . rest)
  (if (null? rest)
      (let ((end (vector-length first)))
        (let loop ((i 0))
          (if (< i end)
              (begin (f (vector-ref first i)) (loop (+ i 1))))))
      (apply for-each f (vector->list first) (%map1 vector->list rest))))

(define (make-initialized-vector n f)
  (list->vector (list-tabulate n f)))
