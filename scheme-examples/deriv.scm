; Symbolic differentiation with a simplifier: lists as formulas.

(define (sum a b)
  (cond ((and (number? a) (number? b)) (+ a b))
        ((eqv? a 0) b)
        ((eqv? b 0) a)
        (else (list '+ a b))))

(define (product a b)
  (cond ((and (number? a) (number? b)) (* a b))
        ((or (eqv? a 0) (eqv? b 0)) 0)
        ((eqv? a 1) b)
        ((eqv? b 1) a)
        (else (list '* a b))))

(define (power base exponent)
  (cond ((eqv? exponent 0) 1)
        ((eqv? exponent 1) base)
        (else (list 'expt base exponent))))

(define (deriv formula x)
  (cond ((number? formula) 0)
        ((symbol? formula) (if (eq? formula x) 1 0))
        (else
         (let ((a (cadr formula))
               (b (if (pair? (cddr formula)) (caddr formula) #f)))
           (case (car formula)
             ((+) (sum (deriv a x) (deriv b x)))
             ((*) (sum (product a (deriv b x)) (product (deriv a x) b)))
             ((expt) (product (product b (power a (- b 1))) (deriv a x)))
             ((sin) (product (list 'cos a) (deriv a x)))
             ((cos) (product -1 (product (list 'sin a) (deriv a x))))
             (else (error "deriv: unknown operator" (car formula))))))))

(define (value formula x at)
  (cond ((number? formula) formula)
        ((symbol? formula) (if (eq? formula x) at (error "value: unbound" formula)))
        (else
         (let ((arguments (map (lambda (f) (value f x at)) (cdr formula))))
           (apply (cdr (assq (car formula)
                             (list (cons '+ +) (cons '* *) (cons 'expt expt)
                                   (cons 'sin sin) (cons 'cos cos))))
                  arguments)))))

(define formulas
  '(3
    x
    (+ x 5)
    (* x x)
    (expt x 4)
    (+ (* 3 (expt x 2)) (+ (* 2 x) 1))
    (* a (* x y))
    (sin (* 2 x))
    (* x (cos x))))

(for-each
 (lambda (f)
   (write f)
   (display "  =>  ")
   (write (deriv f 'x))
   (newline))
 formulas)

(define polynomial '(+ (* 3 (expt x 2)) (+ (* 2 x) 1)))
(write (map (lambda (at) (value (deriv polynomial 'x) 'x at)) '(0 1 2 10)))
(newline)
