;;; Every numeric procedure with no to three arguments of all kinds, called directly and by apply. Each line is a procedure with its first arguments and then what
;;; it gives for each last argument: `!` for an error, `?` for a procedure that the system does not have. What apply gives follows after `apply:` where it differs.
;;; The file names nothing that R5RS lacks but the table's procedures and what a prologue defines: zero-point, 0. where no compiler sees it;
;;; (caught thunk), its string or `!`; (evaluate form).

(define numbers
  (list 0 1 -1 2 -7 10 536870911 536870912 1152921504606846975 1152921504606846976 -1152921504606846977 18446744073709551616
        123456789012345678901234567890 1/2 -7/3 123456789012345678901/2 0. (- 0.) 1. -1. .5 -2.5 4503599627370497.5 1e21 1e308 5e-324
        (/ 1. zero-point) (/ -1. zero-point) (- (/ 1. zero-point) (/ 1. zero-point))
        (make-rectangular 0 1) (make-rectangular 1 -2) (make-rectangular 1/2 3/4) (make-rectangular 1.5 -.5)))
(define pairs
  (list 0 1 -1 3 -10 1152921504606846976 -123456789012345678901234567890 -7/3 0. (- 0.) 1. -2.5 1e21 (/ 1. zero-point) (- (/ 1. zero-point) (/ 1. zero-point))
        (make-rectangular 1 -2) (make-rectangular 1.5 -.5)))
(define triples (list 0 -2 1152921504606846975 1/2 -1.5 (- (/ 1. zero-point) (/ 1. zero-point)) (make-rectangular 0 1)))
;; Exponents that a power of which can be computed and written.
(define exponents (list 0 1 -1 2 -3 5 1/2 -7/3 0. -1. .5 2.5 (/ 1. zero-point) (make-rectangular 0 1) (make-rectangular 1.5 -.5)))

(define (show x)
  (cond ((number? x)
         (let* ((text (number->string x)) (n (string-length text)))
           (if (> n 60)
               (string-append (substring text 0 20) "[" (number->string n) "]" (substring text (- n 20) n))
               text)))
        ((eq? x #t) "#t")
        ((eq? x #f) "#f")
        ((string? x) x)
        ((pair? x) (apply string-append "(" (show (car x)) (append (map (lambda (x) (string-append "," (show x))) (cdr x)) (list ")"))))
        (else "other")))

(define (result-of thunk)
  (caught (lambda () (call-with-values thunk (lambda results (if (and (pair? results) (null? (cdr results))) (show (car results)) (show results)))))))

(define (cell direct applied)
  (let ((a (result-of direct)) (b (result-of applied)))
    (display " ")
    (display a)
    (if (not (string=? a b)) (begin (display " apply: ") (display b)))))

(define (row name . arguments)
  (display "(")
  (display name)
  (for-each (lambda (x) (display " ") (display (show x))) arguments)
  (display ")"))

;; A procedure that calls the one of a name; `evaluate` is the prologue's.
(define (caller name . parameters) (evaluate (list 'lambda parameters (cons name parameters))))
(define (applier name . parameters)
  (evaluate (list 'lambda parameters (list 'apply name (cons 'list parameters)))))

(define (none . names)
  (for-each (lambda (name) (row name) (cell (caller name) (applier name)) (newline)) names))
(define (one . names)
  (for-each
   (lambda (name)
     (let ((direct (caller name 'a)) (applied (applier name 'a)))
       (row name)
       (for-each (lambda (a) (cell (lambda () (direct a)) (lambda () (applied a)))) numbers)
       (newline)))
   names))
(define (two seconds . names)
  (for-each
   (lambda (name)
     (let ((direct (caller name 'a 'b)) (applied (applier name 'a 'b)))
       (for-each
        (lambda (a)
          (row name a)
          (for-each (lambda (b) (cell (lambda () (direct a b)) (lambda () (applied a b)))) seconds)
          (newline))
        pairs)))
   names))
(define (three . names)
  (for-each
   (lambda (name)
     (let ((direct (caller name 'a 'b 'c)) (applied (applier name 'a 'b 'c)))
       (for-each
        (lambda (a)
          (for-each
           (lambda (b)
             (row name a b)
             (for-each (lambda (c) (cell (lambda () (direct a b c)) (lambda () (applied a b c)))) triples)
             (newline))
           triples))
        triples)))
   names))

(none '+ '* '- '/ 'gcd 'lcm '= '< 'max)
(one 'number? 'complex? 'real? 'rational? 'integer? 'exact? 'inexact? 'exact-integer? 'finite? 'infinite? 'nan? 'zero? 'positive? 'negative? 'odd? 'even? '+ '* '- '/ '= '< '> 'max 'min 'abs 'magnitude 'angle 'real-part 'imag-part 'numerator 'denominator 'floor 'ceiling 'round 'truncate 'exact 'inexact 'square 'sqrt 'exp 'log 'sin 'cos 'tan 'asin 'acos 'atan 'gcd 'lcm 'exact-integer-sqrt 'number->string)
(two pairs '+ '* '- '/ '= '< '> '<= '>= 'max 'min 'quotient 'remainder 'modulo 'floor/ 'floor-quotient 'floor-remainder 'truncate/ 'truncate-quotient 'truncate-remainder 'gcd 'lcm 'atan 'make-rectangular 'make-polar 'rationalize 'log)
(two exponents 'expt)
(three '+ '* '- '/ '= '< '>= 'max 'min 'gcd)
