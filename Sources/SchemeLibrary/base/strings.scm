;; Strings: procedures that call procedures. Numbers after the first string are the bounds of a part of it (SRFI 13).

(define (string-map f first . rest)
  (if (if (pair? rest) (number? (car rest)) #f)
      (string-map f (apply substring first rest))
      (list->string (apply map f (string->list first) (%map1 string->list rest)))))

(define (string-for-each f first . rest)
  (if (null? rest)
      (let ((end (string-length first)))
        (let loop ((i 0))
          (if (< i end)
              (begin (f (string-ref first i)) (loop (+ i 1))))))
      (if (number? (car rest))
          (string-for-each f (apply substring first rest))
          (apply for-each f (string->list first) (%map1 string->list rest)))))

(define (string-count string ok? . range)
  (count ok? (apply string->list string range)))
