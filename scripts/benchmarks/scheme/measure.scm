;;; Included by every benchmark: calls THUNK once, checks that its value is EXPECTED (by equal?), and prints the seconds that the call took.

(define (measure thunk expected)
  (let* ((start (current-jiffy))
         (result (thunk))
         (end (current-jiffy)))
    (cond ((equal? result expected)
           (write (/ (inexact (- end start)) (jiffies-per-second)))
           (newline))
          (else
           (display "wrong result: ")
           (write result)
           (newline)))))
