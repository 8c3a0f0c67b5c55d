;;; objects: objects that are closures over their state, with messages, inheritance by delegation, and unknown calls of many shapes.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (make-account balance)
  (define (deposit! amount) (set! balance (+ balance amount)) balance)
  (define (withdraw! amount)
    (if (> amount balance) #f (begin (set! balance (- balance amount)) balance)))
  (lambda (message . arguments)
    (case message
      ((balance) balance)
      ((deposit!) (deposit! (car arguments)))
      ((withdraw!) (withdraw! (car arguments)))
      (else (error "no such message" message)))))

(define (make-savings balance rate)
  (let ((account (make-account balance)))
    (lambda (message . arguments)
      (case message
        ((accrue!) (account 'deposit! (quotient (* (account 'balance) rate) 100)))
        (else (apply account message arguments))))))

;; Shapes with a table of methods, looked up by name.
(define (make-object methods state) (lambda (name) (let ((m (assq name methods))) (if m ((cdr m) state) 0))))
(define square-methods
  (list (cons 'area (lambda (s) (* s s))) (cons 'sides (lambda (s) 4)) (cons 'outline (lambda (s) (* 4 s)))))
(define rectangle-methods
  (list (cons 'area (lambda (s) (* (car s) (cdr s)))) (cons 'sides (lambda (s) 4)) (cons 'outline (lambda (s) (* 2 (+ (car s) (cdr s)))))))
(define triangle-methods
  (list (cons 'sides (lambda (s) 3)) (cons 'outline (lambda (s) (* 3 s)))))

(define shapes
  (map (lambda (i)
         (case (modulo i 3)
           ((0) (make-object square-methods i))
           ((1) (make-object rectangle-methods (cons i (+ i 1))))
           (else (make-object triangle-methods i))))
       (let loop ((i 99) (all '())) (if (< i 0) all (loop (- i 1) (cons i all))))))

;; Counters and observers: procedures in lists that are called one after the other.
(define (make-subject)
  (let ((observers '()))
    (cons (lambda (f) (set! observers (cons f observers)))
          (lambda (x) (for-each (lambda (f) (f x)) observers)))))

(define (run rounds)
  (let ((plain (make-account 1000)) (savings (make-savings 1000 1)) (subject (make-subject)) (seen 0) (largest 0))
    ((car subject) (lambda (x) (set! seen (+ seen 1))))
    ((car subject) (lambda (x) (if (> x largest) (set! largest x))))
    ((car subject) (lambda (x) (if (odd? x) (plain 'deposit! 1) (plain 'withdraw! 1))))
    (do ((i 0 (+ i 1)) (sum 0 (+ sum (apply + (map (lambda (shape) (+ (shape 'area) (shape 'outline) (shape 'sides))) shapes)))))
        ((= i rounds) (list sum seen largest (plain 'balance) (savings 'balance)))
      (do ((j 0 (+ j 1))) ((= j 100))
        ((cdr subject) (+ i j)))
      (if (= 0 (modulo i 100)) (savings 'accrue!))
      (savings 'deposit! 1)
      (savings 'withdraw! 1))))

(measure (lambda () (run 4000)) '(956488000 400000 4098 1000 1466))
