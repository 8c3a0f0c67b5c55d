; Lists of lists: permutations, combinations, the power set, Pascal's triangle, and change for a dollar.

(define (append-map f items)
  (apply append (map f items)))

(define (remove item items)
  (cond ((null? items) '())
        ((equal? item (car items)) (cdr items))
        (else (cons (car items) (remove item (cdr items))))))

(define (permutations items)
  (if (null? items)
      '(())
      (append-map
       (lambda (first)
         (map (lambda (rest) (cons first rest))
              (permutations (remove first items))))
       items)))

(define (combinations items k)
  (cond ((= k 0) '(()))
        ((null? items) '())
        (else
         (append (map (lambda (rest) (cons (car items) rest))
                      (combinations (cdr items) (- k 1)))
                 (combinations (cdr items) k)))))

(define (power-set items)
  (if (null? items)
      '(())
      (let ((rest (power-set (cdr items))))
        (append rest (map (lambda (set) (cons (car items) set)) rest)))))

(define (next-row row)
  (map + (cons 0 row) (append row '(0))))

(define (count-change amount coins)
  (cond ((= amount 0) 1)
        ((or (< amount 0) (null? coins)) 0)
        (else (+ (count-change amount (cdr coins))
                 (count-change (- amount (car coins)) coins)))))

(write (permutations '(1 2 3)))
(newline)
(write (length (permutations '(1 2 3 4 5 6 7))))
(newline)
(write (combinations '(a b c d) 2))
(newline)
(write (power-set '(x y z)))
(newline)
(do ((i 0 (+ i 1)) (row '(1) (next-row row)))
    ((= i 8))
  (write row)
  (newline))
(write (count-change 100 '(50 25 10 5 1)))
(newline)
