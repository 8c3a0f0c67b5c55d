; 300 MB of a search tree of vectors with keys and texts, parts of which are dropped, while others are added.
(import (scheme base) (scheme write) (scheme time))
(include "gaps.scm")

(define (node key) (vector key (string-append "value of " (number->string key)) #f #f))
(define (insert! tree key)
  (let ((k (vector-ref tree 0)))
    (if (= key k)
        (vector-set! tree 1 (string-append "new value of " (number->string key)))
        (let* ((side (if (< key k) 2 3)) (child (vector-ref tree side)))
          (if child (insert! child key) (vector-set! tree side (node key)))))))
(define (scramble i) (modulo (* i 7368787) 16777213))
(define tree (node 8388607))
(define (drop-part! bits)
  (let loop ((at tree) (depth 0) (bits bits))
    (let* ((side (if (even? bits) 2 3)) (child (vector-ref at side)))
      (cond ((not child) #f)
            ((= depth 12) (vector-set! at side #f))
            (else (loop child (+ depth 1) (quotient bits 2)))))))

(let ((filling (longest-gap 0 1800000 (lambda (i) (insert! tree (scramble i))))))
  (report-gaps
   filling
   (longest-gap 0 1000000
                (lambda (i)
                  (when (= 0 (modulo i 500)) (drop-part! (scramble i)))
                  (insert! tree (scramble (* 3 i)))))))
