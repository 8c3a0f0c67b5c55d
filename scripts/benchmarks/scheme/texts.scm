;;; texts: strings built and taken apart: splitting, joining, replacing, reversing, comparing, numbers as text.
(import (scheme base) (scheme write) (scheme time) (scheme char))
(include "measure.scm")

(define (split text separator)
  (let ((end (string-length text)))
    (let loop ((i 0) (start 0) (parts '()))
      (cond ((= i end) (reverse (cons (substring text start end) parts)))
            ((char=? (string-ref text i) separator) (loop (+ i 1) (+ i 1) (cons (substring text start i) parts)))
            (else (loop (+ i 1) start parts))))))

(define (join parts separator)
  (if (null? parts)
      ""
      (apply string-append (car parts)
             (let loop ((rest (cdr parts)))
               (if (null? rest) '() (cons separator (cons (car rest) (loop (cdr rest)))))))))

(define (find-text pattern text start)
  (let ((m (string-length pattern)) (n (string-length text)))
    (let loop ((i start))
      (cond ((> (+ i m) n) #f)
            ((let same ((j 0))
               (or (= j m) (and (char=? (string-ref pattern j) (string-ref text (+ i j))) (same (+ j 1)))))
             i)
            (else (loop (+ i 1)))))))

(define (replace-all text pattern replacement)
  (let ((found (find-text pattern text 0)))
    (if found
        (string-append (substring text 0 found) replacement
                       (replace-all (substring text (+ found (string-length pattern)) (string-length text)) pattern replacement))
        text)))

(define (reverse-text text) (list->string (reverse (string->list text))))
(define (capitalize word)
  (if (string=? word "")
      word
      (string-append (string (char-upcase (string-ref word 0))) (substring word 1 (string-length word)))))

(define (hash text)
  (let ((end (string-length text)))
    (let loop ((i 0) (h 0))
      (if (= i end) h (loop (+ i 1) (modulo (+ (* 31 h) (char->integer (string-ref text i))) 1000003))))))

(define (palindrome? text) (string=? text (reverse-text text)))

(define (numbers n) (let loop ((i 0) (all '())) (if (= i n) all (loop (+ i 1) (cons (number->string (* i i)) all)))))

(define (count-palindromes n)
  (let loop ((i 0) (count 0))
    (if (= i n) count (loop (+ i 1) (if (palindrome? (number->string i)) (+ count 1) count)))))

(measure (lambda ()
           (let* ((line (join (numbers 300) ","))
                  (words (map capitalize (split "the quick brown fox jumps over the lazy dog and runs away" #\space))))
             (let loop ((i 0) (sum 0))
               (if (= i 300)
                   (list sum (count-palindromes 100000) (join words " "))
                   (loop (+ i 1)
                         (+ sum
                            (hash (join (map reverse-text (split line #\,)) ";"))
                            (string-length (replace-all (substring line 0 400) "00" "zero"))
                            (if (string<? line (reverse-text line)) 1 0)))))))
         '(278237700 1099 "The Quick Brown Fox Jumps Over The Lazy Dog And Runs Away"))
