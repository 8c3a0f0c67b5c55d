; The sieve of Eratosthenes in a vector, and trial division to check it.

(define (sieve limit)
  (let ((prime? (make-vector (+ limit 1) #t)))
    (vector-set! prime? 0 #f)
    (vector-set! prime? 1 #f)
    (do ((i 2 (+ i 1)))
        ((> (* i i) limit) prime?)
      (when (vector-ref prime? i)
        (do ((multiple (* i i) (+ multiple i)))
            ((> multiple limit))
          (vector-set! prime? multiple #f))))))

(define (primes-up-to limit)
  (let ((prime? (sieve limit)))
    (let loop ((i limit) (primes '()))
      (cond ((< i 2) primes)
            ((vector-ref prime? i) (loop (- i 1) (cons i primes)))
            (else (loop (- i 1) primes))))))

(define (prime-by-division? n)
  (let loop ((divisor 2))
    (cond ((> (* divisor divisor) n) #t)
          ((= 0 (remainder n divisor)) #f)
          (else (loop (+ divisor 1))))))

(write (primes-up-to 100))
(newline)

(define primes (primes-up-to 100000))
(display (length primes))
(display " primes up to 100000; the last is ")
(display (list-ref primes (- (length primes) 1)))
(newline)

(define (all-agree? limit)
  (let ((table (sieve limit)))
    (let loop ((n 2))
      (or (> n limit)
          (and (eq? (vector-ref table n) (prime-by-division? n))
               (loop (+ n 1)))))))

(display (if (all-agree? 5000) "sieve and division agree" "they differ"))
(newline)
