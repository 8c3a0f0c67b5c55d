;;; SRFI 130: strings with cursors. Characters of a string are found by their index in constant time, so a cursor is an index.
(define-library (srfi 130)
  (export string-cursor? string-cursor-start string-cursor-end string-cursor-next string-cursor-prev string-cursor-forward string-cursor-back
          string-cursor=? string-cursor<? string-cursor>? string-cursor<=? string-cursor>=? string-cursor-diff string-cursor->index string-index->cursor
          string-null? string-every string-any string-tabulate string-unfold string-unfold-right
          (rename string->list string->list/cursors) (rename string->vector string->vector/cursors) reverse-list->string string-join
          (rename string-ref string-ref/cursor) (rename substring substring/cursors) (rename string-copy string-copy/cursors)
          string-take string-drop string-take-right string-drop-right string-pad string-pad-right string-trim string-trim-right string-trim-both
          string-prefix-length string-suffix-length string-prefix? string-suffix?
          string-index string-index-right string-skip string-skip-right string-contains string-contains-right
          string-reverse string-concatenate string-concatenate-reverse string-fold string-fold-right
          (rename string-for-each-index string-for-each-cursor)
          string-replicate string-count string-replace string-split string-filter (rename string-delete string-remove))
  (import (scheme base)
          (rename (srfi 13)
                  (string-index index) (string-index-right index-right) (string-skip skip) (string-skip-right skip-right)))
  (begin

    ;; Cursors

    (define (checked s cursor)
      (if (not (substring-spec-ok? s cursor (string-length s))) (error "not a cursor of the string" cursor s))
      cursor)
    (define (string-cursor? x) (and (exact-integer? x) (>= x 0)))
    (define (string-cursor-start s) (checked s 0))
    (define (string-cursor-end s) (string-length s))
    (define (string-cursor-forward s cursor count) (checked s (+ (checked s cursor) count)))
    (define (string-cursor-back s cursor count) (checked s (- (checked s cursor) count)))
    (define (string-cursor-next s cursor) (string-cursor-forward s cursor 1))
    (define (string-cursor-prev s cursor) (string-cursor-back s cursor 1))
    (define (string-cursor=? a b) (= a b))
    (define (string-cursor<? a b) (< a b))
    (define (string-cursor>? a b) (> a b))
    (define (string-cursor<=? a b) (<= a b))
    (define (string-cursor>=? a b) (>= a b))
    (define (string-cursor-diff s start end) (- (checked s end) (checked s start)))
    (define (string-cursor->index s cursor) (checked s cursor))
    (define (string-index->cursor s index) (checked s index))

    ;; Searching: where nothing is found, from the left END, from the right START; else from the right the cursor after the character

    (define (start-of range) (if (pair? range) (car range) 0))
    (define (end-of s range) (if (and (pair? range) (pair? (cdr range))) (cadr range) (string-length s)))
    (define (from-left search s wanted range) (or (apply search s wanted range) (end-of s range)))
    (define (from-right search s wanted range)
      (let ((i (apply search s wanted range)))
        (if i (+ i 1) (start-of range))))
    (define (string-index s wanted . range) (from-left index s wanted range))
    (define (string-skip s wanted . range) (from-left skip s wanted range))
    (define (string-index-right s wanted . range) (from-right index-right s wanted range))
    (define (string-skip-right s wanted . range) (from-right skip-right s wanted range))

    (define (string-contains-right s pattern . ranges)
      (let-string-start+end (start-s end-s rest) 'string-contains-right s ranges
        (let-string-start+end (start-p end-p) 'string-contains-right pattern rest
          (let* ((size (- end-p start-p))
                 (i (string-contains (string-reverse s start-s end-s) (string-reverse pattern start-p end-p))))
            (and i (- end-s i size))))))

    (define (string-replicate s from to . range) (apply xsubstring s from to range))

    ;; The words between delimiters; after LIMIT of these, all that is left.
    (define (words s delimiter limit start end)
      (define size (string-length delimiter))
      (let loop ((at start) (left limit) (result '()))
        (let ((i (and (not (eqv? left 0))
                      (if (= size 0)
                          (and (< (+ at 1) end) (+ at 1))
                          (string-contains s delimiter at end)))))
          (if i
              (loop (+ i size) (and left (- left 1)) (cons (substring s at i) result))
              (reverse (cons (substring s at end) result))))))
    (define (string-split s delimiter . options)
      (let* ((grammar (if (pair? options) (car options) 'infix))
             (options (if (pair? options) (cdr options) '()))
             (limit (and (pair? options) (car options)))
             (range (if (pair? options) (cdr options) '())))
        (if (not (memq grammar '(infix strict-infix prefix suffix))) (error "string-split: not a grammar" grammar))
        (if (not (or (not limit) (and (exact-integer? limit) (>= limit 0)))) (error "string-split: not a limit" limit))
        (let-string-start+end (start end) 'string-split s range
          (cond ((< start end)
                 ;; The empty string that a prefix would give counts as split off.
                 (let* ((skip? (and (eq? grammar 'prefix)
                                    (not (eqv? limit 0))
                                    (string-prefix? delimiter s 0 (string-length delimiter) start end)))
                        (result (if skip?
                                    (words s delimiter (and limit (- limit 1)) (+ start (string-length delimiter)) end)
                                    (words s delimiter limit start end))))
                   (if (and (eq? grammar 'suffix) (pair? (cdr result)) (string=? "" (list-ref result (- (length result) 1))))
                       (reverse (cdr (reverse result)))
                       result)))
                ((eq? grammar 'strict-infix) (error "string-split: the string is empty"))
                (else '())))))))
