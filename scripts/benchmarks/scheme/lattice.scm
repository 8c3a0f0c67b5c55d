;;; lattice: counts the monotone maps between two lattices; higher-order list procedures.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

;; A lattice is its elements with a procedure that compares two: less, more, equal or uncomparable.
(define (lattice elements compare) (cons elements compare))
(define elements car)
(define comparison cdr)

(define (combine a b)
  (cond ((eq? a 'equal) b)
        ((eq? b 'equal) a)
        ((eq? a b) a)
        (else 'uncomparable)))

(define two
  (lattice '(low high)
           (lambda (a b)
             (cond ((eq? a b) 'equal)
                   ((eq? a 'low) 'less)
                   (else 'more)))))

(define (product a b)
  (lattice (apply append
                  (map (lambda (x) (map (lambda (y) (cons x y)) (elements b)))
                       (elements a)))
           (lambda (p q)
             (combine ((comparison a) (car p) (car q))
                      ((comparison b) (cdr p) (cdr q))))))

(define (allowed? order source-order)
  (or (eq? source-order 'uncomparable)
      (eq? order 'equal)
      (eq? order source-order)))

;; The maps from the elements of SOURCE to those of TARGET that keep the order, one element after the other.
(define (count-maps source target)
  (let ((in (comparison source)) (out (comparison target)))
    (let extend ((rest (elements source)) (chosen '()))
      (if (null? rest)
          1
          (let ((x (car rest)))
            (let try ((candidates (elements target)) (sum 0))
              (if (null? candidates)
                  sum
                  (let ((y (car candidates)))
                    (try (cdr candidates)
                         (if (let fits? ((chosen chosen))
                               (or (null? chosen)
                                   (and (allowed? (out y (cdar chosen)) (in x (caar chosen)))
                                        (fits? (cdr chosen)))))
                             (+ sum (extend (cdr rest) (cons (cons x y) chosen)))
                             sum))))))))))

(define eight (product two (product two two)))

;; A product of n twos has as many maps to one of three twos as its maps to two alone (the n-th Dedekind number), cubed.
(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 10) (count-maps eight eight))
             (count-maps eight eight)))
         8000)
