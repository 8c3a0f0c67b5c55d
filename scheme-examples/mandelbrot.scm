; The Mandelbrot set as text: nothing but flonum arithmetic in a loop.

(define columns 64)
(define rows 24)
(define limit 200)
(define shades " .:-=+*#%@")

; How many steps the point stays near zero.
(define (escape-time cr ci)
  (let loop ((zr 0.0) (zi 0.0) (count 0))
    (let ((zr2 (* zr zr))
          (zi2 (* zi zi)))
      (if (or (= count limit) (> (+ zr2 zi2) 4.0))
          count
          (loop (+ (- zr2 zi2) cr)
                (+ (* 2.0 (* zr zi)) ci)
                (+ count 1))))))

(define (shade count)
  (if (= count limit)
      #\@
      (string-ref shades (min (quotient count 2) 8))))

(define total 0)

(do ((row 0 (+ row 1)))
    ((= row rows))
  (do ((column 0 (+ column 1)))
      ((= column columns) (newline))
    (let* ((cr (- (/ (* column 3.0) columns) 2.25))
           (ci (- (/ (* row 2.5) rows) 1.25))
           (count (escape-time cr ci)))
      (set! total (+ total count))
      (write-char (shade count)))))

(display total)
(display " steps")
(newline)
