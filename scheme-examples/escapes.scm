; call/cc as a way out: leaving a for-each, a product that stops at zero, errors by escape, a nested search.

(define (find-first keep? items)
  (call/cc
   (lambda (return)
     (for-each (lambda (item) (if (keep? item) (return item))) items)
     #f)))

(write (find-first even? '(1 3 4 5 6)))
(newline)
(write (find-first even? '(1 3 5)))
(newline)

(define multiplications 0)
(define (product items)
  (call-with-current-continuation
   (lambda (return)
     (let loop ((items items))
       (cond ((null? items) 1)
             ((= (car items) 0) (return 0))
             (else
              (let ((rest (loop (cdr items))))
                (set! multiplications (+ multiplications 1))
                (* (car items) rest))))))))

(write (list (product '(1 2 3 4 5)) multiplications))
(newline)
(write (list (product '(1 2 3 0 4 5)) multiplications))
(newline)

; Division that reports through a handler which escapes.
(define (divide-all pairs fail)
  (map (lambda (p)
         (if (= (cdr p) 0)
             (fail (list 'cannot-divide (car p)))
             (quotient (car p) (cdr p))))
       pairs))

(define (attempt pairs)
  (call/cc (lambda (fail) (divide-all pairs fail))))

(write (attempt '((10 . 2) (9 . 3) (8 . 4))))
(newline)
(write (attempt '((10 . 2) (9 . 0) (8 . 4))))
(newline)

; Out of two loops at once.
(define (pythagorean-triple perimeter)
  (call/cc
   (lambda (found)
     (do ((a 1 (+ a 1)))
         ((= a perimeter) 'none)
       (do ((b a (+ b 1)))
           ((>= (+ a b) perimeter))
         (let ((c (- perimeter a b)))
           (if (= (+ (* a a) (* b b)) (* c c))
               (found (list a b c)))))))))

(write (map pythagorean-triple '(12 13 30 120)))
(newline)

; An escape from a deep recursion.
(define (dive n surface)
  (if (= n 0)
      (surface 'surfaced)
      (+ 1 (dive (- n 1) surface))))
(write (call/cc (lambda (k) (dive 10000 k))))
(newline)
