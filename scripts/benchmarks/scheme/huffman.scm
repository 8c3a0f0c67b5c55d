;;; huffman: codes of characters by frequency: trees, association lists, texts as lists of bits, decoded again.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

(define (leaf c weight) (vector 'leaf c weight))
(define (fork a b) (vector 'fork a b (+ (weight a) (weight b))))
(define (leaf? t) (eq? 'leaf (vector-ref t 0)))
(define (weight t) (vector-ref t (if (leaf? t) 2 3)))

(define (insert tree trees)
  (if (or (null? trees) (< (weight tree) (weight (car trees))))
      (cons tree trees)
      (cons (car trees) (insert tree (cdr trees)))))

(define (frequencies characters)
  (let loop ((characters characters) (counts '()))
    (if (null? characters)
        counts
        (let ((found (assv (car characters) counts)))
          (if found
              (begin (set-cdr! found (+ 1 (cdr found))) (loop (cdr characters) counts))
              (loop (cdr characters) (cons (cons (car characters) 1) counts)))))))

(define (make-code-tree counts)
  (let loop ((trees (let sort ((counts counts) (trees '()))
                      (if (null? counts) trees (sort (cdr counts) (insert (leaf (caar counts) (cdar counts)) trees))))))
    (if (null? (cdr trees))
        (car trees)
        (loop (insert (fork (car trees) (cadr trees)) (cddr trees))))))

(define (codes tree)
  (let walk ((tree tree) (bits '()))
    (if (leaf? tree)
        (list (cons (vector-ref tree 1) (reverse bits)))
        (append (walk (vector-ref tree 1) (cons 0 bits)) (walk (vector-ref tree 2) (cons 1 bits))))))

(define (encode characters codes)
  (apply append (map (lambda (c) (cdr (assv c codes))) characters)))

(define (decode bits tree)
  (let loop ((bits bits) (node tree) (characters '()))
    (cond ((leaf? node) (loop bits tree (cons (vector-ref node 1) characters)))
          ((null? bits) (list->string (reverse characters)))
          (else (loop (cdr bits) (vector-ref node (if (= 0 (car bits)) 1 2)) characters)))))

(define sample "it was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness. ")
(define (repeat text n) (apply string-append (let loop ((i 0) (all '())) (if (= i n) all (loop (+ i 1) (cons text all))))))

(measure (lambda ()
           (let* ((text (repeat sample 150)) (characters (string->list text)))
             (let loop ((i 0) (result #f))
               (if (= i 20)
                   result
                   (let* ((tree (make-code-tree (frequencies characters))) (bits (encode characters (codes tree))))
                     (loop (+ i 1) (list (length bits) (string=? text (decode bits tree)))))))))
         '(60900 #t))
