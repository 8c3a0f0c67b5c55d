;; Characters of ports in generated code: of one that is given, and of the current one, whatever that is at the moment.

(include "include/attempts.scm")

(define (pour from to) (let loop ((n 0)) (let ((c (read-char from))) (if (eof-object? c) n (begin (write-char c to) (loop (+ n 1)))))))
(define (pour-current) (let loop ((n 0)) (let ((c (peek-char))) (if (eof-object? c) n (begin (write-char (read-char)) (loop (+ n 1)))))))
(define (text n) (let ((out (open-output-string))) (do ((i 0 (+ i 1))) ((= i n) (get-output-string out)) (write-char (if (= (modulo i 97) 0) #\λ (integer->char (+ 33 (modulo i 90)))) out))))
(define (poured n) (let ((out (open-output-string))) (list (pour (open-input-string (text n)) out) (string=? (get-output-string out) (text n)))))
(define (poured-current n)
  (let ((out (open-output-string)))
    (list (parameterize ((current-input-port (open-input-string (text n))) (current-output-port out)) (pour-current)) (string=? (get-output-string out) (text n)))))
(show (map poured '(0 1 5000)) (map poured-current '(0 1 5000)) (times 50 (lambda (i) (list (poured i) (poured-current i)))))

;; Ports within ports, and other parameters around them.
(define other (make-parameter 0))
(define (next) (read-char))
(define (put c) (write-char c))
(define (nested)
  (parameterize ((current-input-port (open-input-string "abc")))
    (let* ((a (next)) (b (parameterize ((current-input-port (open-input-string "xyz"))) (next))) (c (parameterize ((other 1)) (next))))
      (list a b c (next) (eof-object? (next))))))
(show (times 2000 (lambda (i) (nested))))
(define (written)
  (let ((out (open-output-string)) (inner (open-output-string)))
    (parameterize ((current-output-port out)) (put #\a) (parameterize ((current-output-port inner)) (put #\b)) (parameterize ((other 1)) (put #\c)) (put #\newline))
    (list (get-output-string out) (get-output-string inner))))
(show (times 2000 (lambda (i) (written))))

;; What is not the right port, or no character.
(define closed (let ((p (open-input-string "abc"))) (close-port p) p))
(define (wrong what) (attempt (lambda () (parameterize ((current-input-port what)) (next)))))
(show (wrong closed) (wrong (open-input-bytevector (bytevector 1 2))) (wrong (open-output-string)) (attempt (lambda () (read-char 5))))
(define (wrong-output what c) (attempt (lambda () (parameterize ((current-output-port what)) (put c)))))
(show (wrong-output (open-output-bytevector) #\a) (wrong-output (open-output-string) 'a) (wrong-output (open-input-string "") #\a))

;; Other definitions of the names.
(define from (open-input-string "abcd"))
(define (of-current) (parameterize ((current-input-port from)) (next)))
(show (of-current))
(define (read-char . rest) 'own)
(show (of-current) (times 10 (lambda (i) (next))))

;; Integers, where the port's buffer has room for them, and where it has not.
(define (integers numbers) (let ((port (open-output-string))) (for-each (lambda (n) (write n port) (display n port) (write-char #\space port)) numbers) (get-output-string port)))
(define edges (list 0 -1 9 10 -10 99 100 1152921504606846975 -1152921504606846976 1152921504606846976 (- (expt 2 60)) (expt 2 61) (expt 2 64)))
(display (integers edges))
(newline)
(define (many n) (let ((port (open-output-string))) (do ((i 0 (+ i 1))) ((= i n) (string-length (get-output-string port))) (display (* i i i -1) port))))
(display (many 5000))
(newline)
