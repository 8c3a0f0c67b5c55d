;;; paraffins: enumerates the paraffins with up to 20 carbon atoms; vectors of lists, sharing.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

;; A radical is H, or a carbon atom with three smaller radicals: #(a b c). radicals[n] lists those with n carbon atoms.
(define (three-partitions m)
  (let loop ((a 0) (found '()))
    (if (> (* 3 a) m)
        found
        (loop (+ a 1)
              (let inner ((b a) (found found))
                (if (> (+ a b b) m)
                    found
                    (inner (+ b 1) (cons (vector a b (- m a b)) found))))))))

(define (four-partitions m)
  (let ((half (quotient m 2)) (found '()))
    (do ((a 0 (+ a 1))) ((> (* 4 a) m) found)
      (do ((b a (+ b 1))) ((> (+ a (* 3 b)) m))
        (do ((c (max b (- (quotient (+ m 1) 2) a b)) (+ c 1))) ((> (+ a b c c) m))
          (let ((d (- m a b c)))
            (if (<= d half)
                (set! found (cons (vector a b c d) found)))))))))

;; Calls (f x rest) for each x in the list with the tail that starts at it when SAME, so that no combination comes twice; else with the whole of OTHERS.
(define (for-tails f items same others)
  (let loop ((items items))
    (if (pair? items)
        (begin
          (f (car items) (if same items others))
          (loop (cdr items))))))

(define (make-radicals n)
  (let ((radicals (make-vector (+ n 1) '())))
    (vector-set! radicals 0 '(h))
    (do ((k 1 (+ k 1))) ((> k n) radicals)
      (let ((found '()))
        (for-each
         (lambda (partition)
           (let ((i (vector-ref partition 0)) (j (vector-ref partition 1)) (l (vector-ref partition 2)))
             (for-tails
              (lambda (a seconds)
                (for-tails
                 (lambda (b thirds)
                   (for-each (lambda (c) (set! found (cons (vector a b c) found))) thirds))
                 seconds (= j l) (vector-ref radicals l)))
              (vector-ref radicals i) (= i j) (vector-ref radicals j))))
         (three-partitions (- k 1)))
        (vector-set! radicals k found)))))

;; Paraffins with a bond in the middle.
(define (bond-centred n radicals)
  (if (odd? n)
      0
      (let ((count (length (vector-ref radicals (quotient n 2)))))
        (quotient (* count (+ count 1)) 2))))

;; Paraffins with a carbon atom in the middle: all of them, made.
(define (carbon-centred n radicals)
  (let ((found '()))
    (for-each
     (lambda (partition)
       (let ((i (vector-ref partition 0)) (j (vector-ref partition 1)) (k (vector-ref partition 2)) (l (vector-ref partition 3)))
         (for-tails
          (lambda (a seconds)
            (for-tails
             (lambda (b thirds)
               (for-tails
                (lambda (c fourths)
                  (for-each (lambda (d) (set! found (cons (vector a b c d) found))) fourths))
                thirds (= k l) (vector-ref radicals l)))
             seconds (= j k) (vector-ref radicals k)))
          (vector-ref radicals i) (= i j) (vector-ref radicals j))))
     (four-partitions (- n 1)))
    (length found)))

(define (paraffins n)
  (let ((radicals (make-radicals (quotient n 2))))
    (+ (bond-centred n radicals) (carbon-centred n radicals))))

(measure (lambda ()
           (do ((n 1 (+ n 1))
                (counts '() (cons (paraffins n) counts)))
               ((= n 21) (reverse counts))))
         '(1 1 1 2 3 5 9 18 35 75 159 355 802 1858 4347 10359 24894 60523 148284 366319))
