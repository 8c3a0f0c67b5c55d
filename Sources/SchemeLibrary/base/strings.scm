;; Strings: procedures that call procedures.

(define (string-map f first . rest)
  (list->string (apply map f (string->list first) (%map1 string->list rest))))

(define (string-for-each f first . rest)
  (apply for-each f (string->list first) (%map1 string->list rest)))

(define (string-count string ok? . range)
  (count ok? (apply string->list string range)))
