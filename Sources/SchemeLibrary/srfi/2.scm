;;; SRFI 2: and-let*.
(define-library (srfi 2)
  (export and-let*)
  (import (scheme base))
  (begin
    ;; A clause is (variable expression), (expression), or a variable.
    (define-syntax and-let*
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () body ...) (let () body ...))
        ((_ ((variable expression))) expression)
        ((_ ((expression))) expression)
        ((_ (variable)) variable)
        ((_ ((variable expression) clause ...) body ...)
         (let ((variable expression))
           (if variable (and-let* (clause ...) body ...) #f)))
        ((_ ((expression) clause ...) body ...)
         (if expression (and-let* (clause ...) body ...) #f))
        ((_ (variable clause ...) body ...)
         (if variable (and-let* (clause ...) body ...) #f))))))
