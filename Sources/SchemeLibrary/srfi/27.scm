;;; SRFI 27: random numbers. Not for secrets.
(define-library (srfi 27)
  (export random-integer random-real default-random-source make-random-source random-source? random-source-state-ref random-source-state-set!
          random-source-randomize! random-source-pseudo-randomize! random-source-make-integers random-source-make-reals)
  (import (scheme base) (scheme time))
  (begin
    ;; Two combined multiplicative generators (L'Ecuyer, "Efficient and portable combined random number generators", 1988), whose
    ;; products stay below 2^52.
    (define modulus-1 2147483563)
    (define modulus-2 2147483399)

    (define-record-type <random-source>
      (new-source a b)
      random-source?
      (a source-a set-source-a!)
      (b source-b set-source-b!))

    (define (make-random-source) (new-source 12345 67890))

    ;; The next of about 2^31 numbers, from 0 to 2147483561.
    (define (next! source)
      (let ((a (modulo (* 40014 (source-a source)) modulus-1))
            (b (modulo (* 40692 (source-b source)) modulus-2)))
        (set-source-a! source a)
        (set-source-b! source b)
        (modulo (- a b) (- modulus-1 1))))
    (define range (- modulus-1 1))

    ;; Uniform below N: enough digits of the base RANGE for N, rejected when they are in the incomplete last stretch.
    (define (below! source n)
      (let loop ((span range) (digits 1))
        (if (< span n)
            (loop (* span range) (+ digits 1))
            (let* ((stretch (quotient span n)) (limit (* stretch n)))
              (let retry ()
                (let make ((i 0) (x 0))
                  (cond ((< i digits) (make (+ i 1) (+ (* x range) (next! source))))
                        ((< x limit) (quotient x stretch))
                        (else (retry)))))))))

    (define (check-source who x)
      (if (not (random-source? x)) (error (string-append who ": not a random source") x)))

    (define (random-source-make-integers source)
      (check-source "random-source-make-integers" source)
      (lambda (n)
        (if (not (and (exact-integer? n) (positive? n))) (error "random-integer: the range must be a positive exact integer" n))
        (below! source n)))

    (define random-source-make-reals
      (lambda (source . unit)
        (check-source "random-source-make-reals" source)
        (if (null? unit)
            (lambda () (/ (+ 0.5 (below! source 4503599627370496)) 4503599627370496.0))
            (let ((unit (car unit)))
              (if (not (and (real? unit) (< 0 unit 1))) (error "random-source-make-reals: the unit must be between 0 and 1" unit))
              (let ((steps (- (exact (floor (/ 1 unit))) 1)))
                (lambda () (* unit (+ 1 (below! source steps)))))))))

    (define (random-source-state-ref source)
      (check-source "random-source-state-ref" source)
      (list 'random-source-state (source-a source) (source-b source)))
    (define (random-source-state-set! source state)
      (check-source "random-source-state-set!" source)
      (if (not (and (list? state) (= (length state) 3) (eq? (car state) 'random-source-state))) (error "random-source-state-set!: not a state" state))
      (set-source-a! source (cadr state))
      (set-source-b! source (list-ref state 2)))
    (define (seed! source n)
      (set-source-a! source (+ 1 (modulo n (- modulus-1 1))))
      (set-source-b! source (+ 1 (modulo (quotient n 7) (- modulus-2 1))))
      (let warm ((i 0))
        (if (< i 20)
            (begin
              (next! source)
              (warm (+ i 1))))))
    (define (random-source-randomize! source)
      (check-source "random-source-randomize!" source)
      (seed! source (+ (current-jiffy) (* 1000003 (exact (floor (* 1000 (current-second))))))))
    (define (random-source-pseudo-randomize! source i j)
      (check-source "random-source-pseudo-randomize!" source)
      (seed! source (+ 1 (* 2147483647 i) (* 65537 65539 j))))

    (define default-random-source (make-random-source))
    (define random-integer (random-source-make-integers default-random-source))
    (define random-real (random-source-make-reals default-random-source))))
