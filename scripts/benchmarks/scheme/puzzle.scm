;;; puzzle: packs pieces of four classes into a box of 5 by 5 by 5 by exhaustive search; vectors of booleans.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define side 8)
(define cells (* side side side))

(define (cell x y z) (+ x (* side (+ y (* side z)))))

;; A piece is a vector of cell offsets, with the class it belongs to; there are so many of each class.
(define (box-piece dx dy dz)
  (let ((offsets (make-vector (* dx dy dz) 0)) (next 0))
    (do ((z 0 (+ z 1))) ((= z dz) offsets)
      (do ((y 0 (+ y 1))) ((= y dy))
        (do ((x 0 (+ x 1))) ((= x dx))
          (vector-set! offsets next (cell x y z))
          (set! next (+ next 1)))))))

(define pieces
  (vector (cons 0 (box-piece 4 2 1)) (cons 0 (box-piece 1 4 2)) (cons 0 (box-piece 2 1 4))
          (cons 0 (box-piece 2 4 1)) (cons 0 (box-piece 4 1 2)) (cons 0 (box-piece 1 2 4))
          (cons 1 (box-piece 3 1 1)) (cons 1 (box-piece 1 3 1)) (cons 1 (box-piece 1 1 3))
          (cons 2 (box-piece 2 2 1)) (cons 2 (box-piece 2 1 2)) (cons 2 (box-piece 1 2 2))
          (cons 3 (box-piece 2 2 2))))

(define taken (make-vector cells #t))
(define left (make-vector 4))
(define trials 0)

(define (fits? offsets at)
  (let loop ((i (- (vector-length offsets) 1)))
    (or (< i 0)
        (and (not (vector-ref taken (+ at (vector-ref offsets i))))
             (loop (- i 1))))))

(define (mark! piece at value change)
  (let ((offsets (cdr piece)) (class (car piece)))
    (do ((i 0 (+ i 1))) ((= i (vector-length offsets)))
      (vector-set! taken (+ at (vector-ref offsets i)) value))
    (vector-set! left class (+ (vector-ref left class) change))))

(define (first-free from)
  (cond ((= from cells) #f)
        ((vector-ref taken from) (first-free (+ from 1)))
        (else from)))

(define (solve from limit)
  (set! trials (+ trials 1))
  (let ((at (first-free from)))
    (cond ((not at) #t)
          ((> trials limit) #f)
          (else
           (let try ((i 0))
             (if (= i (vector-length pieces))
                 #f
                 (let ((piece (vector-ref pieces i)))
                   (if (and (> (vector-ref left (car piece)) 0)
                            (fits? (cdr piece) at))
                       (begin
                         (mark! piece at #t -1)
                         (or (solve at limit)
                             (begin
                               (mark! piece at #f 1)
                               (try (+ i 1)))))
                       (try (+ i 1))))))))))

(define (start limit)
  (vector-fill! taken #t)
  (do ((z 0 (+ z 1))) ((= z 5))
    (do ((y 0 (+ y 1))) ((= y 5))
      (do ((x 0 (+ x 1))) ((= x 5))
        (vector-set! taken (cell x y z) #f))))
  (for-each (lambda (class count) (vector-set! left class count)) '(0 1 2 3) '(13 3 1 1))
  (set! trials 0)
  (let ((solved (solve 0 limit)))
    (list solved trials)))

;; Once it takes 2,006 trials; a hundred times over.
(measure (lambda ()
           (do ((i 1 (+ i 1)))
               ((= i 100) (start 400000))
             (start 400000)))
         '(#t 2006))
