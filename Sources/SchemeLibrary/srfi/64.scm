;;; SRFI 64: test suites.
;;; A runner is a record of counts, handlers and what is known of the latest test; the groups that are open are its stack of names, each with what
;;; `test-skip` and `test-expect-fail` had added before it.
(define-library (srfi 64)
  (export test-begin test-end test-group test-group-with-cleanup
          test-assert test-equal test-eqv test-eq test-approximate test-error test-read-eval-string
          test-match-name test-match-nth test-match-all test-match-any test-skip test-expect-fail
          test-apply test-with-runner
          test-runner? test-runner-null test-runner-simple test-runner-create test-runner-factory test-runner-current test-runner-get test-runner-reset
          test-runner-pass-count test-runner-fail-count test-runner-xpass-count test-runner-xfail-count test-runner-skip-count
          test-runner-test-name test-runner-group-path test-runner-group-stack test-runner-aux-value test-runner-aux-value!
          test-result-kind test-passed? test-result-ref test-result-set! test-result-remove test-result-clear test-result-alist
          test-runner-on-test-begin test-runner-on-test-begin! test-runner-on-test-end test-runner-on-test-end!
          test-runner-on-group-begin test-runner-on-group-begin! test-runner-on-group-end test-runner-on-group-end!
          test-runner-on-final test-runner-on-final! test-runner-on-bad-count test-runner-on-bad-count!
          test-runner-on-bad-end-name test-runner-on-bad-end-name!
          test-on-group-begin-simple test-on-group-end-simple test-on-bad-end-name-simple test-on-bad-count-simple test-on-final-simple
          test-on-test-begin-simple test-on-test-end-simple)
  (import (scheme base) (scheme eval) (scheme read) (scheme repl) (scheme write) (only (latch) %continuation-place))
  (begin

    (define-record-type <runner>
      (make-runner pass-count fail-count xpass-count xfail-count skip-count total-count results groups skips failures run-list
                   on-group-begin on-group-end on-bad-count on-bad-end-name on-final on-test-begin on-test-end aux-value)
      test-runner?
      (pass-count test-runner-pass-count set-pass-count!)
      (fail-count test-runner-fail-count set-fail-count!)
      (xpass-count test-runner-xpass-count set-xpass-count!)
      (xfail-count test-runner-xfail-count set-xfail-count!)
      (skip-count test-runner-skip-count set-skip-count!)
      ;; Tests so far, of all kinds.
      (total-count total-count set-total-count!)
      ;; What is known of the latest test: an association list.
      (results test-result-alist set-results!)
      ;; The open groups, the innermost first.
      (groups groups set-groups!)
      ;; Specifiers of the tests to be skipped, and of those that are expected to fail.
      (skips skips set-skips!)
      (failures failures set-failures!)
      ;; Within test-apply: specifiers one of which a test must match; #f outside.
      (run-list run-list set-run-list!)
      (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
      (on-group-end test-runner-on-group-end test-runner-on-group-end!)
      (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
      (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
      (on-final test-runner-on-final test-runner-on-final!)
      (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
      (on-test-end test-runner-on-test-end test-runner-on-test-end!)
      (aux-value test-runner-aux-value test-runner-aux-value!))

    ;; COUNT is how many tests the group should have, or #f; BEFORE how many there had been when it began.
    (define-record-type <group>
      (make-group name count before skips failures)
      group?
      (name group-name)
      (count group-count)
      (before group-before)
      (skips group-skips)
      (failures group-failures))

    ;; Runners

    (define (ignore . arguments) #f)

    (define (test-runner-null)
      (make-runner 0 0 0 0 0 0 '() '() '() '() #f ignore ignore ignore ignore ignore ignore ignore #f))

    (define (test-runner-simple)
      (let ((runner (test-runner-null)))
        (test-runner-on-group-begin! runner test-on-group-begin-simple)
        (test-runner-on-group-end! runner test-on-group-end-simple)
        (test-runner-on-bad-count! runner test-on-bad-count-simple)
        (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
        (test-runner-on-final! runner test-on-final-simple)
        (test-runner-on-test-begin! runner test-on-test-begin-simple)
        (test-runner-on-test-end! runner test-on-test-end-simple)
        runner))

    (define test-runner-factory (make-parameter test-runner-simple))
    (define test-runner-current (make-parameter #f))
    (define (test-runner-create) ((test-runner-factory)))

    (define (test-runner-get)
      (or (test-runner-current) (error "test-runner-get: there is no test runner")))

    (define (test-runner-reset runner)
      (set-pass-count! runner 0)
      (set-fail-count! runner 0)
      (set-xpass-count! runner 0)
      (set-xfail-count! runner 0)
      (set-skip-count! runner 0)
      (set-total-count! runner 0)
      (set-results! runner '())
      (set-groups! runner '())
      (set-skips! runner '())
      (set-failures! runner '())
      (set-run-list! runner #f))

    (define (test-runner-group-stack runner) (map group-name (groups runner)))
    (define (test-runner-group-path runner) (reverse (test-runner-group-stack runner)))
    (define (test-runner-test-name runner) (test-result-ref runner 'test-name ""))

    (define-syntax test-with-runner
      (syntax-rules ()
        ((_ runner body ...)
         (parameterize ((test-runner-current runner)) (let () body ...)))))

    ;; What is known of the latest test

    (define (test-result-ref runner property . default)
      (let ((entry (assq property (test-result-alist runner))))
        (if entry
            (cdr entry)
            (if (pair? default) (car default) #f))))

    (define (test-result-set! runner property value)
      (let ((entry (assq property (test-result-alist runner))))
        (if entry
            (set-cdr! entry value)
            (set-results! runner (cons (cons property value) (test-result-alist runner))))))

    (define (test-result-remove runner property)
      (set-results! runner
                    (let loop ((entries (test-result-alist runner)))
                      (cond ((null? entries) '())
                            ((eq? property (caar entries)) (cdr entries))
                            (else (cons (car entries) (loop (cdr entries))))))))

    (define (test-result-clear runner) (set-results! runner '()))

    (define (test-result-kind . runner)
      (test-result-ref (if (pair? runner) (car runner) (test-runner-get)) 'result-kind))

    (define (test-passed? . runner)
      (and (memq (apply test-result-kind runner) '(pass xpass)) #t))

    ;; Groups

    (define (test-begin name . count)
      (if (not (test-runner-current)) (test-runner-current (test-runner-create)))
      (let ((runner (test-runner-current)) (count (if (pair? count) (car count) #f)))
        ((test-runner-on-group-begin runner) runner name count)
        (set-groups! runner
                     (cons (make-group name count (total-count runner) (skips runner) (failures runner))
                           (groups runner)))))

    (define (test-end . name)
      (let* ((runner (test-runner-get)) (stack (groups runner)))
        (if (null? stack) (error "test-end: no group has begun"))
        (let* ((group (car stack)) (count (- (total-count runner) (group-before group))))
          (if (and (pair? name) (not (equal? (car name) (group-name group))))
              ((test-runner-on-bad-end-name runner) runner (group-name group) (car name)))
          (if (and (group-count group) (not (= count (group-count group))))
              ((test-runner-on-bad-count runner) runner count (group-count group)))
          ((test-runner-on-group-end runner) runner)
          (set-groups! runner (cdr stack))
          (set-skips! runner (group-skips group))
          (set-failures! runner (group-failures group))
          (if (null? (cdr stack))
              ((test-runner-on-final runner) runner)))))

    (define-syntax test-group
      (syntax-rules ()
        ((_ name body ...) (run-group name (lambda () body ...)))))

    ;; A group that is to be skipped counts as nothing.
    (define (run-group name thunk)
      (if (not (test-runner-current)) (test-runner-current (test-runner-create)))
      (let ((runner (test-runner-current)))
        (set-results! runner (list (cons 'test-name name)))
        (if (will-run? runner)
            (dynamic-wind
             (lambda () (test-begin name))
             thunk
             (lambda () (test-end name))))))

    (define-syntax test-group-with-cleanup
      (syntax-rules ()
        ((_ name body cleanup) (test-group name (dynamic-wind (lambda () #f) (lambda () body) (lambda () cleanup))))
        ((_ name body more ... cleanup) (test-group-with-cleanup name (let () body more ...) cleanup))))

    ;; Specifiers of tests: a procedure that takes the runner, a number of tests, or a name

    (define (specifier x)
      (cond ((procedure? x) x)
            ((and (exact-integer? x) (>= x 0)) (test-match-nth 1 x))
            ((string? x) (test-match-name x))
            (else (error "not a test specifier" x))))

    (define (test-match-name name)
      (lambda (runner) (equal? name (test-runner-test-name runner))))

    (define (test-match-nth n . count)
      (let ((end (+ n (if (pair? count) (car count) 1))) (seen 0))
        (lambda (runner)
          (set! seen (+ seen 1))
          (and (<= n seen) (< seen end)))))

    ;; All of the specifiers are asked, since some of them count.
    (define (test-match-all . specifiers)
      (let ((specifiers (map specifier specifiers)))
        (lambda (runner)
          (let loop ((rest specifiers) (result #t))
            (if (null? rest)
                result
                (loop (cdr rest) (and ((car rest) runner) result)))))))

    (define (test-match-any . specifiers)
      (let ((specifiers (map specifier specifiers)))
        (lambda (runner) (any-matches? specifiers runner))))

    (define (any-matches? specifiers runner)
      (let loop ((rest specifiers) (result #f))
        (if (null? rest)
            result
            (loop (cdr rest) (or ((car rest) runner) result)))))

    (define (test-skip . specifiers)
      (let ((runner (test-runner-get)))
        (set-skips! runner (cons (apply test-match-all specifiers) (skips runner)))))

    (define (test-expect-fail . specifiers)
      (let ((runner (test-runner-get)))
        (set-failures! runner (cons (apply test-match-all specifiers) (failures runner)))))

    ;; (test-apply [runner] specifier ... procedure)
    (define (test-apply first . rest)
      (if (test-runner? first)
          (parameterize ((test-runner-current first)) (apply test-apply rest))
          (let ((runner (test-runner-current)) (arguments (reverse (cons first rest))))
            (if runner
                (let ((before (run-list runner)))
                  (set-run-list! runner (if (pair? (cdr arguments)) (map specifier (reverse (cdr arguments))) before))
                  ((car arguments))
                  (set-run-list! runner before))
                (let ((runner (test-runner-create)))
                  (parameterize ((test-runner-current runner)) (apply test-apply first rest))
                  ((test-runner-on-final runner) runner))))))

    ;; Running a test

    (define (will-run? runner)
      (let ((selected? (or (not (run-list runner)) (any-matches? (run-list runner) runner))))
        (and (not (any-matches? (skips runner) runner)) selected?)))

    ;; CHECK evaluates the test, notes what it found in the runner, and says whether all is well.
    (define (run-test name form check)
      (if (not (test-runner-current)) (test-runner-current (test-runner-create)))
      (let ((runner (test-runner-current)))
        (set-results! runner (list (cons 'test-name name) (cons 'source-form form)))
        (let* ((run? (will-run? runner)) (fails? (any-matches? (failures runner) runner)))
          (test-result-set! runner 'result-kind (cond ((not run?) 'skip) (fails? 'xfail) (else 'pass)))
          ((test-runner-on-test-begin runner) runner)
          (if run?
              (let ((ok? (check runner)))
                (test-result-set! runner 'result-kind (if fails? (if ok? 'xpass 'xfail) (if ok? 'pass 'fail)))))
          (set-total-count! runner (+ 1 (total-count runner)))
          (if (memq (test-result-ref runner 'result-kind) '(fail xpass)) (note-place runner))
          (case (test-result-ref runner 'result-kind)
            ((pass) (set-pass-count! runner (+ 1 (test-runner-pass-count runner))))
            ((fail) (set-fail-count! runner (+ 1 (test-runner-fail-count runner))))
            ((xpass) (set-xpass-count! runner (+ 1 (test-runner-xpass-count runner))))
            ((xfail) (set-xfail-count! runner (+ 1 (test-runner-xfail-count runner))))
            (else (set-skip-count! runner (+ 1 (test-runner-skip-count runner)))))
          ((test-runner-on-test-end runner) runner))))

    (define-syntax run-here
      (syntax-rules ()
        ((_ argument ...) (let () (run-test argument ...) (if #f #f)))))

    ;; Where the test stands: the innermost place of the program's own code, which no test leaves by a tail call.
    (define (note-place runner)
      (let ((place (apply call-with-current-continuation (list %continuation-place))))
        (if place
            (begin
              (test-result-set! runner 'source-file (car place))
              (test-result-set! runner 'source-line (cadr place))
              (test-result-set! runner 'source-column (car (cddr place)))))))

    ;; What THUNK returns, given to OK?; an object that it raises is a failure.
    (define (evaluate runner thunk ok?)
      (guard (e (#t (test-result-set! runner 'actual-error e) #f))
        (let ((value (thunk)))
          (test-result-set! runner 'actual-value value)
          (ok? value))))

    (define-syntax test-assert
      (syntax-rules ()
        ((_ name expression) (run-here name '(test-assert name expression) (assertion (lambda () expression))))
        ((_ expression) (run-here "" '(test-assert expression) (assertion (lambda () expression))))))

    (define (assertion thunk) (lambda (runner) (evaluate runner thunk (lambda (value) value))))

    (define (comparison same? expected thunk)
      (lambda (runner)
        (evaluate runner
                  (lambda ()
                    (let ((expected (expected)))
                      (test-result-set! runner 'expected-value expected)
                      (thunk)))
                  (lambda (value) (same? (test-result-ref runner 'expected-value) value)))))

    (define-syntax define-comparing-test
      (syntax-rules ()
        ((_ test same?)
         (define-syntax test
           (syntax-rules ()
             ((_ name expected expression)
              (run-here name '(test name expected expression) (comparison same? (lambda () expected) (lambda () expression))))
             ((_ expected expression)
              (run-here "" '(test expected expression) (comparison same? (lambda () expected) (lambda () expression)))))))))

    (define-comparing-test test-equal equal?)
    (define-comparing-test test-eqv eqv?)
    (define-comparing-test test-eq eq?)

    (define-syntax test-approximate
      (syntax-rules ()
        ((_ name expected expression tolerance)
         (run-here name '(test-approximate name expected expression tolerance)
                   (comparison (within tolerance) (lambda () expected) (lambda () expression))))
        ((_ expected expression tolerance)
         (run-here "" '(test-approximate expected expression tolerance)
                   (comparison (within tolerance) (lambda () expected) (lambda () expression))))))

    (define (within tolerance)
      (lambda (expected value) (<= (- expected tolerance) value (+ expected tolerance))))

    (define-syntax test-error
      (syntax-rules ()
        ((_ name type expression) (run-here name '(test-error name type expression) (failure type (lambda () expression))))
        ((_ type expression) (run-here "" '(test-error type expression) (failure type (lambda () expression))))
        ((_ expression) (run-here "" '(test-error expression) (failure #t (lambda () expression))))))

    ;; TYPE is #t for anything raised, #f for no error, or a predicate; any other type matches error objects.
    (define (failure type thunk)
      (lambda (runner)
        (test-result-set! runner 'expected-error type)
        (guard (e (#t
                   (test-result-set! runner 'actual-error e)
                   (cond ((boolean? type) type)
                         ((procedure? type) (type e))
                         (else (error-object? e)))))
          (test-result-set! runner 'actual-value (thunk))
          (not type))))

    (define (test-read-eval-string string)
      (let* ((port (open-input-string string)) (form (read port)))
        (if (eof-object? (read-char port))
            (eval form (interaction-environment))
            (error "test-read-eval-string: more than one expression" string))))

    ;; The simple runner's reports

    (define (line . parts)
      (for-each (lambda (part) (display part)) parts)
      (newline))

    (define (test-on-group-begin-simple runner name count)
      (if (null? (groups runner)) (line "Test suite: " name)))

    (define (test-on-group-end-simple runner) #f)
    (define (test-on-test-begin-simple runner) #f)

    (define (test-on-test-end-simple runner)
      (let ((kind (test-result-kind runner)))
        (if (memq kind '(fail xpass))
            (let ((name (test-runner-test-name runner)))
              (line (if (eq? kind 'fail) "FAIL: " "XPASS: ")
                    (if (equal? name "") "" name)
                    (if (null? (groups runner)) "" " in ")
                    (let loop ((path (test-runner-group-path runner)))
                      (cond ((null? path) "")
                            ((null? (cdr path)) (text (car path)))
                            (else (string-append (text (car path)) "/" (loop (cdr path)))))))
              (for-each
               (lambda (property)
                 (if (assq (car property) (test-result-alist runner))
                     (begin
                       (display (cdr property))
                       (show (test-result-ref runner (car property)))
                       (newline))))
               '((source-form . "  ") (expected-value . "  expected: ") (actual-value . "  got: ") (expected-error . "  expected error: ")
                 (actual-error . "  raised: ")))))))

    (define (text name)
      (let ((port (open-output-string)))
        (display name port)
        (get-output-string port)))

    (define (show x)
      (if (error-object? x)
          (begin
            (display (error-object-message x))
            (for-each (lambda (irritant) (display " ") (write irritant)) (error-object-irritants x)))
          (write x)))

    (define (test-on-bad-count-simple runner actual expected)
      (line "*** The group should have " expected " tests, but has " actual "."))

    (define (test-on-bad-end-name-simple runner began ended)
      (error "test-end: not the group that has begun" ended began))

    (define (test-on-final-simple runner)
      (define (count number what) (if (> number 0) (line "# of " what number)))
      (count (test-runner-pass-count runner) "expected passes      ")
      (count (test-runner-xfail-count runner) "expected failures    ")
      (count (test-runner-xpass-count runner) "unexpected successes ")
      (count (test-runner-fail-count runner) "unexpected failures  ")
      (count (test-runner-skip-count runner) "skipped tests        "))))
