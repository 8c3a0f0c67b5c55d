;;; SRFI 26: cut and cute, procedures from calls with slots.
(define-library (srfi 26)
  (export cut cute)
  (import (scheme base))
  (begin
    (define-syntax cut
      (syntax-rules ()
        ((_ slot-or-expression ...) (cut-walk () () slot-or-expression ...))))

    ;; (cut-walk (PARAMETER ...) (PART ...) WHAT-IS-LEFT ...); a temporary is made for each slot.
    (define-syntax cut-walk
      (syntax-rules (<> <...>)
        ((_ (parameter ...) (operator part ...))
         (lambda (parameter ...) ((begin operator) part ...)))
        ((_ (parameter ...) (operator part ...) <...>)
         (lambda (parameter ... . rest) (apply operator part ... rest)))
        ((_ (parameter ...) (part ...) <> more ...)
         (cut-walk (parameter ... slot) (part ... slot) more ...))
        ((_ parameters (part ...) expression more ...)
         (cut-walk parameters (part ... expression) more ...))))

    (define-syntax cute
      (syntax-rules ()
        ((_ slot-or-expression ...) (cute-walk () () () slot-or-expression ...))))

    ;; As cut-walk, but what is no slot is evaluated once, before: (cute-walk (BINDING ...) (PARAMETER ...) (PART ...) LEFT ...).
    (define-syntax cute-walk
      (syntax-rules (<> <...>)
        ((_ bindings (parameter ...) (part ...))
         (let bindings (lambda (parameter ...) (part ...))))
        ((_ bindings (parameter ...) (part ...) <...>)
         (let bindings (lambda (parameter ... . rest) (apply part ... rest))))
        ((_ bindings (parameter ...) (part ...) <> more ...)
         (cute-walk bindings (parameter ... slot) (part ... slot) more ...))
        ((_ (binding ...) parameters (part ...) expression more ...)
         (cute-walk (binding ... (value expression)) parameters (part ... value) more ...))))))
