; Count words with an association list, sort by count, and print a bar for each.

(define text
  "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age
   of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of
   Light, it was the season of Darkness, it was the spring of hope, it was the winter of despair")

(define (words text)
  (let loop ((characters (string->list text)) (letters '()) (found '()))
    (define (finished)
      (if (null? letters)
          found
          (cons (list->string (reverse letters)) found)))
    (cond ((null? characters) (reverse (finished)))
          ((char-alphabetic? (car characters))
           (loop (cdr characters) (cons (char-downcase (car characters)) letters) found))
          (else (loop (cdr characters) '() (finished))))))

(define (count-words words)
  (let loop ((words words) (counts '()))
    (if (null? words)
        counts
        (let ((entry (assoc (car words) counts)))
          (cond (entry
                 (set-cdr! entry (+ 1 (cdr entry)))
                 (loop (cdr words) counts))
                (else
                 (loop (cdr words) (cons (cons (car words) 1) counts))))))))

; More frequent first; among equals, by the alphabet.
(define (before? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b))
           (string<? (car a) (car b)))))

(define (insert entry entries)
  (cond ((null? entries) (list entry))
        ((before? entry (car entries)) (cons entry entries))
        (else (cons (car entries) (insert entry (cdr entries))))))

(define (sort-entries entries)
  (let loop ((rest entries) (sorted '()))
    (if (null? rest)
        sorted
        (loop (cdr rest) (insert (car rest) sorted)))))

(define all (words text))
(display (length all))
(display " words")
(newline)
(for-each
 (lambda (entry)
   (display (car entry))
   (display (make-string (- 13 (string-length (car entry))) #\space))
   (display (make-string (cdr entry) #\*))
   (newline))
 (sort-entries (count-words all)))
