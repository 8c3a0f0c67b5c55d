;;; distances: dynamic programming in vectors: edit distances, longest common subsequences, knapsacks, chains of matrices.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (edit-distance a b)
  (let* ((m (string-length a)) (n (string-length b)) (row (make-vector (+ n 1) 0)))
    (do ((j 0 (+ j 1))) ((> j n)) (vector-set! row j j))
    (do ((i 1 (+ i 1))) ((> i m) (vector-ref row n))
      (let loop ((j 1) (diagonal (vector-ref row 0)))
        (if (= j 1) (vector-set! row 0 i))
        (if (<= j n)
            (let ((above (vector-ref row j)))
              (vector-set! row j
                           (if (char=? (string-ref a (- i 1)) (string-ref b (- j 1)))
                               diagonal
                               (+ 1 (min diagonal above (vector-ref row (- j 1))))))
              (loop (+ j 1) above)))))))

(define (table-ref table n i j) (vector-ref table (+ (* i n) j)))
(define (table-set! table n i j x) (vector-set! table (+ (* i n) j) x))

(define (longest-common a b)
  (let* ((m (vector-length a)) (n (vector-length b)) (w (+ n 1)) (table (make-vector (* (+ m 1) w) 0)))
    (do ((i 1 (+ i 1))) ((> i m))
      (do ((j 1 (+ j 1))) ((> j n))
        (table-set! table w i j
                    (if (eqv? (vector-ref a (- i 1)) (vector-ref b (- j 1)))
                        (+ 1 (table-ref table w (- i 1) (- j 1)))
                        (max (table-ref table w (- i 1) j) (table-ref table w i (- j 1)))))))
    (table-ref table w m n)))

(define (knapsack weights values capacity)
  (let ((best (make-vector (+ capacity 1) 0)))
    (for-each (lambda (weight value)
                (do ((c capacity (- c 1))) ((< c weight))
                  (vector-set! best c (max (vector-ref best c) (+ value (vector-ref best (- c weight)))))))
              weights values)
    (vector-ref best capacity)))

(define (matrix-chain sizes)
  (let* ((n (- (vector-length sizes) 1)) (cost (make-vector (* n n) 0)))
    (do ((len 2 (+ len 1))) ((> len n) (table-ref cost n 0 (- n 1)))
      (do ((i 0 (+ i 1))) ((> (+ i len) n))
        (let ((j (+ i len -1)))
          (table-set! cost n i j
                      (let loop ((k i) (best #f))
                        (if (= k j)
                            best
                            (let ((c (+ (table-ref cost n i k) (table-ref cost n (+ k 1) j)
                                        (* (vector-ref sizes i) (vector-ref sizes (+ k 1)) (vector-ref sizes (+ j 1))))))
                              (loop (+ k 1) (if (or (not best) (< c best)) c best)))))))))))

(define (numbers n seed limit)
  (let loop ((i 0) (seed seed) (all '()))
    (if (= i n) all
        (let ((seed (modulo (+ (* seed 16807) 7) 2147483647))) (loop (+ i 1) seed (cons (+ 1 (modulo seed limit)) all))))))
(define (letters n seed) (list->string (map (lambda (i) (integer->char (+ 96 i))) (numbers n seed 8))))

(measure (lambda ()
           (list (edit-distance (letters 1500 1) (letters 1500 2))
                 (longest-common (list->vector (numbers 1000 3 20)) (list->vector (numbers 1000 4 20)))
                 (knapsack (numbers 100 5 50) (numbers 100 6 100) 20000)
                 (matrix-chain (list->vector (numbers 120 7 40)))))
         '(1059 358 4967 54349))
