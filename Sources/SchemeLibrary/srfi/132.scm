;;; SRFI 132: sorting, merging, selection. Everything is a stable merge sort on vectors, on whose merges the rest is built.
(define-library (srfi 132)
  (export list-sorted? vector-sorted? list-sort list-stable-sort list-sort! list-stable-sort! vector-sort vector-stable-sort vector-sort! vector-stable-sort!
          list-merge list-merge! vector-merge vector-merge! list-delete-neighbor-dups list-delete-neighbor-dups! vector-delete-neighbor-dups
          vector-delete-neighbor-dups! vector-find-median vector-find-median! vector-select! vector-separate!)
  (import (scheme base) (scheme case-lambda))
  (begin

    (define (list-sorted? less? items)
      (or (null? items)
          (let loop ((first (car items)) (rest (cdr items)))
            (or (null? rest)
                (and (not (less? (car rest) first))
                     (loop (car rest) (cdr rest)))))))

    (define vector-sorted?
      (case-lambda
        ((less? v) (vector-sorted? less? v 0 (vector-length v)))
        ((less? v start) (vector-sorted? less? v start (vector-length v)))
        ((less? v start end)
         (let loop ((i (+ start 1)))
           (or (>= i end)
               (and (not (less? (vector-ref v i) (vector-ref v (- i 1))))
                    (loop (+ i 1))))))))

    ;; Merging: from A[i, a-end) and B[j, b-end) to TO from k; of equals, what A has comes first. The areas may lie in one vector as long as
    ;; B's is at the end of TO's.
    (define (merge-into! less? to k a i a-end b j b-end)
      (let loop ((k k) (i i) (j j))
        (cond ((= i a-end) (if (not (and (eq? to b) (= k j))) (vector-copy! to k b j b-end)))
              ((= j b-end) (vector-copy! to k a i a-end))
              ((less? (vector-ref b j) (vector-ref a i))
               (vector-set! to k (vector-ref b j))
               (loop (+ k 1) i (+ j 1)))
              (else
               (vector-set! to k (vector-ref a i))
               (loop (+ k 1) (+ i 1) j)))))

    (define (insertion-sort! less? v start end)
      (let outer ((i (+ start 1)))
        (if (< i end)
            (let ((x (vector-ref v i)))
              (let inner ((j i))
                (if (and (> j start) (less? x (vector-ref v (- j 1))))
                    (begin
                      (vector-set! v j (vector-ref v (- j 1)))
                      (inner (- j 1)))
                    (vector-set! v j x)))
              (outer (+ i 1))))))

    ;; Sorts the halves in place, moves the lower one away, merges back.
    (define (merge-sort! less? v start end scratch)
      (if (< (- end start) 10)
          (insertion-sort! less? v start end)
          (let ((middle (quotient (+ start end) 2)))
            (merge-sort! less? v start middle scratch)
            (merge-sort! less? v middle end scratch)
            (if (less? (vector-ref v middle) (vector-ref v (- middle 1)))
                (let ((size (- middle start)))
                  (vector-copy! scratch 0 v start middle)
                  (merge-into! less? v start scratch 0 size v middle end))))))

    (define vector-stable-sort!
      (case-lambda
        ((less? v) (vector-stable-sort! less? v 0 (vector-length v)))
        ((less? v start) (vector-stable-sort! less? v start (vector-length v)))
        ((less? v start end)
         ;; A copy is sorted, so that a predicate that escapes, or is entered again, never leaves V with elements lost.
         (let ((copy (vector-copy v start end)))
           (merge-sort! less? copy 0 (- end start) (make-vector (quotient (- end start) 2) #f))
           (vector-copy! v start copy)))))
    (define (vector-sort! less? v . range) (apply vector-stable-sort! less? v range))

    (define (vector-stable-sort less? v . range)
      (let ((copy (apply vector-copy v range)))
        (vector-stable-sort! less? copy)
        copy))
    (define (vector-sort less? v . range) (apply vector-stable-sort less? v range))

    (define (list-stable-sort less? items)
      (if (or (null? items) (null? (cdr items)))
          items
          (let ((v (list->vector items)))
            (vector-stable-sort! less? v)
            (vector->list v))))
    (define (list-sort less? items) (list-stable-sort less? items))
    (define (list-sort! less? items) (list-stable-sort less? items))
    (define (list-stable-sort! less? items) (list-stable-sort less? items))

    (define (list-merge less? a b)
      (let loop ((a a) (b b) (result '()))
        (cond ((null? a) (rejoin result b))
              ((null? b) (rejoin result a))
              ((less? (car b) (car a)) (loop a (cdr b) (cons (car b) result)))
              (else (loop (cdr a) b (cons (car a) result))))))
    (define (list-merge! less? a b) (list-merge less? a b))
    (define (rejoin reversed tail)
      (if (null? reversed)
          tail
          (rejoin (cdr reversed) (cons (car reversed) tail))))

    (define vector-merge
      (case-lambda
        ((less? a b) (vector-merge less? a b 0 (vector-length a) 0 (vector-length b)))
        ((less? a b a-start) (vector-merge less? a b a-start (vector-length a) 0 (vector-length b)))
        ((less? a b a-start a-end) (vector-merge less? a b a-start a-end 0 (vector-length b)))
        ((less? a b a-start a-end b-start) (vector-merge less? a b a-start a-end b-start (vector-length b)))
        ((less? a b a-start a-end b-start b-end)
         (let ((to (make-vector (+ (- a-end a-start) (- b-end b-start)) #f)))
           (merge-into! less? to 0 a a-start a-end b b-start b-end)
           to))))
    (define vector-merge!
      (case-lambda
        ((less? to a b) (vector-merge! less? to a b 0))
        ((less? to a b start) (vector-merge! less? to a b start 0 (vector-length a) 0 (vector-length b)))
        ((less? to a b start a-start) (vector-merge! less? to a b start a-start (vector-length a) 0 (vector-length b)))
        ((less? to a b start a-start a-end) (vector-merge! less? to a b start a-start a-end 0 (vector-length b)))
        ((less? to a b start a-start a-end b-start) (vector-merge! less? to a b start a-start a-end b-start (vector-length b)))
        ((less? to a b start a-start a-end b-start b-end)
         (merge-into! less? to start a a-start a-end b b-start b-end))))

    (define (list-delete-neighbor-dups same? items)
      (if (null? items)
          '()
          (let loop ((last (car items)) (rest (cdr items)) (result (list (car items))))
            (cond ((null? rest) (reverse result))
                  ((same? last (car rest)) (loop last (cdr rest) result))
                  (else (loop (car rest) (cdr rest) (cons (car rest) result)))))))
    (define (list-delete-neighbor-dups! same? items) (list-delete-neighbor-dups same? items))

    (define vector-delete-neighbor-dups!
      (case-lambda
        ((same? v) (vector-delete-neighbor-dups! same? v 0 (vector-length v)))
        ((same? v start) (vector-delete-neighbor-dups! same? v start (vector-length v)))
        ((same? v start end)
         (if (>= start end)
             end
             (let loop ((i (+ start 1)) (kept (+ start 1)))
               (cond ((= i end) kept)
                     ((same? (vector-ref v (- kept 1)) (vector-ref v i)) (loop (+ i 1) kept))
                     (else
                      (vector-set! v kept (vector-ref v i))
                      (loop (+ i 1) (+ kept 1)))))))))
    (define (vector-delete-neighbor-dups same? v . range)
      (let ((copy (apply vector-copy v range)))
        (vector-copy copy 0 (vector-delete-neighbor-dups! same? copy))))

    (define (median-of-sorted v none mean)
      (let* ((n (vector-length v)) (middle (quotient n 2)))
        (cond ((= n 0) none)
              ((odd? n) (vector-ref v middle))
              (else (mean (vector-ref v (- middle 1)) (vector-ref v middle))))))
    (define (arithmetic-mean a b) (/ (+ a b) 2))
    (define vector-find-median
      (case-lambda
        ((less? v none) (vector-find-median less? v none arithmetic-mean))
        ((less? v none mean) (median-of-sorted (vector-sort less? v) none mean))))
    (define vector-find-median!
      (case-lambda
        ((less? v none) (vector-find-median! less? v none arithmetic-mean))
        ((less? v none mean)
         (vector-sort! less? v)
         (median-of-sorted v none mean))))

    ;; Puts the element of rank K of [start, end) in its place, smaller ones before it, by quickselect with the median of three: Hoare's partition
    ;; of [low, high] leaves [low, j] <= pivot <= [i, high], and what lies between equal to the pivot.
    (define (separate! less? v k start end)
      (let ((place (+ start k)))
        (let narrow ((low start) (high (- end 1)))
          (if (< low high)
              (let ((pivot (middle-one less? (vector-ref v low) (vector-ref v (quotient (+ low high) 2)) (vector-ref v high))))
                (let partition ((i low) (j high))
                  (if (> i j)
                      (cond ((<= place j) (narrow low j))
                            ((>= place i) (narrow i high)))
                      (let* ((i (let up ((i i)) (if (less? (vector-ref v i) pivot) (up (+ i 1)) i)))
                             (j (let down ((j j)) (if (less? pivot (vector-ref v j)) (down (- j 1)) j))))
                        (if (<= i j)
                            (let ((x (vector-ref v i)))
                              (vector-set! v i (vector-ref v j))
                              (vector-set! v j x)
                              (partition (+ i 1) (- j 1)))
                            (partition i j))))))))))
    (define (middle-one less? a b c)
      (if (less? a b)
          (cond ((less? b c) b) ((less? a c) c) (else a))
          (cond ((less? a c) a) ((less? b c) c) (else b))))
    (define vector-select!
      (case-lambda
        ((less? v k) (vector-select! less? v k 0 (vector-length v)))
        ((less? v k start) (vector-select! less? v k start (vector-length v)))
        ((less? v k start end)
         (if (not (and (exact-integer? k) (<= 0 k) (< k (- end start)))) (error "vector-select!: no such rank" k))
         (separate! less? v k start end)
         (vector-ref v (+ start k)))))
    (define vector-separate!
      (case-lambda
        ((less? v k) (vector-separate! less? v k 0 (vector-length v)))
        ((less? v k start) (vector-separate! less? v k start (vector-length v)))
        ((less? v k start end)
         (if (not (and (exact-integer? k) (<= 0 k (- end start)))) (error "vector-separate!: no such count" k))
         (if (< 0 k (- end start)) (separate! less? v (- k 1) start end)))))))
