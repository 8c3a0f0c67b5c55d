; Integers of any size: factorials, powers, digit sums, greatest common divisors, Fermat's test.

(define (factorial n)
  (if (= n 0)
      1
      (* n (factorial (- n 1)))))

(define (digit-sum n)
  (let loop ((n n) (sum 0))
    (if (= n 0)
        sum
        (loop (quotient n 10) (+ sum (remainder n 10))))))

(for-each
 (lambda (n)
   (display n)
   (display "! = ")
   (display (factorial n))
   (newline))
 '(0 1 5 10 20 21 30 50))

(display "digits of 300!: ")
(display (string-length (number->string (factorial 300))))
(display ", their sum: ")
(display (digit-sum (factorial 300)))
(newline)

(write (list (expt 2 100) (- (expt 2 62)) (* 99999999999 99999999999)))
(newline)
(write (quotient (factorial 30) (factorial 28)))
(newline)
(write (gcd (factorial 20) (expt 6 30)))
(newline)
(write (= (- (+ (expt 3 90) 1) (expt 3 90)) 1))
(newline)

; base ** exponent modulo modulus.
(define (modular-power base exponent modulus)
  (cond ((= exponent 0) 1)
        ((even? exponent) (modular-power (modulo (* base base) modulus) (quotient exponent 2) modulus))
        (else (modulo (* base (modular-power base (- exponent 1) modulus)) modulus))))

(define mersenne (- (expt 2 89) 1))
(write (list mersenne
             (modular-power 3 (- mersenne 1) mersenne)
             (modular-power 3 mersenne (+ mersenne 2))))
(newline)
