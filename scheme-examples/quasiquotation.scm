; Templates: quasi-quotation with unquote, splicing, vectors and nesting; a tiny macro expander built on it.

(define x 5)
(define items '(a b c))

(write `(x is ,x)) (newline)
(write `(1 ,@items 2)) (newline)
(write `(,@items . tail)) (newline)
(write `((,x ,(+ x 1)) (nested (,@(map symbol->string items))))) (newline)
(write `#(1 ,x ,@items)) (newline)
(write `(,@'() end)) (newline)
(write (quasiquote (plain (unquote (* x x))))) (newline)

; Rewrites `while`, `unless` and `swap!` in a program given as a list.
(define (expand form)
  (cond ((not (pair? form)) form)
        (else
         (case (car form)
           ((quote) form)
           ((while)
            `(let loop ()
               (if ,(expand (cadr form))
                   (begin ,@(map expand (cddr form)) (loop)))))
           ((swap!)
            (let ((a (cadr form)) (b (caddr form)))
              `(let ((t ,a)) (set! ,a ,b) (set! ,b t))))
           ((my-or)
            (if (null? (cdr form))
                #f
                `(let ((t ,(expand (cadr form))))
                   (if t t ,(expand `(my-or ,@(cddr form)))))))
           (else (map expand form))))))

(for-each
 (lambda (form)
   (write form)
   (newline)
   (display "  ")
   (write (expand form))
   (newline))
 '((swap! a b)
   (while (< i 10) (swap! x y) (set! i (+ i 1)))
   (my-or a (f b) c)))
