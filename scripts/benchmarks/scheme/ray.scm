;;; ray: a ray tracer for spheres under one light; records of flonums.
(import (scheme base) (scheme write) (scheme time) (scheme inexact))
(include "measure.scm")

(define-record-type <vec> (vec x y z) vec? (x vx) (y vy) (z vz))
(define-record-type <sphere> (sphere center radius shade) sphere? (center sphere-center) (radius sphere-radius) (shade sphere-shade))

(define (v+ a b) (vec (+ (vx a) (vx b)) (+ (vy a) (vy b)) (+ (vz a) (vz b))))
(define (v- a b) (vec (- (vx a) (vx b)) (- (vy a) (vy b)) (- (vz a) (vz b))))
(define (scale k a) (vec (* k (vx a)) (* k (vy a)) (* k (vz a))))
(define (dot a b) (+ (* (vx a) (vx b)) (* (vy a) (vy b)) (* (vz a) (vz b))))
(define (unit a) (scale (/ 1.0 (sqrt (dot a a))) a))

(define world
  (let loop ((i 0) (spheres '()))
    (if (= i 25)
        spheres
        (loop (+ i 1)
              (cons (sphere (vec (- (* 2.0 (remainder i 5)) 4.0) (- (* 2.0 (quotient i 5)) 4.0) (+ 10.0 (* 0.5 (remainder i 3))))
                            (+ 0.6 (* 0.05 (remainder i 7)))
                            (+ 0.4 (* 0.02 i)))
                    spheres)))))

(define light (unit (vec 1.0 -1.0 -1.0)))
(define eye (vec 0.0 0.0 -5.0))

;; The distance from ORIGIN along DIRECTION (of length one) to the sphere, or #f.
(define (distance s origin direction)
  (let* ((to (v- (sphere-center s) origin))
         (along (dot to direction))
         (left (- (+ (* along along) (* (sphere-radius s) (sphere-radius s))) (dot to to))))
    (and (> left 0.0)
         (let ((d (- along (sqrt left))))
           (and (> d 0.001) d)))))

(define (nearest origin direction)
  (let loop ((spheres world) (best #f) (best-distance 1e9))
    (if (null? spheres)
        (values best best-distance)
        (let ((d (distance (car spheres) origin direction)))
          (if (and d (< d best-distance))
              (loop (cdr spheres) (car spheres) d)
              (loop (cdr spheres) best best-distance))))))

(define (brightness origin direction)
  (call-with-values
   (lambda () (nearest origin direction))
   (lambda (s d)
     (if (not s)
         0.0
         (let* ((point (v+ origin (scale d direction)))
                (normal (unit (v- point (sphere-center s))))
                (lit (dot normal light)))
           (if (<= lit 0.0)
               0.05
               (call-with-values
                (lambda () (nearest point light))
                (lambda (shadow d)
                  (if shadow 0.1 (* lit (sphere-shade s)))))))))))

(define (ray-trace width)
  (do ((y 0 (+ y 1))
       (total 0 (do ((x 0 (+ x 1))
                     (total total (+ total (exact (round (* 255.0 (brightness eye (unit (vec (- (/ (* 10.0 x) width) 5.0) (- (/ (* 10.0 y) width) 5.0) 10.0)))))))))
                    ((= x width) total))))
      ((= y width) total)))

(measure (lambda () (ray-trace 100)) 141717)
