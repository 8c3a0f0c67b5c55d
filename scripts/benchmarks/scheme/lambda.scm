;;; lambda: terms of the lambda calculus with numbered variables, reduced to normal form: numerals, factorials, lists.
(import (scheme base) (scheme cxr) (scheme write) (scheme time))
(include "measure.scm")

;; A term is a number (a variable by its depth), (lam . body), or (app f . x).
(define (lam body) (cons 'lam body))
(define (app f x) (cons 'app (cons f x)))
(define (lam? t) (and (pair? t) (eq? (car t) 'lam)))
(define (app? t) (and (pair? t) (eq? (car t) 'app)))

(define (shift t by from)
  (cond ((number? t) (if (>= t from) (+ t by) t))
        ((lam? t) (lam (shift (cdr t) by (+ from 1))))
        (else (app (shift (cadr t) by from) (shift (cddr t) by from)))))

(define (substitute t n x)
  (cond ((number? t) (cond ((= t n) (if (= n 0) x (shift x n 0))) ((> t n) (- t 1)) (else t)))
        ((lam? t) (lam (substitute (cdr t) (+ n 1) x)))
        (else (app (substitute (cadr t) n x) (substitute (cddr t) n x)))))

(define reductions 0)
(define (head t)
  (if (app? t)
      (let ((f (head (cadr t))))
        (if (lam? f)
            (begin (set! reductions (+ reductions 1)) (head (substitute (cdr f) 0 (cddr t))))
            (app f (cddr t))))
      t))
(define (normal t)
  (let ((t (head t)))
    (cond ((number? t) t)
          ((lam? t) (lam (normal (cdr t))))
          (else (app (normal (cadr t)) (normal (cddr t)))))))

;; From terms with names.
(define (term e names)
  (cond ((symbol? e) (let loop ((names names) (i 0)) (if (eq? (car names) e) i (loop (cdr names) (+ i 1)))))
        ((and (pair? e) (eq? (car e) 'fn)) (lam (term (caddr e) (cons (cadr e) names))))
        ((pair? e) (let loop ((f (term (car e) names)) (rest (cdr e))) (if (null? rest) f (loop (app f (term (car rest) names)) (cdr rest)))))
        (else e)))
(define (numeral n) (list 'fn 'f (list 'fn 'x (let loop ((n n)) (if (= n 0) 'x (list 'f (loop (- n 1))))))))


(define plus '(fn m (fn n (fn f (fn x (m f (n f x)))))))
(define times '(fn m (fn n (fn f (m (n f))))))
(define power '(fn m (fn n (n m))))
(define pair-step (list 'fn 'p (list 'fn 's (list 's (list 'p (list 'fn 'a (list 'fn 'b (list (list plus 'a) (numeral 1)))))
                                                  (list 'p (list 'fn 'a (list 'fn 'b (list (list times 'a) 'b))))))))
(define (factorial n)
  (list (list (numeral n) pair-step (list 'fn 's (list 's (numeral 1) (numeral 1)))) '(fn a (fn b b))))


(define (count t) (let loop ((t (cdr (cdr t))) (n 0)) (if (app? t) (loop (cddr t) (+ n 1)) n)))
(define (count-of e) (count (normal (term e (quote ())))))

(measure (lambda ()
           (set! reductions 0)
           (let* ((a (count-of (list times (numeral 30) (numeral 30))))
                  (b (count-of (list power (numeral 2) (numeral 14))))
                  (c (count-of (factorial 7))))
             (list a b c reductions)))
         '(900 16384 5040 162585))
