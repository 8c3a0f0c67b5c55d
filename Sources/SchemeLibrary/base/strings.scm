;; Strings: procedures that call procedures. Numbers after the first string are the bounds of a part of it (SRFI 13).

(define (%string-map1 f string)
  (list->string (%map1 f (string->list string))))

(define (string-map f first . rest)
  (%arities %string-map1)
  (if (if (pair? rest) (number? (car rest)) #f)
      (string-map f (apply substring first rest))
      (list->string (apply map f (string->list first) (%map1 string->list rest)))))

(define (%string-for-each1 f string)
  (let ((end (string-length string)))
    (let loop ((i 0))
      (if (< i end)
          (begin (f (string-ref string i)) (loop (+ i 1)))))))

(define (%string-for-each2 f a b)
  (if (if (string? a) (string? b) #f)
      (let ((end (min (string-length a) (string-length b))))
        (let loop ((i 0))
          (if (< i end)
              (begin (f (string-ref a i) (string-ref b i)) (loop (+ i 1))))))
      (if (number? b)
          (%string-for-each1 f (substring a b))
          (for-each f (string->list a) (string->list b)))))

(define (string-for-each f first . rest)
  (%arities %string-for-each1 %string-for-each2)
  (if (null? rest)
      (%string-for-each1 f first)
      (if (number? (car rest))
          (string-for-each f (apply substring first rest))
          (apply for-each f (string->list first) (%map1 string->list rest)))))

(define (string-count string ok? . range)
  (count ok? (apply string->list string range)))
