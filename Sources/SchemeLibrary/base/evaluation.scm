;; Evaluation while a program runs: load and environment.

(define (load file . environment)
  (let ((source (%open-source file)))
    (let loop ()
      (let ((run (apply %next-form source environment)))
        (if run (begin (run) (loop)))))))

(define (environment . sets)
  (let ((made (%environment sets)))
    (for-each (lambda (run) (run)) (cdr made))
    (car made)))

;; A procedure that calls the first of some procedures that takes as many arguments as it is given.
(define (%case-lambda . clauses)
  (lambda arguments
    (let ((count (length arguments)))
      (let loop ((rest clauses))
        (if (null? rest)
            (error "case-lambda: no clause takes this number of arguments:" count)
            (if (%accepts? (car rest) count)
                (apply (car rest) arguments)
                (loop (cdr rest))))))))
