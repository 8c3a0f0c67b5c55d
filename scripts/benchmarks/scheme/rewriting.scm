;;; rewriting: terms simplified by rules with pattern variables until nothing changes; differentiation by such rules.
(import (scheme base) (scheme cxr) (scheme write) (scheme time))
(include "measure.scm")

;; A pattern variable is a symbol of the rule's list of them; matching binds it in an association list.
(define variables '(?a ?b ?c ?n))
(define rules
  '(((+ ?a 0) ?a) ((+ 0 ?a) ?a) ((* ?a 1) ?a) ((* 1 ?a) ?a) ((* ?a 0) 0) ((* 0 ?a) 0)
    ((+ ?a ?a) (* 2 ?a)) ((- ?a ?a) 0) ((^ ?a 1) ?a) ((^ ?a 0) 1)
    ((d x) 1) ((d y) 0) ((d (+ ?a ?b)) (+ (d ?a) (d ?b))) ((d (- ?a ?b)) (- (d ?a) (d ?b)))
    ((d (* ?a ?b)) (+ (* (d ?a) ?b) (* ?a (d ?b))))
    ((d (^ ?a 2)) (* (* 2 ?a) (d ?a))) ((d (^ ?a 3)) (* (* 3 (^ ?a 2)) (d ?a)))
    ((* (* 2 ?a) (* 3 ?b)) (* 6 (* ?a ?b))) ((+ (* ?a ?b) (* ?a ?c)) (* ?a (+ ?b ?c)))
    ((* ?a (* 2 ?b)) (* 2 (* ?a ?b)))))

(define (match pattern term bindings)
  (cond ((memq pattern variables)
         (let ((bound (assq pattern bindings)))
           (if bound
               (and (equal? (cdr bound) term) bindings)
               (cons (cons pattern term) bindings))))
        ((pair? pattern)
         (and (pair? term)
              (let ((bindings (match (car pattern) (car term) bindings)))
                (and bindings (match (cdr pattern) (cdr term) bindings)))))
        ((eqv? pattern term) bindings)
        (else #f)))

(define (substitute template bindings)
  (cond ((pair? template) (cons (substitute (car template) bindings) (substitute (cdr template) bindings)))
        ((assq template bindings) => cdr)
        (else template)))

(define steps 0)
(define (rewrite-once term)
  (let loop ((rules rules))
    (if (null? rules)
        term
        (let ((bindings (match (car (car rules)) term '((none . none)))))
          (if bindings
              (begin (set! steps (+ steps 1)) (substitute (cadr (car rules)) bindings))
              (loop (cdr rules)))))))

(define (normalize term)
  (let* ((inner (if (pair? term)
                    (cons (car term) (map normalize (cdr term)))
                    term))
         (outer (if (and (pair? inner) (number? (cadr inner)) (pair? (cddr inner)) (number? (caddr inner)) (memq (car inner) '(+ - *)))
                    (case (car inner)
                      ((+) (+ (cadr inner) (caddr inner)))
                      ((-) (- (cadr inner) (caddr inner)))
                      (else (* (cadr inner) (caddr inner))))
                    (rewrite-once inner))))
    (if (equal? outer inner) inner (normalize outer))))

(define (size term) (if (pair? term) (+ 1 (apply + (map size (cdr term)))) 1))

(define (polynomial n)
  (if (= n 0)
      '(+ (* x y) (^ x 3))
      (list (if (even? n) '+ '*) (polynomial (- n 1)) (list '^ (list '+ 'x (if (even? n) 'y 0)) 2))))

(measure (lambda ()
           (set! steps 0)
           (let loop ((i 0) (sum 0))
             (if (= i 300)
                 (list sum steps)
                 (loop (+ i 1) (+ sum (size (normalize (list 'd (polynomial (+ 6 (modulo i 3)))))))))))
         '(40700 15600))
