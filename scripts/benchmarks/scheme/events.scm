;;; events: a simulation of queues: a heap of events in a vector, records, closures as what happens.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define-record-type event (make-event time action) event? (time event-time) (action event-action))
(define-record-type server (make-server busy waiting served) server?
  (busy server-busy set-server-busy!) (waiting server-waiting set-server-waiting!) (served server-served set-server-served!))

(define heap (make-vector 1024 #f))
(define heap-size 0)

(define (event-before? a b) (< (event-time a) (event-time b)))

(define (insert! event)
  (let sift ((i heap-size))
    (let ((parent (quotient (- i 1) 2)))
      (if (and (> i 0) (event-before? event (vector-ref heap parent)))
          (begin (vector-set! heap i (vector-ref heap parent)) (sift parent))
          (vector-set! heap i event))))
  (set! heap-size (+ heap-size 1)))

(define (next!)
  (let ((first (vector-ref heap 0)) (last (vector-ref heap (- heap-size 1))))
    (set! heap-size (- heap-size 1))
    (let sift ((i 0))
      (let* ((left (+ (* 2 i) 1))
             (child (if (and (< (+ left 1) heap-size) (event-before? (vector-ref heap (+ left 1)) (vector-ref heap left))) (+ left 1) left)))
        (if (and (< left heap-size) (event-before? (vector-ref heap child) last))
            (begin (vector-set! heap i (vector-ref heap child)) (sift child))
            (vector-set! heap i last))))
    first))

(define seed 42)
(define (random! n)
  (set! seed (modulo (+ (* seed 25214903917) 11) 281474976710656))
  (modulo (quotient seed 65536) n))

(define now 0)
(define total-wait 0)
(define (after! delay action) (insert! (make-event (+ now delay) action)))

(define (arrive! server)
  (let ((came now))
    (if (server-busy server)
        (set-server-waiting! server (append (server-waiting server) (list came)))
        (begin (set-server-busy! server #t) (start! server came)))))

(define (start! server came)
  (set! total-wait (+ total-wait (- now came)))
  (after! (+ 1 (random! 20))
          (lambda ()
            (set-server-served! server (+ 1 (server-served server)))
            (let ((waiting (server-waiting server)))
              (if (pair? waiting)
                  (begin (set-server-waiting! server (cdr waiting)) (start! server (car waiting)))
                  (set-server-busy! server #f))))))

(define (source! server count)
  (if (> count 0)
      (after! (+ 1 (random! 24)) (lambda () (arrive! server) (source! server (- count 1))))))

(define (run servers customers)
  (set! now 0) (set! total-wait 0) (set! seed 42) (set! heap-size 0)
  (let ((all (let loop ((i 0) (all '())) (if (= i servers) all (loop (+ i 1) (cons (make-server #f '() 0) all))))))
    (for-each (lambda (server) (source! server customers)) all)
    (let loop ((count 0))
      (if (= heap-size 0)
          (list count now total-wait (apply + (map server-served all)))
          (let ((event (next!)))
            (set! now (event-time event))
            ((event-action event))
            (loop (+ count 1)))))))

(measure (lambda () (run 200 1000)) '(400000 13223 3063708 200000))
