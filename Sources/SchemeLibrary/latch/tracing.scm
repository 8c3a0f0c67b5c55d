;; Tracing: a procedure that stands for another one, and writes what that is called with and what it returns, indented by how many such calls are going on. The
;; dialogue's `:trace` uses it.
(define-library (latch tracing)
  (export traced untraced)
  (import (scheme base) (scheme write))
  (begin
    (define depth (make-parameter 0))

    ;; Pairs of the procedures that stand for others, and those.
    (define traces '())

    ;; A procedure that does the same as another one and shows its calls by a name.
    (define (traced name procedure)
      (if (assq procedure traces)
          procedure
          (let ((stand-in
                 (lambda arguments
                   (let ((calls (depth)))
                     (write-line-at calls (list (cons name arguments)))
                     (call-with-values
                       (lambda () (parameterize ((depth (+ calls 1))) (apply procedure arguments)))
                       (lambda results
                         (write-line-at calls results)
                         (apply values results)))))))
            (set! traces (cons (cons stand-in procedure) traces))
            stand-in)))

    ;; What a procedure stands for; itself if it stands for none.
    (define (untraced procedure)
      (let ((entry (assq procedure traces)))
        (if entry
            (begin
              (set! traces (remove-entry entry traces))
              (cdr entry))
            procedure)))

    (define (remove-entry entry entries)
      (if (eq? (car entries) entry)
          (cdr entries)
          (cons (car entries) (remove-entry entry (cdr entries)))))

    (define (write-line-at calls data)
      (do ((count calls (- count 1)))
          ((= count 0))
        (write-string "|  "))
      (if (pair? data)
          (begin
            (write (car data))
            (for-each (lambda (datum) (write-char #\space) (write datum)) (cdr data))))
      (newline))))
