;;; SRFI 41: streams.
(import (scheme base) (scheme write) (srfi 41))
(include "../R7RS/check.scm")

(define (items . arguments) (apply stream->list arguments))
(define naturals (stream-from 0))

;; Nothing is computed before it is asked for, and nothing twice.
(check (let* ((count 0) (s (stream-cons (begin (set! count (+ count 1)) 'a) (car '()))))
         (list count (stream-car s) (stream-car s) count (stream? (stream-cdr s))))
       => '(0 a a 1 #t))
(check-error (let ((s (stream-cons 1 'no-stream))) (stream-null? (stream-cdr s))))
(check (let* ((count 0) (s (stream-map (lambda (x) (set! count (+ count 1)) x) naturals)))
         (list count (items 3 s) (items 3 s) count))
       => '(0 (0 1 2) (0 1 2) 3))
(check (map (lambda (x) (list (stream? x) (stream-null? x) (stream-pair? x))) (list stream-null (stream 1) '() 5))
       => '((#t #t #f) (#t #f #t) (#f #f #f) (#f #f #f)))
(check-error (stream-car stream-null) (stream-cdr stream-null) (stream-car '(1)) (stream-map 5 naturals) (stream-map car) (stream-take -1 naturals) (list->stream 5)
             (stream-ref (stream 1) 1) (stream-length 5))

;; Constructors
(check (items (list->stream '(1 2 3))) => '(1 2 3))
(check (items (port->stream (open-input-string "abc"))) => '(#\a #\b #\c))
(check (items (stream)) => '())
(check (items 5 (stream-constant 1 2)) => '(1 2 1 2 1))
(check (items 3 (stream-from 1 2)) => '(1 3 5))
(check (items 4 (stream-iterate (lambda (x) (* 2 x)) 1)) => '(1 2 4 8))
(check (list (items (stream-range 0 4)) (items (stream-range 4 0)) (items (stream-range 0 5 2)) (items (stream-range 0 1 1/2))) => '((0 1 2 3) (4 3 2 1) (0 2 4) (0 1/2)))
(check (items (stream-unfold (lambda (x) (* x x)) (lambda (x) (< x 4)) (lambda (x) (+ x 1)) 0)) => '(0 1 4 9))
(define (split-by wanted? s)
  (stream-unfolds (lambda (s)
                    (if (stream-null? s)
                        (values s '() '())
                        (let ((x (stream-car s)))
                          (if (wanted? x)
                              (values (stream-cdr s) (list x) #f)
                              (values (stream-cdr s) #f (list x))))))
                  s))
(check-values (call-with-values (lambda () (split-by odd? (stream-range 1 6))) (lambda (a b) (values (items a) (items b)))) => '(1 3 5) '(2 4))

;; Streams from streams
(check (items (stream-append (stream 1 2) stream-null (stream 3))) => '(1 2 3))
(check (items 4 (stream-append (stream 1 2) naturals)) => '(1 2 0 1))
(check (items (stream-concat (stream (stream 1 2) (stream) (stream 3)))) => '(1 2 3))
(check (list (items (stream-drop 2 (stream 1 2 3))) (items (stream-drop 5 (stream 1 2 3)))) => '((3) ()))
(check (items (stream-drop-while odd? (stream 1 3 4 5))) => '(4 5))
(check (items 3 (stream-filter odd? naturals)) => '(1 3 5))
(check (items (stream-map + (stream 1 2 3) naturals)) => '(1 3 5))
(check (items (stream-reverse (stream 1 2 3))) => '(3 2 1))
(check (items (stream-scan + 0 (stream 1 2 3))) => '(0 1 3 6))
(check (items (stream-take-while (lambda (x) (< x 3)) naturals)) => '(0 1 2))
(check (items (stream-zip (stream 1 2 3) (stream 'a 'b))) => '((1 a) (2 b)))

;; Consumers
(check (stream-fold - 10 (stream 1 2 3)) => 4)
(check (let ((sum 0)) (stream-for-each (lambda (x y) (set! sum (+ sum (* x y)))) (stream 1 2 3) naturals) sum) => 8)
(check (list (stream-length (stream 1 2 3)) (stream-ref naturals 50)) => '(3 50))

;; Forms
(define-stream (up-to n) (let loop ((i 0)) (if (= i n) stream-null (stream-cons i (up-to-from (+ i 1) n)))))
(define-stream (up-to-from i n) (if (= i n) stream-null (stream-cons i (up-to-from (+ i 1) n))))
(check (items (up-to 3)) => '(0 1 2))
(check (items (stream-let loop ((i 0)) (if (= i 3) stream-null (stream-cons (* i i) (loop (+ i 1)))))) => '(0 1 4))
(check (items ((stream-lambda (a . rest) (stream-cons a (list->stream rest))) 1 2 3)) => '(1 2 3))
(define (kind s)
  (stream-match s
    (() 'empty)
    ((_) 'one)
    ((a b) (= a b) (list 'twice a))
    ((a . rest) (list a (stream-length rest)))))
(check (map kind (list stream-null (stream 1) (stream 2 2) (stream 1 2) (stream 1 2 3))) => '(empty one (twice 2) (1 1) (1 2)))
(check (stream-match (stream 1 2) (all (stream-length all))) => 2)
(check-error (stream-match (stream 1) (() 'empty)))
(check (items (stream-of (* x y) (x in (stream-range 1 4)) (odd? x) (y is (+ x 1)))) => '(2 12))
(check (items (stream-of (list x y) (x in (stream 1 2)) (y in (stream 'a 'b)))) => '((1 a) (1 b) (2 a) (2 b)))

;; Long streams do not need a deep stack.
(check (stream-ref (stream-filter (lambda (x) (= 0 (modulo x 1000))) naturals) 3) => 3000)

(report "SRFI 41")
