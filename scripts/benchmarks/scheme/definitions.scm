;;; definitions: a file of 10,000 definitions, read and evaluated one after the other: reader, expander, start of every procedure.
(import (scheme base) (scheme write) (scheme time) (scheme eval) (scheme read) (scheme repl))
(include "measure.scm")

;; The text is made here: each procedure calls the one before.
(define (definitions count)
  (let ((port (open-output-string)))
    (write-string "(define (f0 x) (+ x 1))\n" port)
    (do ((i 1 (+ i 1))) ((= i count) (get-output-string port))
      (write-string "(define (f" port)
      (write i port)
      (write-string " x) (if (< x " port)
      (write i port)
      (write-string ") x (f" port)
      (write (- i 1) port)
      (write-string " (- x 1))))\n" port))))

(define (load-text text where)
  (let ((port (open-input-string text)))
    (let loop ((count 0))
      (let ((form (read port)))
        (if (eof-object? form)
            count
            (begin
              (eval form where)
              (loop (+ count 1))))))))

(define text (definitions 10000))

(measure (lambda ()
           (let* ((where (interaction-environment))
                  (count (load-text text where)))
             (list count (eval '(f9999 20000) where) (eval '(f9999 5) where))))
         '(10000 10002 5))
