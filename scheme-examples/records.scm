; Records: points, and a binary search tree with insertion, lookup, depth and an in-order walk.

(define-record-type point
  (make-point x y)
  point?
  (x point-x set-point-x!)
  (y point-y))

(define p (make-point 3 4))
(write (list (point? p) (point? 5) (point? (vector 3 4)) (point-x p) (point-y p)))
(newline)
(set-point-x! p 6)
(write (sqrt (+ (square (point-x p)) (square (+ (point-y p) 4)))))
(newline)

(define-record-type node
  (make-node key value left right)
  node?
  (key node-key)
  (value node-value set-node-value!)
  (left node-left set-node-left!)
  (right node-right set-node-right!))

(define (tree-insert! tree key value)
  (cond ((not tree) (make-node key value #f #f))
        ((= key (node-key tree)) (set-node-value! tree value) tree)
        ((< key (node-key tree))
         (set-node-left! tree (tree-insert! (node-left tree) key value))
         tree)
        (else
         (set-node-right! tree (tree-insert! (node-right tree) key value))
         tree)))

(define (tree-ref tree key default)
  (cond ((not tree) default)
        ((= key (node-key tree)) (node-value tree))
        ((< key (node-key tree)) (tree-ref (node-left tree) key default))
        (else (tree-ref (node-right tree) key default))))

(define (tree-depth tree)
  (if tree
      (+ 1 (max (tree-depth (node-left tree)) (tree-depth (node-right tree))))
      0))

(define (tree-for-each visit tree)
  (when tree
    (tree-for-each visit (node-left tree))
    (visit (node-key tree) (node-value tree))
    (tree-for-each visit (node-right tree))))

(define tree #f)
(for-each
 (lambda (key) (set! tree (tree-insert! tree key (* key key))))
 '(50 20 80 10 30 70 90 25 35 20))

(tree-for-each
 (lambda (key value)
   (display key)
   (display ":")
   (display value)
   (display " "))
 tree)
(newline)
(write (list (tree-depth tree) (tree-ref tree 25 'none) (tree-ref tree 26 'none)))
(newline)

(define big #f)
(do ((i 0 (+ i 1)) (key 1 (modulo (* key 7919) 10007)))
    ((= i 5000))
  (set! big (tree-insert! big key i)))
(define previous -1)
(define size 0)
(tree-for-each
 (lambda (key value)
   (if (<= key previous) (error "out of order" previous key))
   (set! previous key)
   (set! size (+ size 1)))
 big)
(write size)
(newline)
