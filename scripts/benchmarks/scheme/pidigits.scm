;;; pidigits: 30,000 digits of pi by the series of the Chudnovsky brothers, split binarily, printed; fast multiplication, division, square root, printing.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define digits 30000)
(define guard-digits 20)

;; P, Q and T of the terms from A up to, not with, B.
(define (split a b)
  (if (= (+ a 1) b)
      (let ((p (if (= a 0)
                   1
                   (- (* (- (* 6 a) 5) (- (* 2 a) 1) (- (* 6 a) 1)))))
            (q (if (= a 0)
                   1
                   (* a a a 10939058860032000))))
        (values p q (* p (+ 13591409 (* 545140134 a)))))
      (let ((middle (quotient (+ a b) 2)))
        (call-with-values
         (lambda () (split a middle))
         (lambda (p1 q1 t1)
           (call-with-values
            (lambda () (split middle b))
            (lambda (p2 q2 t2)
              (values (* p1 p2) (* q1 q2) (+ (* t1 q2) (* p1 t2))))))))))

(define (pi-digits)
  (let ((unit (expt 10 (+ digits guard-digits))))
    (call-with-values
     (lambda () (split 0 (+ 2 (quotient (+ digits guard-digits) 14))))
     (lambda (p q t)
       (call-with-values
        (lambda () (exact-integer-sqrt (* 10005 unit unit)))
        (lambda (root rest)
          (quotient (quotient (* 426880 root q) t)
                    (expt 10 guard-digits))))))))

(define (tail text) (substring text (- (string-length text) 10) (string-length text)))

(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 5) (tail (number->string (pi-digits))))
             (number->string (pi-digits))))
         "9451082478")
