;; Ports: the current ones, which are parameters; the procedures that take a procedure to be called with a port, or while a port is the current one (R7RS 6.13). The port is closed when the
;; procedure returns; one that is left otherwise may be entered again, so then it stays open.

(define current-input-port (%current-port-parameter 0))
(define current-output-port (%current-port-parameter 1))
(define current-error-port (%current-port-parameter 2))

(define (port? x) (or (input-port? x) (output-port? x)))

(define (call-with-port port f)
  (call-with-values
    (lambda () (f port))
    (lambda results
      (close-port port)
      (apply values results))))

(define (call-with-input-file name f) (call-with-port (open-input-file name) f))

(define (call-with-output-file name f) (call-with-port (open-output-file name) f))

(define (%with-port parameter port thunk)
  (call-with-port port
    (lambda (port) (%parameterize (list (cons parameter port)) thunk))))

(define (with-input-from-file name thunk) (%with-port current-input-port (open-input-file name) thunk))

(define (with-output-to-file name thunk) (%with-port current-output-port (open-output-file name) thunk))

(define (with-input-from-string string thunk) (%with-port current-input-port (open-input-string string) thunk))

(define (call-with-output-string f)
  (let ((port (open-output-string)))
    (f port)
    (get-output-string port)))

(define (with-output-to-string thunk)
  (let ((port (open-output-string)))
    (%parameterize (list (cons current-output-port port)) thunk)
    (get-output-string port)))
