;;; R7RS appendix A: every procedure of every library is there, under its own import.
(import (scheme base) (scheme write) (scheme eval))
(include "check.scm")

;; (check-procedures LIBRARY NAME ...): an environment of the library alone has these procedures.
(define-syntax check-procedures
  (syntax-rules ()
    ((_ library name ...)
     (let ((where (environment 'library)))
       (check-same equal? 'name (lambda () (procedure? (eval 'name where))) #t)
       ...))))

(check-procedures (scheme base)
  * + - / < <= = > >= abs append apply assoc assq assv binary-port? boolean=? boolean? bytevector bytevector-append
  bytevector-copy bytevector-copy! bytevector-length bytevector-u8-ref bytevector-u8-set! bytevector? caar cadr
  call-with-current-continuation call-with-port call-with-values call/cc car cdar cddr cdr ceiling char->integer char-ready?
  char<=? char<? char=? char>=? char>? char? close-input-port close-output-port close-port complex? cons current-error-port
  current-input-port current-output-port denominator dynamic-wind eof-object eof-object? eq? equal? eqv? error
  error-object-irritants error-object-message error-object? even? exact exact-integer-sqrt exact-integer? exact? expt features
  file-error? floor floor-quotient floor-remainder floor/ flush-output-port for-each gcd get-output-bytevector get-output-string
  inexact inexact? input-port-open? input-port? integer->char integer? lcm length list list->string list->vector list-copy
  list-ref list-set! list-tail list? make-bytevector make-list make-parameter make-string make-vector map max member memq memv min
  modulo negative? newline not null? number->string number? numerator odd? open-input-bytevector open-input-string
  open-output-bytevector open-output-string output-port-open? output-port? pair? peek-char peek-u8 port? positive? procedure? quotient
  raise raise-continuable rational? rationalize read-bytevector read-bytevector! read-char read-error? read-line read-string
  read-u8 real? remainder reverse round set-car! set-cdr! square string string->list string->number string->symbol string->utf8
  string->vector string-append string-copy string-copy! string-fill! string-for-each string-length string-map string-ref
  string-set! string<=? string<? string=? string>=? string>? string? substring symbol->string symbol=? symbol? textual-port?
  truncate truncate-quotient truncate-remainder truncate/ u8-ready? utf8->string values vector vector->list vector->string
  vector-append vector-copy vector-copy! vector-fill! vector-for-each vector-length vector-map vector-ref vector-set! vector?
  with-exception-handler write-bytevector write-char write-string write-u8 zero?)

(check-procedures (scheme char)
  char-alphabetic? char-ci<=? char-ci<? char-ci=? char-ci>=? char-ci>? char-downcase char-foldcase char-lower-case? char-numeric?
  char-upcase char-upper-case? char-whitespace? digit-value string-ci<=? string-ci<? string-ci=? string-ci>=? string-ci>?
  string-downcase string-foldcase string-upcase)

(check-procedures (scheme cxr)
  caaaar caaadr caaar caadar caaddr caadr cadaar cadadr cadar caddar cadddr caddr cdaaar cdaadr cdaar cdadar cdaddr cdadr cddaar
  cddadr cddar cdddar cddddr cdddr)

(check-procedures (scheme eval)
  environment eval)

(check-procedures (scheme file)
  call-with-input-file call-with-output-file delete-file file-exists? open-binary-input-file open-binary-output-file
  open-input-file open-output-file with-input-from-file with-output-to-file)

(check-procedures (scheme inexact)
  acos asin atan cos exp finite? infinite? log nan? sin sqrt tan)

(check-procedures (scheme lazy)
  force make-promise promise?)

(check-procedures (scheme load)
  load)

(check-procedures (scheme process-context)
  command-line emergency-exit exit get-environment-variable get-environment-variables)

(check-procedures (scheme read)
  read)

(check-procedures (scheme repl)
  interaction-environment)

(check-procedures (scheme time)
  current-jiffy current-second jiffies-per-second)

(check-procedures (scheme write)
  display write write-shared write-simple)

(check-procedures (scheme r5rs)
  * + - / < <= = > >= abs acos append apply asin assoc assq assv atan boolean? caaaar caaadr caaar caadar caaddr caadr caar cadaar
  cadadr cadar caddar cadddr caddr cadr call-with-current-continuation call-with-input-file call-with-output-file call-with-values
  car cdaaar cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar cdddar cddddr cdddr cddr cdr ceiling char->integer
  char-alphabetic? char-ci<=? char-ci<? char-ci=? char-ci>=? char-ci>? char-downcase char-lower-case? char-numeric? char-ready?
  char-upcase char-upper-case? char-whitespace? char<=? char<? char=? char>=? char>? char? close-input-port close-output-port
  complex? cons cos current-input-port current-output-port denominator display dynamic-wind eof-object? eq? equal? eqv? eval even?
  exact->inexact exact? exp expt floor for-each force gcd inexact->exact inexact? input-port? integer->char integer?
  interaction-environment lcm length list list->string list->vector list-ref list-tail list? load log make-string make-vector map
  max member memq memv min modulo negative? newline not null-environment null? number->string number? numerator odd?
  open-input-file open-output-file output-port? pair? peek-char positive? procedure? quotient rational? rationalize read read-char
  real? remainder reverse round scheme-report-environment set-car! set-cdr! sin sqrt string string->list string->number
  string->symbol string-append string-ci<=? string-ci<? string-ci=? string-ci>=? string-ci>? string-copy string-fill!
  string-length string-ref string-set! string<=? string<? string=? string>=? string>? string? substring symbol->string symbol? tan
  truncate values vector vector->list vector-fill! vector-length vector-ref vector-set! vector? with-input-from-file
  with-output-to-file write write-char zero?)

(report "A libraries")
