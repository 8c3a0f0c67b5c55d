; Procedures that carry state: counters, an account, composition, streams, Church numerals.

(define (make-counter)
  (let ((count 0))
    (lambda ()
      (set! count (+ count 1))
      count)))

(define a (make-counter))
(define b (make-counter))
(a) (a)
(write (list (a) (b) (a) (b)))
(newline)

(define (make-account balance)
  (lambda (message . arguments)
    (case message
      ((deposit) (set! balance (+ balance (car arguments))) balance)
      ((withdraw)
       (cond ((> (car arguments) balance) 'insufficient)
             (else (set! balance (- balance (car arguments))) balance)))
      ((balance) balance)
      (else 'unknown))))

(define account (make-account 100))
(write (list (account 'deposit 50) (account 'withdraw 500) (account 'withdraw 30)))
(newline)
(write (list (account 'balance) (account 'close)))
(newline)

(define (compose . functions)
  (if (null? functions)
      (lambda (x) x)
      (let ((first (car functions))
            (rest (apply compose (cdr functions))))
        (lambda (x) (first (rest x))))))

(write ((compose (lambda (x) (* x 10)) (lambda (x) (+ x 1)) square) 6))
(newline)

; A stream is a pair of a value and a procedure that makes the rest.
(define (integers-from n)
  (cons n (lambda () (integers-from (+ n 1)))))

(define (stream-filter keep? stream)
  (if (keep? (car stream))
      (cons (car stream) (lambda () (stream-filter keep? ((cdr stream)))))
      (stream-filter keep? ((cdr stream)))))

(define (stream-take stream count)
  (if (= count 0)
      '()
      (cons (car stream) (stream-take ((cdr stream)) (- count 1)))))

(define (sieve stream)
  (let ((prime (car stream)))
    (cons prime
          (lambda ()
            (sieve (stream-filter (lambda (n) (not (= 0 (remainder n prime))))
                                  ((cdr stream))))))))

(write (stream-take (sieve (integers-from 2)) 20))
(newline)

(define (church n)
  (lambda (f) (lambda (x) (if (= n 0) x (f (((church (- n 1)) f) x))))))
(define (church-add a b) (lambda (f) (lambda (x) ((a f) ((b f) x)))))
(define (church-times a b) (lambda (f) (a (b f))))
(define (church->integer c) ((c (lambda (n) (+ n 1))) 0))

(write (list (church->integer (church-add (church 3) (church 4)))
             (church->integer (church-times (church 6) (church 7)))))
(newline)
