; Real arithmetic: Newton's square root, numerical integration, series for pi and e, rounding.

(define (newton-sqrt x)
  (let loop ((guess 1.0))
    (let ((next (/ (+ guess (/ x guess)) 2.0)))
      (if (< (abs (- next guess)) 1e-12)
          next
          (loop next)))))

(define (integrate f low high steps)
  (let ((width (/ (- high low) steps)))
    (let loop ((i 0) (sum 0.0))
      (if (= i steps)
          (* width sum)
          (loop (+ i 1) (+ sum (f (+ low (* width (+ i 0.5))))))))))

(define (leibniz terms)
  (let loop ((k 0) (sum 0.0) (sign 1.0))
    (if (= k terms)
        (* 4.0 sum)
        (loop (+ k 1) (+ sum (/ sign (+ (* 2 k) 1))) (- sign)))))

(define (e-series terms)
  (let loop ((n 1) (term 1.0) (sum 1.0))
    (if (= n terms)
        sum
        (loop (+ n 1) (/ term n) (+ sum (/ term n))))))

; To six decimal places.
(define (show name x)
  (display name)
  (display (/ (round (* x 1000000.0)) 1000000.0))
  (newline))

(show "sqrt 2   = " (newton-sqrt 2.0))
(show "sqrt 144 = " (newton-sqrt 144.0))
(show "integral = " (integrate (lambda (x) (* x x)) 0.0 3.0 1000))
(show "pi       = " (leibniz 100000))
(show "e        = " (e-series 20))

(write (list (floor 2.5) (ceiling 2.5) (round 2.5) (truncate -2.5) (round 3.5))) (newline)
(write (list 0.1 (+ 0.1 0.2) 1e3 -0.0 100.0 1.5)) (newline)
(write (list (exact (floor 7.9)) (inexact 4) (exact->inexact 3) (max 1 2.0))) (newline)
(write (list (= 1 1.0) (eqv? 1 1.0) (exact? 1) (inexact? 1.0) (integer? 2.0) (integer? 2.5))) (newline)
(write (list (number->string 255 16) (string->number "ff" 16) (string->number "1e2") (string->number "abc"))) (newline)
