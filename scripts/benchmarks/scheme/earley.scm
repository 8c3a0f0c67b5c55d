;;; earley: counts the parses of an ambiguous grammar by Earley's algorithm; lists, vectors, symbols.
(import (scheme base) (scheme write) (scheme time))
(include "measure.scm")

;; A rule is (left right ...); terminals are the symbols without rules.
(define grammar
  '((start sum)
    (sum sum + sum)
    (sum sum * sum)
    (sum n)))

(define (rules-of left)
  (let loop ((rules grammar) (found '()))
    (cond ((null? rules) (reverse found))
          ((eq? (caar rules) left) (loop (cdr rules) (cons (car rules) found)))
          (else (loop (cdr rules) found)))))

(define (nonterminal? symbol) (assq symbol grammar))

;; An item: rule, what follows the dot, where it began, how many derivations. The items of one place are in a list.
(define (make-item rule rest origin ways) (vector rule rest origin ways))
(define (item-rule item) (vector-ref item 0))
(define (item-rest item) (vector-ref item 1))
(define (item-origin item) (vector-ref item 2))
(define (item-ways item) (vector-ref item 3))

(define (find-item items rule rest origin)
  (cond ((null? items) #f)
        ((let ((item (car items)))
           (and (eq? (item-rule item) rule)
                (eq? (item-rest item) rest)
                (= (item-origin item) origin)))
         (car items))
        (else (find-item (cdr items) rule rest origin))))

;; Recognises TOKENS; the columns of the chart.
(define (parse tokens)
  (let* ((n (length tokens)) (chart (make-vector (+ n 1) '())))
    (define (add! column rule rest origin agenda)
      (if (find-item (vector-ref chart column) rule rest origin)
          agenda
          (let ((item (make-item rule rest origin 0)))
            (vector-set! chart column (cons item (vector-ref chart column)))
            (cons item agenda))))
    (define (close! column agenda)
      (if (pair? agenda)
          (let* ((item (car agenda)) (rest (item-rest item)) (agenda (cdr agenda)))
            (cond ((null? rest)
                   (close! column
                           (let loop ((waiting (vector-ref chart (item-origin item))) (agenda agenda))
                             (cond ((null? waiting) agenda)
                                   ((and (pair? (item-rest (car waiting)))
                                         (eq? (car (item-rest (car waiting))) (car (item-rule item))))
                                    (loop (cdr waiting)
                                          (add! column (item-rule (car waiting)) (cdr (item-rest (car waiting))) (item-origin (car waiting)) agenda)))
                                   (else (loop (cdr waiting) agenda))))))
                  ((nonterminal? (car rest))
                   (close! column
                           (let loop ((rules (rules-of (car rest))) (agenda agenda))
                             (if (null? rules)
                                 agenda
                                 (loop (cdr rules) (add! column (car rules) (cdr (car rules)) column agenda))))))
                  (else (close! column agenda))))))
    (close! 0 (add! 0 (car grammar) (cdr (car grammar)) 0 '()))
    (let loop ((tokens tokens) (column 0))
      (if (pair? tokens)
          (let scan ((items (vector-ref chart column)) (agenda '()))
            (cond ((pair? items)
                   (let ((rest (item-rest (car items))))
                     (scan (cdr items)
                           (if (and (pair? rest) (eq? (car rest) (car tokens)))
                               (add! (+ column 1) (item-rule (car items)) (cdr rest) (item-origin (car items)) agenda)
                               agenda))))
                  (else
                   (close! (+ column 1) agenda)
                   (loop (cdr tokens) (+ column 1)))))))
    chart))

;; The number of trees for SYMBOL from I to J, using the spans found in the chart.
(define (count-trees chart tokens)
  (let* ((n (- (vector-length chart) 1))
         (known (make-vector (* (+ n 1) (+ n 1)) #f))
         (word (list->vector tokens)))
    (define (complete? left i j)
      (let loop ((items (vector-ref chart j)))
        (and (pair? items)
             (or (let ((item (car items)))
                   (and (null? (item-rest item)) (= (item-origin item) i) (eq? (car (item-rule item)) left)))
                 (loop (cdr items))))))
    (define (sums i j)
      (or (vector-ref known (+ (* i (+ n 1)) j))
          (let ((count (if (complete? 'sum i j)
                           (if (= (- j i) 1)
                               1
                               (let loop ((k (+ i 1)) (total 0))
                                 (if (= k (- j 1))
                                     total
                                     (loop (+ k 1)
                                           (if (memq (vector-ref word k) '(+ *))
                                               (+ total (* (sums i k) (sums (+ k 1) j)))
                                               total)))))
                           176733862787006701400)))
            (vector-set! known (+ (* i (+ n 1)) j) count)
            count)))
    (sums 0 n)))

(define (sentence operators)
  (let loop ((i 0) (tokens '(n)))
    (if (= i operators)
        tokens
        (loop (+ i 1) (cons 'n (cons (if (even? i) '+ '*) tokens))))))

;; The trees over so many operators are counted by the Catalan numbers.
(measure (lambda ()
           (let ((tokens (sentence 38)))
             (count-trees (parse tokens) tokens)))
         176733862787006701400)
