;; Lists: procedures that call procedures. They are written in Scheme so that the frames they need are ordinary frames: a continuation
;; captured in a procedure given to `map` can be entered again, and a deep recursion through them is as good as any.
;; Lists that are gathered in reverse are reversed in place in the end, unless a continuation captured meanwhile may go on with them: `%reverse-own`.
;; `(%arities name ...)` at the start of a body names the procedures that are called in its place for their numbers of arguments.

(define (%map1 f list)
  (let ((records (%frame-records)))
    (let loop ((list list) (result '()))
      (if (pair? list)
          (loop (cdr list) (cons (f (car list)) result))
          (if (null? list)
              (%reverse-own result records)
              (error "map: the list does not end in an empty list:" list))))))

(define (%any-end? lists)
  (let loop ((lists lists))
    (if (null? lists)
        #f
        (if (pair? (car lists))
            (loop (cdr lists))
            (if (null? (car lists))
                #t
                (error "map, for-each: not a list:" (car lists)))))))

;; Two or three lists are common enough to be done without lists of arguments.
(define (%map2 f a b)
  (let ((records (%frame-records)))
    (let loop ((a a) (b b) (result '()))
      (if (if (pair? a) (pair? b) #f)
          (loop (cdr a) (cdr b) (cons (f (car a) (car b)) result))
          (begin
            (if (not (if (null? a) #t (if (pair? a) (null? b) #f))) (%any-end? (list a b)))
            (%reverse-own result records))))))

(define (%map3 f a b c)
  (let ((records (%frame-records)))
    (let loop ((a a) (b b) (c c) (result '()))
      (if (if (pair? a) (if (pair? b) (pair? c) #f) #f)
          (loop (cdr a) (cdr b) (cdr c) (cons (f (car a) (car b) (car c)) result))
          (begin (%any-end? (list a b c)) (%reverse-own result records))))))

(define (map f first . rest)
  (%arities %map1 %map2 %map3)
  (if (null? rest)
      (%map1 f first)
      (if (null? (cdr rest))
          (%map2 f first (car rest))
          (%map-many f first rest))))

(define (%map-many f first rest)
  (let ((records (%frame-records)))
    (let loop ((lists (cons first rest)) (result '()))
      (let ((elements (%cars lists)))
        (if (pair? elements)
            (loop (%cdrs lists records) (cons (apply f elements) result))
            (begin (%any-end? lists) (%reverse-own result records)))))))

(define (%for-each1 f list)
  (let loop ((list list))
    (if (pair? list)
        (begin (f (car list)) (loop (cdr list)))
        (if (not (null? list)) (error "for-each: the list does not end in an empty list:" list)))))

(define (%for-each2 f a b)
  (let loop ((a a) (b b))
    (if (if (pair? a) (pair? b) #f)
        (begin (f (car a) (car b)) (loop (cdr a) (cdr b)))
        (if (not (if (null? a) #t (if (pair? a) (null? b) #f))) (%any-end? (list a b))))))

(define (%for-each3 f a b c)
  (let loop ((a a) (b b) (c c))
    (if (if (pair? a) (if (pair? b) (pair? c) #f) #f)
        (begin (f (car a) (car b) (car c)) (loop (cdr a) (cdr b) (cdr c)))
        (%any-end? (list a b c)))))

(define (for-each f first . rest)
  (%arities %for-each1 %for-each2 %for-each3)
  (if (null? rest)
      (%for-each1 f first)
      (let ((records (%frame-records)))
        (let loop ((lists (cons first rest)))
          (let ((elements (%cars lists)))
            (if (pair? elements)
                (begin (apply f elements) (loop (%cdrs lists records)))
                (%any-end? lists)))))))

(define (%append-map1 f list)
  (apply append (%map1 f list)))

(define (append-map f first . rest)
  (%arities %append-map1)
  (apply append (apply map f first rest)))

(define (filter keep? list)
  (let ((records (%frame-records)))
    (let loop ((list list) (result '()))
      (if (pair? list)
          (loop (cdr list) (if (keep? (car list)) (cons (car list) result) result))
          (%reverse-own result records)))))

(define (remove drop? list)
  (filter (lambda (x) (not (drop? x))) list))

(define (partition in? list)
  (values (filter in? list) (remove in? list)))

(define (fold-left f initial list)
  (let loop ((result initial) (list list))
    (if (pair? list) (loop (f result (car list)) (cdr list)) result)))

(define (fold f initial list)
  (let loop ((result initial) (list list))
    (if (pair? list) (loop (f (car list) result) (cdr list)) result)))

(define (fold-right f initial list)
  (let loop ((list (reverse list)) (result initial))
    (if (pair? list) (loop (cdr list) (f (car list) result)) result)))

(define (reduce f initial list)
  (if (pair? list) (fold f (car list) (cdr list)) initial))

(define (find found? list)
  (let loop ((list list))
    (if (pair? list)
        (if (found? (car list)) (car list) (loop (cdr list)))
        #f)))

(define (find-tail found? list)
  (let loop ((list list))
    (if (pair? list)
        (if (found? (car list)) list (loop (cdr list)))
        #f)))

(define (any ok? list)
  (let loop ((list list))
    (if (pair? list) (or (ok? (car list)) (loop (cdr list))) #f)))

(define (every ok? list)
  (let loop ((list list) (last #t))
    (if (pair? list)
        (let ((value (ok? (car list))))
          (if value (loop (cdr list) value) #f))
        last)))

(define (count ok? list)
  (let loop ((list list) (n 0))
    (if (pair? list) (loop (cdr list) (if (ok? (car list)) (+ n 1) n)) n)))

(define (delete x list . same)
  (if (null? same)
      (remove (lambda (y) (equal? x y)) list)
      (remove (lambda (y) ((car same) x y)) list)))

(define (%append-reverse head tail)
  (let loop ((head head) (tail tail))
    (if (pair? head) (loop (cdr head) (cons (car head) tail)) tail)))

(define (list-tabulate n f)
  (let loop ((i (- n 1)) (result '()))
    (if (< i 0) result (loop (- i 1) (cons (f i) result)))))

(define (build-list n f) (list-tabulate n f))

(define (list-index ok? list)
  (let loop ((list list) (i 0))
    (if (pair? list)
        (if (ok? (car list)) i (loop (cdr list) (+ i 1)))
        #f)))

(define (%member2 item list) (%member item list))

(define (%member3 item list same?)
  (let loop ((rest list))
    (if (pair? rest)
        (if (same? item (car rest)) rest (loop (cdr rest)))
        #f)))

(define (member item list . equivalence)
  (%arities %member2 %member3)
  (if (null? equivalence)
      (%member item list)
      (%member3 item list (car equivalence))))

(define (%assoc2 key list) (%assoc key list))

(define (%assoc3 key list same?)
  (let loop ((rest list))
    (if (pair? rest)
        (if (same? key (car (car rest))) (car rest) (loop (cdr rest)))
        #f)))

(define (assoc key list . equivalence)
  (%arities %assoc2 %assoc3)
  (if (null? equivalence)
      (%assoc key list)
      (%assoc3 key list (car equivalence))))
