;; Numbers: what is no computation of a primitive.

;; The simplest rational number that differs from x by no more than y (R7RS 6.2.6).
(define (rationalize x y)
  (let ((tolerance (abs y)))
    (cond
      ((not (real? x)) (error "rationalize: argument 1 must be a real number, but is" x))
      ((or (nan? x) (nan? y)) (+ x y))
      ((infinite? y) (if (infinite? x) (- x x) 0.0))
      ((infinite? x) x)
      ((and (exact? x) (exact? y)) (%simplest (- x tolerance) (+ x tolerance)))
      (else (inexact (%simplest (- (exact x) (exact tolerance)) (+ (exact x) (exact tolerance))))))))

;; The rational with the smallest denominator (and then numerator) between two exact ones.
(define (%simplest low high)
  (cond
    ((positive? low) (%simplest-positive low high))
    ((negative? high) (- (%simplest-positive (- high) (- low))))
    (else 0)))

(define (%simplest-positive low high)
  (let ((whole (floor low)))
    (cond
      ((= whole low) whole)
      ((< whole (floor high)) (+ whole 1))
      (else (+ whole (/ 1 (%simplest-positive (/ 1 (- high whole)) (/ 1 (- low whole)))))))))
