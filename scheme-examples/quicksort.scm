; Quicksort twice: on lists, where it is a sentence, and in place on a vector.

(define (filter-list keep? items)
  (cond ((null? items) '())
        ((keep? (car items)) (cons (car items) (filter-list keep? (cdr items))))
        (else (filter-list keep? (cdr items)))))

(define (sort-list items)
  (if (null? items)
      '()
      (let ((pivot (car items))
            (rest (cdr items)))
        (append (sort-list (filter-list (lambda (x) (< x pivot)) rest))
                (list pivot)
                (sort-list (filter-list (lambda (x) (>= x pivot)) rest))))))

(define (swap! v i j)
  (let ((t (vector-ref v i)))
    (vector-set! v i (vector-ref v j))
    (vector-set! v j t)))

; Hoare's partition.
(define (sort-vector! v)
  (let sort! ((low 0) (high (- (vector-length v) 1)))
    (when (< low high)
      (let ((pivot (vector-ref v (quotient (+ low high) 2))))
        (let partition ((i low) (j high))
          (let* ((i (let up ((i i)) (if (< (vector-ref v i) pivot) (up (+ i 1)) i)))
                 (j (let down ((j j)) (if (> (vector-ref v j) pivot) (down (- j 1)) j))))
            (cond ((<= i j)
                   (swap! v i j)
                   (partition (+ i 1) (- j 1)))
                  (else
                   (sort! low j)
                   (sort! i high))))))))
  v)

(define seed 42)
(define (random limit)
  (set! seed (modulo (+ (* seed 1103515245) 12345) 2147483648))
  (quotient (* seed limit) 2147483648))

(define (random-list count limit)
  (if (= count 0) '() (cons (random limit) (random-list (- count 1) limit))))

(define (sorted? items)
  (or (null? items)
      (null? (cdr items))
      (and (<= (car items) (cadr items))
           (sorted? (cdr items)))))

(define few (random-list 15 100))
(write few)
(newline)
(write (sort-list few))
(newline)
(write (sort-vector! (list->vector few)))
(newline)

(define many (random-list 20000 1000000))
(write (list (sorted? many)
             (sorted? (sort-list many))
             (equal? (sort-list many) (vector->list (sort-vector! (list->vector many))))))
(newline)
