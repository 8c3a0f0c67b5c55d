;; Continuations from whoever gets them to what they are given, called after their extent; in and out of `dynamic-wind`s. Everything is done often enough to be compiled.

(include "include/generators.scm")

;; Whoever gets a continuation: procedures of all kinds, those that take no such argument, and what is no procedure. What a continuation is given, when it is called after its extent.
(define kept #f)
(define (give-to receiver) (call/cc receiver))
(define (keep k) (set! kept k) 'kept)
(define (keep-of k . rest) (set! kept k) (list 'kept rest))
(define (too-many k l) k)
(define given (case-lambda ((k) (set! kept k) 'one) ((k . rest) rest)))
(define parameter (make-parameter 1 (lambda (x) (set! kept x) 2)))
(show (map (lambda (receiver) (times 500 (lambda () (give-to receiver)))) (list keep keep-of given)) (procedure? (times 500 (lambda () (give-to (lambda l (car l)))))))
(show (times 500 (lambda () (give-to list?))) (try (lambda () (give-to car))) (try (lambda () (give-to 5))) (try (lambda () (give-to too-many))))
(show (times 500 (lambda () (try (lambda () (give-to too-many))))) (times 500 (lambda () (try (lambda () (give-to 'none))))))
(show (begin (give-to parameter) (procedure? kept)) (call/cc (lambda (k) (give-to k))) (procedure? (call/cc (lambda (k) (give-to (lambda (inner) (k inner)))))))
(define (with-values how)
  (let ((entered 0))
    (call-with-values
      (lambda () (call/cc (lambda (k) (set! kept k) (values 'first 'time))))
      (lambda all
        (set! entered (+ entered 1))
        (if (< entered 300) (how kept entered) (list entered all))))))
(show (with-values (lambda (k n) (k))) (with-values (lambda (k n) (k n))) (with-values (lambda (k n) (k n 'and n))) (with-values (lambda (k n) (apply k (vector->list (make-vector (modulo n 7) n))))) )
(show (with-values (lambda (k n) (dynamic-wind (lambda () #f) (lambda () (k n (* n 0.5))) (lambda () #f)))))

;; In and out of `dynamic-wind`s that are in each other: the thunks run with the handlers and parameters of their `dynamic-wind`.
(define log '())
(define level (make-parameter 0))
(define (note x) (set! log (cons (list x (level)) log)))
(define (winding name thunk)
  (dynamic-wind (lambda () (note (list name 'in))) thunk (lambda () (note (list name 'out)))))
(define (nested yield)
  (parameterize ((level 1))
    (winding 'a (lambda ()
      (parameterize ((level 2))
        (winding 'b (lambda () (yield 1) (parameterize ((level 3)) (winding 'c (lambda () (yield 2)))) (yield 3))))))))
(define (logged) (set! log '()) (let ((sum (sum-generated nested))) (list sum (length log) (list-tail (reverse log) (- (length log) 6)))))
(show (logged))
(show (times 400 logged))
(define (raised-in-wind) (guard (e (#t (list e (level)))) (parameterize ((level 5)) (dynamic-wind (lambda () #f) (lambda () 1) (lambda () (raise (level)))))))
(show (times 400 raised-in-wind))
