;; Vectors: procedures that call procedures.

;; Results are gathered in a list, so that a continuation captured in F can be entered again.
(define (%vector-map1 f vector)
  (let ((end (vector-length vector)))
    (let loop ((i 0) (result '()))
      (if (< i end)
          (loop (+ i 1) (cons (f (vector-ref vector i)) result))
          (%reversed->vector result end)))))

(define (%vector-map2 f a b)
  (let ((end (min (vector-length a) (vector-length b))))
    (let loop ((i 0) (result '()))
      (if (< i end)
          (loop (+ i 1) (cons (f (vector-ref a i) (vector-ref b i)) result))
          (%reversed->vector result end)))))

(define (%vector-map3 f a b c)
  (let ((end (min (vector-length a) (vector-length b) (vector-length c))))
    (let loop ((i 0) (result '()))
      (if (< i end)
          (loop (+ i 1) (cons (f (vector-ref a i) (vector-ref b i) (vector-ref c i)) result))
          (%reversed->vector result end)))))

(define (vector-map f first . rest)
  (%arities %vector-map1 %vector-map2 %vector-map3)
  (let ((end (%shortest first rest)))
    (%reversed->vector
     (if (null? rest)
         (let loop ((i 0) (result '()))
           (if (< i end)
               (loop (+ i 1) (cons (f (vector-ref first i)) result))
               result))
         (let loop ((i 0) (result '()))
           (if (< i end)
               (loop (+ i 1)
                     (cons (apply f (vector-ref first i) (%map1 (lambda (v) (vector-ref v i)) rest)) result))
               result)))
     end)))

(define (%vector-for-each1 f vector)
  (let ((end (vector-length vector)))
    (let loop ((i 0))
      (if (< i end)
          (begin (f (vector-ref vector i)) (loop (+ i 1)))))))

(define (%vector-for-each2 f a b)
  (let ((end (min (vector-length a) (vector-length b))))
    (let loop ((i 0))
      (if (< i end)
          (begin (f (vector-ref a i) (vector-ref b i)) (loop (+ i 1)))))))

(define (vector-for-each f first . rest)
  (%arities %vector-for-each1 %vector-for-each2)
  (let ((end (%shortest first rest)))
    (let loop ((i 0))
      (if (< i end)
          (begin
            (apply f (vector-ref first i) (%map1 (lambda (v) (vector-ref v i)) rest))
            (loop (+ i 1)))))))

(define (%shortest first rest)
  (let loop ((rest rest) (shortest (vector-length first)))
    (if (null? rest)
        shortest
        (loop (cdr rest) (min shortest (vector-length (car rest)))))))

(define (make-initialized-vector n f)
  (list->vector (list-tabulate n f)))
