; Matrices as vectors of rows: product, power by squaring, transposition; fixnums and flonums.

(define (make-matrix rows columns entry)
  (let ((m (make-vector rows #f)))
    (do ((i 0 (+ i 1)))
        ((= i rows) m)
      (let ((row (make-vector columns 0)))
        (do ((j 0 (+ j 1)))
            ((= j columns))
          (vector-set! row j (entry i j)))
        (vector-set! m i row)))))

(define (entry m i j) (vector-ref (vector-ref m i) j))
(define (rows m) (vector-length m))
(define (columns m) (vector-length (vector-ref m 0)))

(define (multiply a b)
  (let ((inner (columns a)))
    (make-matrix
     (rows a) (columns b)
     (lambda (i j)
       (let loop ((k 0) (sum 0))
         (if (= k inner)
             sum
             (loop (+ k 1) (+ sum (* (entry a i k) (entry b k j))))))))))

(define (identity size)
  (make-matrix size size (lambda (i j) (if (= i j) 1 0))))

(define (power m n)
  (cond ((= n 0) (identity (rows m)))
        ((even? n) (power (multiply m m) (quotient n 2)))
        (else (multiply m (power m (- n 1))))))

(define (transpose m)
  (make-matrix (columns m) (rows m) (lambda (i j) (entry m j i))))

(define (trace m)
  (let loop ((i 0) (sum 0))
    (if (= i (rows m)) sum (loop (+ i 1) (+ sum (entry m i i))))))

(define a '#(#(1 2 3) #(4 5 6)))
(write (transpose a))
(newline)
(write (multiply a (transpose a)))
(newline)

; The powers of this matrix hold Fibonacci numbers.
(write (power '#(#(1 1) #(1 0)) 80))
(newline)

; Rotation by a quarter turn in ninety steps of one degree.
(define degree (/ (* 4.0 (atan 1.0)) 180.0))
(define rotation
  (vector (vector (cos degree) (- (sin degree)))
          (vector (sin degree) (cos degree))))
(define quarter (power rotation 90))
(write (map (lambda (x) (exact (round (* 1000000.0 x))))
            (list (entry quarter 0 0) (entry quarter 1 0))))
(newline)

(define size 60)
(define big (make-matrix size size (lambda (i j) (- (modulo (+ (* 7 i) (* 13 j)) 11) 5))))
(write (trace (multiply big (multiply big big))))
(newline)
