;;; gcbench: builds trees of which most die young, beside a long-lived tree and vector; the collector.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define-record-type <node> (make-node left right) node? (left node-left set-left!) (right node-right set-right!))

(define (populate! depth node)
  (if (> depth 0)
      (begin
        (set-left! node (make-node #f #f))
        (set-right! node (make-node #f #f))
        (populate! (- depth 1) (node-left node))
        (populate! (- depth 1) (node-right node)))))

(define (bottom-up depth)
  (if (= depth 0)
      (make-node #f #f)
      (make-node (bottom-up (- depth 1)) (bottom-up (- depth 1)))))

(define (size node)
  (if node
      (+ 1 (size (node-left node)) (size (node-right node)))
      0))

(define long-lived (make-node #f #f))
(define numbers (make-vector 500000 0))

(define (run)
  (set! long-lived (make-node #f #f))
  (populate! 16 long-lived)
  (do ((i 0 (+ i 1))) ((= i 500000))
    (vector-set! numbers i (/ 1.0 (+ i 1))))
  (do ((depth 4 (+ depth 2)) (built 0 (do ((count (quotient 1000000 (expt 2 depth)) (- count 1))
                                           (built built (+ built
                                                           (let ((top (make-node #f #f)))
                                                             (populate! depth top)
                                                             (size top))
                                                           (size (bottom-up depth)))))
                                          ((= count 0) built))))
      ((> depth 14) (list built (size long-lived) (vector-ref numbers 999)))))

(measure run '(23826208 131071 0.001))
