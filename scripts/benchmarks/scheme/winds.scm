;;; winds: dynamic-wind, left by escapes and entered again; the cost of winding.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define entered 0)
(define left 0)

(define (inside thunk)
  (dynamic-wind
   (lambda () (set! entered (+ entered 1)))
   thunk
   (lambda () (set! left (+ left 1)))))

(define (escapes count)
  (do ((i 0 (+ i 1)) (sum 0 (+ sum (call-with-current-continuation
                                    (lambda (k) (inside (lambda () (inside (lambda () (k i))))))))))
      ((= i count) sum)))

;; A body that is left and entered again COUNT times by one continuation each way.
(define (re-enters count)
  (let ((again #f) (rounds 0))
    (inside (lambda () (call-with-current-continuation (lambda (k) (set! again k)))))
    (set! rounds (+ rounds 1))
    (if (< rounds count) (again #f))
    rounds))

(define (plain count)
  (do ((i 0 (+ i 1)) (sum 0 (+ sum (inside (lambda () i))))) ((= i count) sum)))

(measure (lambda ()
           (set! entered 0)
           (set! left 0)
           (let* ((a (escapes 100000)) (b (re-enters 100000)) (c (plain 300000)))
             (list a b c entered left)))
         '(4999950000 100000 44999850000 600000 600000))
