; Building and taking apart strings: joining, splitting, reversing, a Caesar cipher, run-length coding.

(define (join strings separator)
  (if (null? strings)
      ""
      (let loop ((result (car strings)) (rest (cdr strings)))
        (if (null? rest)
            result
            (loop (string-append result separator (car rest)) (cdr rest))))))

(define (split text separator)
  (let loop ((start 0) (end 0))
    (cond ((= end (string-length text))
           (list (substring text start end)))
          ((char=? (string-ref text end) separator)
           (cons (substring text start end) (loop (+ end 1) (+ end 1))))
          (else (loop start (+ end 1))))))

(define (string-reverse text)
  (list->string (reverse (string->list text))))

(define (rotate-letter c by)
  (define (rotate base)
    (integer->char (+ base (modulo (+ (- (char->integer c) base) by) 26))))
  (cond ((and (char>=? c #\a) (char<=? c #\z)) (rotate (char->integer #\a)))
        ((and (char>=? c #\A) (char<=? c #\Z)) (rotate (char->integer #\A)))
        (else c)))

(define (caesar text by)
  (list->string (map (lambda (c) (rotate-letter c by)) (string->list text))))

(define (run-lengths text)
  (let loop ((characters (string->list text)) (runs '()))
    (cond ((null? characters) (reverse runs))
          ((and (pair? runs) (char=? (car (car runs)) (car characters)))
           (loop (cdr characters)
                 (cons (cons (car characters) (+ 1 (cdr (car runs)))) (cdr runs))))
          (else
           (loop (cdr characters) (cons (cons (car characters) 1) runs))))))

(define words (split "the quick brown fox jumps over the lazy dog" #\space))

(write words) (newline)
(write (join (reverse words) " ")) (newline)
(write (string-reverse "stressed")) (newline)
(write (caesar "Hello, World!" 13)) (newline)
(write (caesar (caesar "Hello, World!" 13) 13)) (newline)
(write (run-lengths "aaabccdddd")) (newline)
(write (string->symbol "a-symbol")) (newline)
(write (map string-length words)) (newline)
(write (string<? "apple" "banana")) (newline)
(write "a \"quoted\" word and a \\") (newline)
(display "Größe: ")
(display (string-length "Größe"))
(newline)

(define (repeat text count)
  (let loop ((n count) (pieces '()))
    (if (= n 0)
        (apply string-append pieces)
        (loop (- n 1) (cons text pieces)))))

(write (string-length (repeat "latch" 2000)))
(newline)
