;;; quicksort: sorts a vector of random integers in place; vector-ref and vector-set!.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (random-vector size seed)
  (let ((v (make-vector size)))
    (let loop ((i 0) (seed seed))
      (if (= i size)
          v
          (let ((next (modulo (+ (* seed 1103515245) 12345) 2147483648)))
            (vector-set! v i (quotient next 8))
            (loop (+ i 1) next))))))

(define (swap! v i j)
  (let ((x (vector-ref v i)))
    (vector-set! v i (vector-ref v j))
    (vector-set! v j x)))

(define (quicksort! v from to)
  (if (< from to)
      (let ((pivot (vector-ref v (quotient (+ from to) 2))))
        (let partition ((i from) (j to))
          (if (> i j)
              (begin
                (quicksort! v from j)
                (quicksort! v i to))
              (let up ((i i))
                (if (< (vector-ref v i) pivot)
                    (up (+ i 1))
                    (let down ((j j))
                      (cond ((< pivot (vector-ref v j))
                             (down (- j 1)))
                            ((<= i j)
                             (swap! v i j)
                             (partition (+ i 1) (- j 1)))
                            (else
                             (partition i j)))))))))))

(define (sorted? v)
  (let loop ((i 1))
    (or (= i (vector-length v))
        (and (<= (vector-ref v (- i 1)) (vector-ref v i))
             (loop (+ i 1))))))

(measure (lambda ()
           (do ((i 0 (+ i 1)) (all-sorted #t (and all-sorted
                                                  (let ((v (random-vector 100000 i)))
                                                    (quicksort! v 0 99999)
                                                    (sorted? v)))))
               ((= i 10) all-sorted)))
         #t)
