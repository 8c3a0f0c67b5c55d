;;; generators: same fringe of two trees, by generators made of re-entrant call/cc; two switches for each leaf.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (tree from to)
  (if (= from to)
      from
      (let ((middle (quotient (+ from to) 2)))
        (cons (tree from middle) (tree (+ middle 1) to)))))

;; The same leaves from left to right, hung up on one side.
(define (right-comb from to)
  (if (= from to)
      from
      (cons from (right-comb (+ from 1) to))))

(define done (list 'done))

;; A thunk that returns the next leaf at each call, at last DONE.
(define (leaf-generator tree)
  (define return #f)
  (define (walk node)
    (if (pair? node)
        (begin
          (walk (car node))
          (walk (cdr node)))
        (call-with-current-continuation
         (lambda (rest)
           (set! resume (lambda () (rest #f)))
           (return node)))))
  (define resume
    (lambda ()
      (walk tree)
      (return done)))
  (lambda ()
    (call-with-current-continuation
     (lambda (k)
       (set! return k)
       (resume)))))

(define (same-fringe? a b)
  (let ((next-a (leaf-generator a)) (next-b (leaf-generator b)))
    (let loop ((count 0))
      (let ((x (next-a)) (y (next-b)))
        (cond ((not (eqv? x y)) #f)
              ((eq? x done) count)
              (else (loop (+ count 1))))))))

(define balanced (tree 1 2000))
(define comb (right-comb 1 2000))

;; 50,000 leaves in each of two generators: 100,000 switches in and as many out.
(measure (lambda ()
           (let loop ((i 0) (count 0))
             (if (= i 25)
                 count
                 (loop (+ i 1) (+ count (same-fringe? balanced comb))))))
         50000)
