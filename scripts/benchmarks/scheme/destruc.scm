;;; destruc: grows, cuts and splices lists in place; set-car!, set-cdr! on old objects.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (last-pair* items)
  (if (pair? (cdr items))
      (last-pair* (cdr items))
      items))

(define (splice! a b)
  (cond ((null? a) b)
        ((null? b) a)
        (else
         (set-cdr! (last-pair* a) b)
         a)))

;; Cuts ITEMS in the middle and swaps the halves, numbering the pairs that end up first.
(define (cut-and-swap! items length stamp)
  (let ((middle (quotient length 2)))
    (let loop ((i 1) (p items))
      (if (= i middle)
          (let ((second (cdr p)))
            (set-cdr! p '())
            (set-car! second stamp)
            (splice! second items))
          (begin
            (if (odd? (+ i stamp)) (set-car! p i))
            (loop (+ i 1) (cdr p)))))))

(define (make-rows rows columns)
  (let loop ((i 0) (result '()))
    (if (= i rows)
        result
        (loop (+ i 1) (cons (make-list columns 0) result)))))

(define (churn! rows columns count)
  (do ((stamp 0 (+ stamp 1)))
      ((= stamp count) rows)
    (let each ((p rows))
      (if (pair? p)
          (begin
            (set-car! p (cut-and-swap! (car p) columns stamp))
            (if (= (modulo stamp 7) 3)
                (set-car! p (splice! (cdr (car p)) (list stamp))))
            (each (cdr p)))))))

(define (checksum rows)
  (let outer ((rows rows) (sum 0))
    (if (null? rows)
        sum
        (let inner ((items (car rows)) (weight 1) (sum sum))
          (if (null? items)
              (outer (cdr rows) sum)
              (inner (cdr items) (+ weight 1) (modulo (+ sum (* weight (car items))) 1000003)))))))

(measure (lambda () (checksum (churn! (make-rows 100 60) 60 4000))) 654647)
