;;; formatter: turns the text of a program into a page with marks around comments, strings and words that it knows; `display` of characters and short strings,
;;; `member` of a list of strings.
(import (scheme base) (scheme write) (scheme time) (scheme char))
(include "measure.scm")

(define source
  (let ((port (open-output-string)))
    (do ((i 0 (+ i 1))) ((= i 1500) (get-output-string port))
      (display "(define (procedure-" port)
      (display i port)
      (display " first . rest) ; adds up what it is given\n  (let ((text \"sum: \\\"x\\\"\"))\n    (if (null? rest) (list text first) `(,text ,@rest))))\n\n" port))))

(define known '("define" "lambda" "let" "if" "cond" "begin"))
(define (delimiter? c) (or (eof-object? c) (char-whitespace? c) (memv c '(#\( #\) #\" #\; #\' #\` #\,))))

(define (copy-until end from to)
  (let loop ()
    (let ((c (read-char from)))
      (cond ((eof-object? c) #f)
            ((char=? c end) (display c to))
            ((char=? c #\\) (display c to) (display (read-char from) to) (loop))
            (else (display c to) (loop))))))

(define (word first from)
  (let loop ((characters (list first)))
    (if (delimiter? (peek-char from))
        (list->string (reverse characters))
        (loop (cons (read-char from) characters)))))

;; The number of words.
(define (format-program from to)
  (let loop ((count 0))
    (let ((c (read-char from)))
      (cond ((eof-object? c) count)
            ((char=? c #\;) (display "<i>;" to) (copy-until #\newline from to) (display "</i>" to) (loop count))
            ((char=? c #\") (display "<q>" to) (copy-until #\" from to) (display "</q>" to) (loop count))
            ((char=? c #\newline) (display "<br>" to) (newline to) (loop count))
            ((delimiter? c) (display c to) (loop count))
            (else
             (let ((text (word c from)))
               (if (member text known)
                   (begin (display "<b>" to) (display text to) (display "</b>" to))
                   (display text to))
               (loop (+ count 1))))))))

(measure (lambda ()
           (let loop ((i 1) (result '()))
             (if (> i 3)
                 result
                 (let ((to (open-output-string)))
                   (let ((count (format-program (open-input-string source) to)))
                     (loop (+ i 1) (list count (string-length (get-output-string to)))))))))
         '(22500 297390))
