;;; The frame of the conformance programs, included by each of them after its imports, which must have (scheme base) and (scheme write).
;;; A check that fails prints a line `FAIL expression: what it gave, what was expected`; (report NAME) at the end prints the counts.

(define passed 0)
(define failed 0)

(define (pass!) (set! passed (+ passed 1)))

(define (fail! expression got expected)
  (set! failed (+ failed 1))
  (display "FAIL ")
  (write expression)
  (display ": ")
  (write got)
  (display ", expected ")
  (write expected)
  (newline))

;; What THUNK returns, or (raised OBJECT) for what it raises.
(define (outcome thunk)
  (guard (e (#t (list 'raised (if (error-object? e) (error-object-message e) e))))
    (thunk)))

(define (check-same same? expression thunk expected)
  (let ((got (outcome thunk)))
    (if (same? got expected)
        (pass!)
        (fail! expression got expected))))

;; (check EXPRESSION => EXPECTED) compares by equal?; with several values, (check-values EXPRESSION => VALUE ...).
(define-syntax check
  (syntax-rules (=>)
    ((_ expression => expected)
     (check-same equal? 'expression (lambda () expression) expected))))

(define-syntax check-values
  (syntax-rules (=>)
    ((_ expression => expected ...)
     (check-same equal? 'expression (lambda () (call-with-values (lambda () expression) list)) (list expected ...)))))

;; Any value but #f will do; or only #f.
(define-syntax check-true
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (check-same (lambda (got wanted) (and got (not (and (pair? got) (eq? (car got) 'raised))))) 'expression (lambda () expression) #t)
       ...))))

(define-syntax check-false
  (syntax-rules ()
    ((_ expression ...)
     (begin (check-same eq? 'expression (lambda () expression) #f) ...))))

;; Within a relative 1e-12, and inexact.
(define (close? got expected)
  (and (number? got)
       (inexact? got)
       (<= (abs (- got expected)) (* 1e-12 (max 1 (abs expected))))))

(define-syntax check-close
  (syntax-rules (=>)
    ((_ expression => expected)
     (check-same close? 'expression (lambda () expression) expected))))

;; The evaluation of each expression raises something.
(define-syntax check-error
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (let ((got (guard (e (#t raised-something)) (list 'returned expression))))
         (if (eq? got raised-something)
             (pass!)
             (fail! 'expression got 'error)))
       ...))))
(define raised-something (list 'raised-something))

;; What PROCEDURE, called with a string port, writes there.
(define (output-of procedure)
  (let ((port (open-output-string)))
    (procedure port)
    (get-output-string port)))

(define (report name)
  (display name)
  (display ": ")
  (write passed)
  (display " passed, ")
  (write failed)
  (display " failed")
  (newline))
