;; What `latch test` uses: a runner of SRFI 64 that writes tests which fail, with their places, and counts.
(define-library (latch testing)
  (export install! report-open-groups counts)
  (import (scheme base) (scheme write) (srfi 64))
  (begin
    (define console (current-output-port))

    ;; All runners that were made, and the groups that had another number of tests than they said.
    (define runners '())
    (define bad-counts 0)
    (define open-groups 0)

    ;; Makes the runners of programs report here.
    (define (install!) (test-runner-factory make-runner))

    (define (make-runner)
      (let ((runner (test-runner-null)))
        (test-runner-on-test-end! runner report)
        (test-runner-on-bad-count! runner report-bad-count)
        (test-runner-on-bad-end-name! runner
          (lambda (runner began ended) (error "test-end: not the group that has begun" ended began)))
        (set! runners (cons runner runners))
        runner))

    ;; Groups that have begun and not ended, when the program has: it may have been left before its last tests.
    (define (report-open-groups)
      (for-each
        (lambda (runner)
          (if (pair? (test-runner-group-path runner))
              (begin
                (set! open-groups (+ open-groups 1))
                (line "FAIL" (path runner))
                (line "  the group has not ended"))))
        runners))

    ;; Passed, failed, passed unexpectedly, failed as expected, skipped; groups of a wrong size, groups without an end.
    (define (counts)
      (define (sum count) (apply + (map count runners)))
      (list (sum test-runner-pass-count) (sum test-runner-fail-count) (sum test-runner-xpass-count) (sum test-runner-xfail-count)
            (sum test-runner-skip-count) bad-counts open-groups))

    (define (line . parts)
      (for-each (lambda (part) (display part console)) parts)
      (newline console))

    (define (path runner)
      (let ((names (test-runner-group-path runner)))
        (if (null? names)
            ""
            (let ((port (open-output-string)))
              (display " in " port)
              (display (car names) port)
              (for-each (lambda (name) (display "/" port) (display name port)) (cdr names))
              (get-output-string port)))))

    (define (report runner)
      (let ((kind (test-result-kind runner)))
        (if (memq kind '(fail xpass))
            (let ((name (test-runner-test-name runner)))
              (line (if (eq? kind 'fail) "FAIL" "PASS, although it was expected to fail") (if (equal? name "") "" ": ") name (path runner))
              (if (test-result-ref runner 'source-line)
                  (line "  at " (test-result-ref runner 'source-file) ":" (test-result-ref runner 'source-line) ":"
                        (test-result-ref runner 'source-column)))
              (show runner 'source-form "  ")
              (show runner 'expected-value "  expected: ")
              (show runner 'expected-error "  expected an error: ")
              (show runner 'actual-value "  given: ")
              (show runner 'actual-error "  raised: ")))))

    (define (show runner property title)
      (if (assq property (test-result-alist runner))
          (let ((value (test-result-ref runner property)))
            (display title console)
            (if (error-object? value)
                (begin
                  (display (error-object-message value) console)
                  (for-each (lambda (irritant) (display " " console) (write irritant console)) (error-object-irritants value)))
                (write value console))
            (newline console))))

    (define (report-bad-count runner actual expected)
      (set! bad-counts (+ bad-counts 1))
      (line "FAIL" (path runner))
      (line "  the group should have " expected " tests, but has " actual))))
