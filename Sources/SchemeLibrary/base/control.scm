;; Control: `dynamic-wind`, exceptions, parameters, promises. The runtime keeps the dynamic state (handlers, parameters, winds) in three words
;; (DynamicState.swift); a procedure here that changes one keeps the old one and puts it back. `(%catch thunk)` calls the thunk, and returns the
;; escape point of its frame, if the call is ended by `(%escape point value)`.

;; An active `dynamic-wind` is a vector: its thunks, the handlers and parameters of its call, for the thunks, how many there are with it, and the one around it or ().
(define (dynamic-wind before thunk after)
  (if (not (procedure? before)) (%check-procedure 'dynamic-wind 1 before))
  (if (not (procedure? thunk)) (%check-procedure 'dynamic-wind 2 thunk))
  (if (not (procedure? after)) (%check-procedure 'dynamic-wind 3 after))
  (before)
  (let ((outer (%winds)))
    (%set-winds!
     (vector before after (%handlers) (%parameters) (if (null? outer) 1 (+ (vector-ref outer 4) 1)) outer))
    (let ((result (thunk)))
      (%set-winds! outer)
      (after)
      result)))

;; Several values are one object between `values` and here.
(define (call-with-values producer consumer)
  (apply consumer (%values->list (producer))))

;; Leaves and enters winds until `to` is the innermost: out to the common ancestor, then in.
(define (%travel from to)
  (if (not (eq? from to))
      (if (< (%wind-depth from) (%wind-depth to))
          (begin
            (%travel from (vector-ref to 5))
            (%enter-dynamic-state (vector-ref to 2) (vector-ref to 3))
            ((vector-ref to 0))
            (%set-winds! to))
          (begin
            (%enter-dynamic-state (vector-ref from 2) (vector-ref from 3))
            (%set-winds! (vector-ref from 5))
            ((vector-ref from 1))
            (%travel (vector-ref from 5) to)))))

;; How many winds there are, this one included.
(define (%wind-depth wind) (if (null? wind) 0 (vector-ref wind 4)))

;; The state in which a wind's thunks are called.
(define (%enter-dynamic-state handlers parameters)
  (%set-handlers! handlers)
  (%set-parameters! parameters))

(define (%throw-through-winds continuation arguments)
  (%travel (%winds) (%continuation-winds continuation))
  (%throw continuation arguments))

(define (%escape-to point value)
  (%travel (%winds) (%escape-point-winds point))
  (%escape point value))

(define (exit . code)
  (%travel (%winds) '())
  (apply emergency-exit code))

;; Where `latch freeze` runs a program up to a call of this, the file that it writes goes on here. Otherwise nothing happens.
(define (freeze)
  (if (%freezing?) (call-with-current-continuation (lambda (continuation) (%freeze continuation)))))

;; Exceptions.

(define (with-exception-handler handler thunk)
  (if (not (procedure? handler)) (%check-procedure 'with-exception-handler 1 handler))
  (if (not (procedure? thunk)) (%check-procedure 'with-exception-handler 2 thunk))
  (let ((outer (%handlers)))
    (%set-handlers! (cons handler outer))
    (let ((result (thunk)))
      (%set-handlers! outer)
      result)))

(define (raise-continuable object)
  (let ((handlers (%handlers)))
    (%signal object handlers handlers)))

;; What the runtime calls, in place of the raise, for an object that the innermost handler is not sure to handle for good.
(define (%raise object)
  (let ((handlers (%handlers)))
    (%signal object handlers handlers)
    (%set-handlers! (cdr handlers))
    (%handler-returned object)))

;; Calls the first of some handlers, in the dynamic environment of a raise where there are `all` handlers.
(define (%signal object handlers all)
  (if (pair? handlers)
      (let ((handler (car handlers)))
        (if (procedure? handler)
            (begin
              (%set-handlers! (cdr handlers))
              (let ((result (handler object)))
                (%set-handlers! all)
                result))
            (if (%handles-all? handler)
                (%escape-to handler object)
                ((call-with-current-continuation
                  (lambda (raised)
                    (%escape-to
                     handler
                     (cons object
                           (lambda () (raised (lambda () (%signal object (cdr handlers) all))))))))))))
      (%uncaught object)))

;; `(guard (e clause ...) body ...)` without an `else` clause: `handle` takes the object and a procedure that raises it again, where it was raised.
(define (%guard body handle)
  (let ((point (%enter-guard #f)))
    (let ((result (%catch body)))
      (if (eq? result point)
          (let ((caught (%caught)))
            (handle (car caught) (cdr caught)))
          (begin (%leave-guard point) result)))))

;; The same with an `else` clause.
(define (%guard-else body handle)
  (let ((point (%enter-guard #t)))
    (let ((result (%catch body)))
      (if (eq? result point)
          (handle (%caught))
          (begin (%leave-guard point) result)))))

;; Parameters.

(define (%make-parameter1 value) (%make-parameter value #f))

(define (make-parameter value . converter)
  (%arities %make-parameter1)
  (if (null? converter)
      (%make-parameter value #f)
      (%make-parameter ((car converter) value) (car converter))))

(define (%parameterize bindings thunk)
  (let ((outer (%parameters)))
    (%set-parameters! (or (%bind-parameters bindings outer) (%bind-parameters (%convert-bindings bindings) outer #t)))
    (let ((result (thunk)))
      (%set-parameters! outer)
      result)))

;; What a call of a parameter with an argument does when there is a converter.
(define (%set-converted! parameter value)
  (%set-parameter! parameter ((%parameter-converter parameter) value)))

(define (%convert-bindings bindings)
  (if (null? bindings)
      '()
      (let* ((parameter (car (car bindings)))
             (value (cdr (car bindings)))
             (convert (%parameter-converter parameter))
             (converted (if convert (convert value) value)))
        (cons (cons parameter converted) (%convert-bindings (cdr bindings))))))

;; Promises.

(define %unforced (cons #f #f))

(define (force promise)
  (let ((value (%forced promise %unforced)))
    (if (eq? value %unforced) (%force promise) value)))

(define (%force promise)
  (let ((value (%settle-promise! promise ((%promise-thunk promise)) %unforced)))
    (if (eq? value %unforced) (force promise) value)))
