; The sun and four planets, stepped by a symplectic integrator; the energy must hardly change.
; A body is a vector: position (0-2), velocity (3-5), mass (6).

(define pi 3.141592653589793)
(define solar-mass (* 4.0 pi pi))
(define days 365.24)

(define (body x y z vx vy vz mass)
  (vector x y z (* vx days) (* vy days) (* vz days) (* mass solar-mass)))

(define sun (vector 0.0 0.0 0.0 0.0 0.0 0.0 solar-mass))

(define bodies
  (list
   sun
   (body 4.84143144246472090 -1.16032004402742839 -0.103622044471123109
         0.00166007664274403694 0.00769901118419740425 -0.0000690460016972063023
         0.000954791938424326609)
   (body 8.34336671824457987 4.12479856412430479 -0.403523417114321381
         -0.00276742510726411619 0.00499852801234917238 0.0000230417297573763929
         0.000285885980666130812)
   (body 12.8943695621391310 -15.1111514016986312 -0.223307578892655734
         0.00296460137564761618 0.00237847173959480950 -0.0000296589568540237556
         0.0000436624404335156298)
   (body 15.3796971148509165 -25.9193146099879641 0.179258772950371181
         0.00268067772490389322 0.00162824170038242295 -0.0000951592254519715870
         0.0000515138902046611451)))

(define (vector-add! v i amount)
  (vector-set! v i (+ (vector-ref v i) amount)))

; Give the sun the momentum that makes the sum zero.
(define (offset-momentum!)
  (for-each
   (lambda (i)
     (let loop ((rest bodies) (sum 0.0))
       (if (null? rest)
           (vector-set! sun i (- (/ sum solar-mass)))
           (let ((b (car rest)))
             (loop (cdr rest) (+ sum (* (vector-ref b i) (vector-ref b 6))))))))
   '(3 4 5)))

(define (distance-squared a b)
  (let ((dx (- (vector-ref a 0) (vector-ref b 0)))
        (dy (- (vector-ref a 1) (vector-ref b 1)))
        (dz (- (vector-ref a 2) (vector-ref b 2))))
    (+ (* dx dx) (* dy dy) (* dz dz))))

(define (energy)
  (let outer ((rest bodies) (sum 0.0))
    (if (null? rest)
        sum
        (let* ((b (car rest))
               (kinetic (* 0.5 (vector-ref b 6)
                           (+ (square (vector-ref b 3))
                              (square (vector-ref b 4))
                              (square (vector-ref b 5))))))
          (let inner ((others (cdr rest)) (sum (+ sum kinetic)))
            (if (null? others)
                (outer (cdr rest) sum)
                (inner (cdr others)
                       (- sum (/ (* (vector-ref b 6) (vector-ref (car others) 6))
                                 (sqrt (distance-squared b (car others))))))))))))

(define (attract! a b dt)
  (let* ((d2 (distance-squared a b))
         (magnitude (/ dt (* d2 (sqrt d2)))))
    (do ((i 0 (+ i 1)))
        ((= i 3))
      (let ((d (- (vector-ref a i) (vector-ref b i))))
        (vector-add! a (+ i 3) (- (* d (vector-ref b 6) magnitude)))
        (vector-add! b (+ i 3) (* d (vector-ref a 6) magnitude))))))

(define (advance! dt)
  (let loop ((rest bodies))
    (unless (null? rest)
      (for-each (lambda (other) (attract! (car rest) other dt)) (cdr rest))
      (loop (cdr rest))))
  (for-each
   (lambda (b)
     (do ((i 0 (+ i 1)))
         ((= i 3))
       (vector-add! b i (* dt (vector-ref b (+ i 3))))))
   bodies))

; Nine digits are more than the rounding errors of a few thousand steps.
(define (show-energy)
  (display (/ (round (* 1e9 (energy))) 1e9))
  (newline))

(offset-momentum!)
(show-energy)
(do ((i 0 (+ i 1)))
    ((= i 2000))
  (advance! 0.01))
(show-energy)
