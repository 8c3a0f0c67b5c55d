(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(define-record-type size (make-size w h) size? (w size-w) (h size-h))
(display (point-x (make-size 1 2)))
