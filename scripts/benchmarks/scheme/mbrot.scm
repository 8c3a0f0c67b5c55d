;;; mbrot: the Mandelbrot set in floating point; a loop over five flonums.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define limit 100)

(define (escape-time cr ci)
  (let step ((zr cr) (zi ci) (count 0))
    (if (= count limit)
        count
        (let ((zr2 (* zr zr)) (zi2 (* zi zi)))
          (if (> (+ zr2 zi2) 16.0)
              count
              (step (+ (- zr2 zi2) cr)
                    (+ (* 2.0 (* zr zi)) ci)
                    (+ count 1)))))))

(define (picture width)
  (let ((rows (make-vector width)) (scale (/ 3.0 width)))
    (do ((y 0 (+ y 1))) ((= y width) rows)
      (let ((row (make-vector width)))
        (vector-set! rows y row)
        (do ((x 0 (+ x 1))) ((= x width))
          (vector-set! row x (escape-time (+ -2.0 (* scale x)) (+ -1.5 (* scale y)))))))))

(define (total picture)
  (let row-loop ((y 0) (sum 0))
    (if (= y (vector-length picture))
        sum
        (let ((row (vector-ref picture y)))
          (let loop ((x 0) (sum sum))
            (if (= x (vector-length row))
                (row-loop (+ y 1) sum)
                (loop (+ x 1) (+ sum (vector-ref row x)))))))))

(measure (lambda () (total (picture 400))) 3371081)
