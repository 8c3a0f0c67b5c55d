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

;; What a case-lambda does with a number of arguments that it has no clause for.
(define (%no-clause count)
  (error "case-lambda: no clause takes this number of arguments:" count))
