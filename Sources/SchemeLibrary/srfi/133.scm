;;; SRFI 133: vectors.
(define-library (srfi 133)
  (export make-vector vector vector-unfold vector-unfold-right vector-copy vector-reverse-copy vector-append vector-concatenate vector-append-subvectors
          vector? vector-empty? vector= vector-ref vector-length vector-fold vector-fold-right vector-map vector-map! vector-for-each vector-count vector-cumulate
          vector-index vector-index-right vector-skip vector-skip-right vector-binary-search vector-any vector-every vector-partition
          vector-set! vector-swap! vector-fill! vector-reverse! vector-copy! vector-reverse-copy! vector-unfold! vector-unfold-right!
          vector->list reverse-vector->list list->vector reverse-list->vector vector->string string->vector)
  (import (scheme base) (scheme case-lambda))
  (begin

    ;; Constructors

    (define (vector-unfold f length . seeds)
      (let ((v (make-vector length #f)))
        (apply vector-unfold! f v 0 length seeds)
        v))
    (define (vector-unfold-right f length . seeds)
      (let ((v (make-vector length #f)))
        (apply vector-unfold-right! f v 0 length seeds)
        v))
    (define (vector-unfold! f v start end . seeds)
      (let loop ((i start) (seeds seeds))
        (if (< i end)
            (call-with-values
             (lambda () (apply f i seeds))
             (lambda (x . seeds)
               (vector-set! v i x)
               (loop (+ i 1) seeds))))))
    (define (vector-unfold-right! f v start end . seeds)
      (let loop ((i (- end 1)) (seeds seeds))
        (if (>= i start)
            (call-with-values
             (lambda () (apply f i seeds))
             (lambda (x . seeds)
               (vector-set! v i x)
               (loop (- i 1) seeds))))))
    (define (vector-reverse-copy v . range)
      (let ((copy (apply vector-copy v range)))
        (vector-reverse! copy)
        copy))
    (define (vector-concatenate vectors) (apply vector-append vectors))
    (define (vector-append-subvectors . arguments)
      (let loop ((arguments arguments) (parts '()))
        (if (null? arguments)
            (vector-concatenate (reverse parts))
            (loop (list-tail arguments 3)
                  (cons (vector-copy (car arguments) (cadr arguments) (list-ref arguments 2)) parts)))))

    ;; Predicates

    (define (vector-empty? v) (= (vector-length v) 0))
    (define (vector= same? . vectors)
      (define (two a b)
        (let ((n (vector-length a)))
          (and (= n (vector-length b))
               (let loop ((i 0))
                 (or (= i n)
                     (and (same? (vector-ref a i) (vector-ref b i))
                          (loop (+ i 1))))))))
      (or (null? vectors)
          (let loop ((a (car vectors)) (rest (cdr vectors)))
            (or (null? rest)
                (and (two a (car rest)) (loop (car rest) (cdr rest)))))))

    ;; Iteration: over the length of the shortest

    (define (shortest v more) (apply min (vector-length v) (map vector-length more)))
    (define (elements i v more) (cons (vector-ref v i) (map (lambda (v) (vector-ref v i)) more)))

    (define (vector-fold f start v . more)
      (if (null? more)
          (let ((n (vector-length v)))
            (let loop ((i 0) (result start))
              (if (= i n)
                  result
                  (loop (+ i 1) (f result (vector-ref v i))))))
          (let ((n (shortest v more)))
            (let loop ((i 0) (result start))
              (if (= i n)
                  result
                  (loop (+ i 1) (apply f result (elements i v more))))))))
    (define (vector-fold-right f start v . more)
      (let loop ((i (- (shortest v more) 1)) (result start))
        (if (< i 0)
            result
            (loop (- i 1)
                  (if (null? more)
                      (f result (vector-ref v i))
                      (apply f result (elements i v more)))))))
    (define (vector-map! f v . more)
      (let ((n (shortest v more)))
        (let loop ((i 0))
          (if (< i n)
              (begin
                (vector-set! v i (apply f (elements i v more)))
                (loop (+ i 1)))))))
    (define (vector-count matches? v . more)
      (let ((n (shortest v more)))
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1) (if (apply matches? (elements i v more)) (+ count 1) count))))))
    (define (vector-cumulate f start v)
      (let* ((n (vector-length v)) (result (make-vector n #f)))
        (let loop ((i 0) (last start))
          (if (= i n)
              result
              (let ((x (f last (vector-ref v i))))
                (vector-set! result i x)
                (loop (+ i 1) x))))))

    ;; Searching

    (define (vector-index matches? v . more)
      (let ((n (shortest v more)))
        (let loop ((i 0))
          (and (< i n)
               (if (apply matches? (elements i v more)) i (loop (+ i 1)))))))
    (define (vector-index-right matches? v . more)
      (for-each (lambda (other) (if (not (= (vector-length other) (vector-length v))) (error "vector-index-right: vectors of different lengths" v other))) more)
      (let loop ((i (- (vector-length v) 1)))
        (and (>= i 0)
             (if (apply matches? (elements i v more)) i (loop (- i 1))))))
    (define (vector-skip matches? v . more)
      (apply vector-index (lambda items (not (apply matches? items))) v more))
    (define (vector-skip-right matches? v . more)
      (apply vector-index-right (lambda items (not (apply matches? items))) v more))
    ;; (compare ELEMENT X) is negative, zero or positive.
    (define vector-binary-search
      (case-lambda
        ((v x compare) (vector-binary-search v x compare 0 (vector-length v)))
        ((v x compare start) (vector-binary-search v x compare start (vector-length v)))
        ((v x compare start end)
         (let loop ((low start) (high end))
           (and (< low high)
                (let* ((middle (quotient (+ low high) 2)) (order (compare (vector-ref v middle) x)))
                  (cond ((= order 0) middle)
                        ((< order 0) (loop (+ middle 1) high))
                        (else (loop low middle)))))))))
    (define (vector-any matches? v . more)
      (let ((n (shortest v more)))
        (let loop ((i 0))
          (and (< i n)
               (if (= (+ i 1) n)
                   (apply matches? (elements i v more))
                   (or (apply matches? (elements i v more)) (loop (+ i 1))))))))
    (define (vector-every matches? v . more)
      (let ((n (shortest v more)))
        (let loop ((i 0))
          (or (= i n)
              (if (= (+ i 1) n)
                  (apply matches? (elements i v more))
                  (and (apply matches? (elements i v more)) (loop (+ i 1))))))))
    ;; Those that match before those that do not, each in their order; and how many match.
    (define (vector-partition matches? v)
      (let* ((n (vector-length v))
             (in (let loop ((i (- n 1)) (in '()) (out '()))
                   (cond ((< i 0) (cons in out))
                         ((matches? (vector-ref v i)) (loop (- i 1) (cons (vector-ref v i) in) out))
                         (else (loop (- i 1) in (cons (vector-ref v i) out)))))))
        (values (list->vector (append (car in) (cdr in))) (length (car in)))))

    ;; Mutators

    (define (vector-swap! v i j)
      (let ((x (vector-ref v i)))
        (vector-set! v i (vector-ref v j))
        (vector-set! v j x)))
    (define vector-reverse!
      (case-lambda
        ((v) (vector-reverse! v 0 (vector-length v)))
        ((v start) (vector-reverse! v start (vector-length v)))
        ((v start end)
         (let loop ((i start) (j (- end 1)))
           (if (< i j)
               (begin
                 (vector-swap! v i j)
                 (loop (+ i 1) (- j 1))))))))
    (define (vector-reverse-copy! to at from . range)
      (vector-copy! to at (apply vector-reverse-copy from range)))

    ;; Conversion

    (define (reverse-vector->list v . range) (reverse (apply vector->list v range)))
    (define (reverse-list->vector items) (list->vector (reverse items)))))
