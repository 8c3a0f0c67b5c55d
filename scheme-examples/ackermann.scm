; Ackermann's function: deep recursion, and a table of the small values.

(define (ack m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ack (- m 1) 1))
        (else (ack (- m 1) (ack m (- n 1))))))

(do ((m 0 (+ m 1)))
    ((> m 3))
  (do ((n 0 (+ n 1)))
      ((> n 5) (newline))
    (let* ((text (number->string (ack m n)))
           (padding (make-string (- 5 (string-length text)) #\space)))
      (display padding)
      (display text))))

(display "(ack 2 300) = ")
(display (ack 2 300))
(newline)
