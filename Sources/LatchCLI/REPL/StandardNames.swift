// What the standard's names are: how each is used, which section of R7RS or which SRFI defines it, and a line that says what it gives. `:doc` shows it.

enum StandardNames {
  struct Entry {
    let usage: String
    let section: String
    let summary: String
  }

  /// What a name means, in R7RS first; a name that several SRFIs define differently has an entry for each. Empty for other names.
  static func entries(_ name: String) -> [Entry] {
    rows.utf8.split(separator: UInt8(ascii: "\n")).compactMap { row in
      let usage = row.first == UInt8(ascii: "(") ? row.dropFirst() : row
      let word = usage.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ")") }
      guard word.elementsEqual(name.utf8) else { return nil }
      let fields = Substring(row).split(separator: " | ", maxSplits: 2)
      return Entry(usage: String(fields[0]), section: String(fields[1]), summary: String(fields[2]))
    }
  }

  /// A line for each name: usage | section | summary. The usage's first word is the name, after the parenthesis where it is a procedure or a form.
  private static let rows = #"""
    (quote datum) | R7RS 4.1.2 | syntax: the datum itself, not evaluated; 'datum means the same
    (lambda formals body ...) | R7RS 4.1.4 | syntax: a procedure; formals are (a b), (a . rest), or one name for a list of all arguments
    (if test consequent [alternate]) | R7RS 4.1.5 | syntax: the consequent if the test is true, otherwise the alternate
    (set! variable expression) | R7RS 4.1.6 | syntax: gives a variable that exists another value
    (include file ...) | R7RS 4.1.7 | syntax: the forms that the files hold, as if they stood here
    (include-ci file ...) | R7RS 4.1.7 | syntax: like include, but the files are read without regard to case
    (cond clause ...) | R7RS 4.2.1 | syntax: the first clause (test expression ...) whose test is true; (test => f) calls f with it
    (case key clause ...) | R7RS 4.2.1 | syntax: the clause ((datum ...) expression ...) that lists a datum eqv? to the key
    else | R7RS 4.2.1 | syntax: in the last clause of cond, case, guard or cond-expand: what to do otherwise
    => | R7RS 4.2.1 | syntax: in a clause of cond, case or guard: what follows is a procedure to call with the value
    (and test ...) | R7RS 4.2.1 | syntax: evaluates until one is false; #f, or what the last test gives
    (or test ...) | R7RS 4.2.1 | syntax: evaluates until one is true; what that gives, or #f
    (when test expression ...) | R7RS 4.2.1 | syntax: evaluates the expressions if the test is true
    (unless test expression ...) | R7RS 4.2.1 | syntax: evaluates the expressions if the test is false
    (cond-expand clause ...) | R7RS 4.2.1 | syntax: the forms of the first clause whose requirement the system meets, see features
    (let ((variable init) ...) body ...) | R7RS 4.2.2 | syntax: the body with new variables; no init sees them
    (let name ((variable init) ...) body ...) | R7RS 4.2.4 | syntax: a loop: the body can call name with the variables' next values
    (let* ((variable init) ...) body ...) | R7RS 4.2.2 | syntax: the body with new variables; each init sees the variables before it
    (letrec ((variable init) ...) body ...) | R7RS 4.2.2 | syntax: the body with new variables that procedures in all inits may refer to
    (letrec* ((variable init) ...) body ...) | R7RS 4.2.2 | syntax: like letrec, with the inits evaluated in order, each after those before it
    (let-values ((formals init) ...) body ...) | R7RS 4.2.2 | syntax: the body with variables for the several values that each init gives
    (let*-values ((formals init) ...) body ...) | R7RS 4.2.2 | syntax: like let-values, but each init sees the variables before it
    (begin form ...) | R7RS 4.2.3 | syntax: evaluates one form after the other; what the last one gives
    (do ((variable init [step]) ...) (test result ...) command ...) | R7RS 4.2.4 | syntax: repeats the commands until the test is true; gives the last result
    (delay expression) | R7RS 4.2.5 | syntax: a promise to evaluate the expression when it is forced for the first time
    (delay-force expression) | R7RS 4.2.5 | syntax: a promise for what the expression's promise gives; iterates in constant space
    (force promise) | R7RS 4.2.5 | the value of a promise, computed the first time; any other object as it is
    (make-promise obj) | R7RS 4.2.5 | a promise that has the value already; a promise as it is
    (promise? obj) | R7RS 4.2.5 | whether it is a promise
    (make-parameter init [converter]) | R7RS 4.2.6 | a procedure that gives its current value; parameterize sets that for a while
    (parameterize ((parameter value) ...) body ...) | R7RS 4.2.6 | syntax: the body, during which the parameters have other values
    (guard (variable clause ...) body ...) | R7RS 4.2.7 | syntax: the body; an object raised in it goes to the clauses, which are like those of cond
    (quasiquote template) | R7RS 4.2.8 | syntax: `template: a datum, in which ,expression and ,@expression are filled in
    (unquote expression) | R7RS 4.2.8 | syntax: ,expression in a quasiquote: the expression's value stands there
    (unquote-splicing expression) | R7RS 4.2.8 | syntax: ,@expression in a quasiquote: the elements of the expression's list stand there
    (case-lambda (formals body ...) ...) | R7RS 4.2.9 | syntax: a procedure that runs the first clause which takes the number of arguments
    (let-syntax ((keyword transformer) ...) body ...) | R7RS 4.3.1 | syntax: the body with local macros, whose transformers do not see each other
    (letrec-syntax ((keyword transformer) ...) body ...) | R7RS 4.3.1 | syntax: the body with local macros, which may use each other
    (syntax-rules ([ellipsis] literal ...) (pattern template) ...) | R7RS 4.3.2 | syntax: a macro: the template of the first pattern that a use matches
    ... | R7RS 4.3.2 | syntax: in a pattern of syntax-rules: what stands before it may come any number of times
    _ | R7RS 4.3.2 | syntax: in a pattern of syntax-rules: matches anything and is not kept
    (syntax-error message datum ...) | R7RS 4.3.3 | syntax: an error while the program is expanded
    (import import-set ...) | R7RS 5.2 | syntax: makes names of libraries visible; a set is a library, or (only set name ...) and the like
    (define variable expression) | R7RS 5.3 | syntax: a variable with a value
    (define (name parameter ...) body ...) | R7RS 5.3 | syntax: a variable whose value is a procedure
    (define-values formals expression) | R7RS 5.3.3 | syntax: variables for the several values that an expression gives
    (define-syntax keyword transformer) | R7RS 5.4 | syntax: a macro, made by syntax-rules
    (define-record-type name (constructor field ...) predicate (field accessor [modifier]) ...) | R7RS 5.5 | syntax: a new type of records with its procedures
    (define-library name declaration ...) | R7RS 5.6.1 | syntax: a library; its declarations are export, import, begin, include and cond-expand

    (eqv? obj1 obj2) | R7RS 6.1 | whether they are the same object, or the same number or character
    (eq? obj1 obj2) | R7RS 6.1 | whether they are the same object; not reliable for numbers and characters
    (equal? obj1 obj2) | R7RS 6.1 | whether they look the same: pairs, vectors, strings, bytevectors are compared by contents

    (number? obj) | R7RS 6.2.6 | whether it is a number
    (complex? obj) | R7RS 6.2.6 | whether it is a number: all numbers are complex
    (real? obj) | R7RS 6.2.6 | whether it is a number without an imaginary part
    (rational? obj) | R7RS 6.2.6 | whether it is a real number that is neither infinite nor a NaN
    (integer? obj) | R7RS 6.2.6 | whether it is a whole number, exact or inexact
    (exact? z) | R7RS 6.2.6 | whether the number is exact
    (inexact? z) | R7RS 6.2.6 | whether the number is inexact
    (exact-integer? obj) | R7RS 6.2.6 | whether it is an exact whole number
    (finite? z) | R7RS 6.2.6 | whether the number is neither infinite nor a NaN, in both its parts
    (infinite? z) | R7RS 6.2.6 | whether the number, or a part of it, is infinite
    (nan? z) | R7RS 6.2.6 | whether the number, or a part of it, is a NaN
    (= z1 z2 z3 ...) | R7RS 6.2.6 | whether the numbers are all equal, exact or not
    (< x1 x2 x3 ...) | R7RS 6.2.6 | whether each number is less than the next one
    (> x1 x2 x3 ...) | R7RS 6.2.6 | whether each number is greater than the next one
    (<= x1 x2 x3 ...) | R7RS 6.2.6 | whether no number is greater than the next one
    (>= x1 x2 x3 ...) | R7RS 6.2.6 | whether no number is less than the next one
    (zero? z) | R7RS 6.2.6 | whether the number is 0
    (positive? x) | R7RS 6.2.6 | whether the number is greater than 0
    (negative? x) | R7RS 6.2.6 | whether the number is less than 0
    (odd? n) | R7RS 6.2.6 | whether the integer cannot be divided by 2
    (even? n) | R7RS 6.2.6 | whether the integer can be divided by 2
    (max x1 x2 ...) | R7RS 6.2.6 | the greatest of the numbers; inexact if any of them is
    (min x1 x2 ...) | R7RS 6.2.6 | the least of the numbers; inexact if any of them is
    (+ z ...) | R7RS 6.2.6 | the sum; 0 without arguments
    (* z ...) | R7RS 6.2.6 | the product; 1 without arguments
    (- z1 z2 ...) | R7RS 6.2.6 | the first number less the others; with one argument its negative
    (/ z1 z2 ...) | R7RS 6.2.6 | the first number divided by the others; with one argument its reciprocal
    (abs x) | R7RS 6.2.6 | the number without its sign
    (floor/ n1 n2) | R7RS 6.2.6 | two values: quotient, rounded down, and remainder, with the divisor's sign
    (floor-quotient n1 n2) | R7RS 6.2.6 | the quotient, rounded down to an integer
    (floor-remainder n1 n2) | R7RS 6.2.6 | what is left by floor-quotient; has the divisor's sign
    (truncate/ n1 n2) | R7RS 6.2.6 | two values: quotient, rounded towards 0, and remainder, with the dividend's sign
    (truncate-quotient n1 n2) | R7RS 6.2.6 | the quotient, rounded towards 0 to an integer
    (truncate-remainder n1 n2) | R7RS 6.2.6 | what is left by truncate-quotient; has the dividend's sign
    (quotient n1 n2) | R7RS 6.2.6 | the same as truncate-quotient
    (remainder n1 n2) | R7RS 6.2.6 | the same as truncate-remainder
    (modulo n1 n2) | R7RS 6.2.6 | the same as floor-remainder
    (gcd n ...) | R7RS 6.2.6 | the greatest common divisor, not negative; 0 without arguments
    (lcm n ...) | R7RS 6.2.6 | the least common multiple, not negative; 1 without arguments
    (numerator q) | R7RS 6.2.6 | what stands above the line when the fraction is in lowest terms
    (denominator q) | R7RS 6.2.6 | what stands below the line when the fraction is in lowest terms, positive
    (floor x) | R7RS 6.2.6 | the number rounded down to an integer
    (ceiling x) | R7RS 6.2.6 | the number rounded up to an integer
    (truncate x) | R7RS 6.2.6 | the number rounded towards 0 to an integer
    (round x) | R7RS 6.2.6 | the nearest integer; of two that are as near, the even one
    (rationalize x y) | R7RS 6.2.6 | the simplest fraction that differs from x by no more than y
    (exp z) | R7RS 6.2.6 | e to the power z
    (log z1 [z2]) | R7RS 6.2.6 | the natural logarithm of z1, or the one to the base z2
    (sin z) | R7RS 6.2.6 | the sine of an angle in radians
    (cos z) | R7RS 6.2.6 | the cosine of an angle in radians
    (tan z) | R7RS 6.2.6 | the tangent of an angle in radians
    (asin z) | R7RS 6.2.6 | the angle, in radians, whose sine is z
    (acos z) | R7RS 6.2.6 | the angle, in radians, whose cosine is z
    (atan z) | R7RS 6.2.6 | the angle, in radians, whose tangent is z
    (atan y x) | R7RS 6.2.6 | the angle, in radians, from the x axis to the point with the coordinates x and y
    (square z) | R7RS 6.2.6 | the number times itself
    (sqrt z) | R7RS 6.2.6 | the square root; exact where z is exact and the root is, too
    (exact-integer-sqrt k) | R7RS 6.2.6 | two values: the greatest integer whose square is at most k, and what k has beyond that
    (expt z1 z2) | R7RS 6.2.6 | z1 to the power z2
    (make-rectangular x1 x2) | R7RS 6.2.6 | the complex number with this real and this imaginary part
    (make-polar x1 x2) | R7RS 6.2.6 | the complex number with this magnitude and this angle
    (real-part z) | R7RS 6.2.6 | the real part of a number
    (imag-part z) | R7RS 6.2.6 | the imaginary part of a number; 0 for a real one
    (magnitude z) | R7RS 6.2.6 | the distance of a complex number from 0
    (angle z) | R7RS 6.2.6 | the angle of a complex number, in radians
    (inexact z) | R7RS 6.2.6 | the inexact number that is nearest
    (exact z) | R7RS 6.2.6 | the exact number of the same value
    (number->string z [radix]) | R7RS 6.2.7 | the number as text, in base 10 or the one given
    (string->number string [radix]) | R7RS 6.2.7 | the number that the text stands for; #f if it stands for none

    (not obj) | R7RS 6.3 | #t for #f, #f for everything else
    (boolean? obj) | R7RS 6.3 | whether it is #t or #f
    (boolean=? boolean1 boolean2 boolean3 ...) | R7RS 6.3 | whether the booleans are all the same

    (pair? obj) | R7RS 6.4 | whether it is a pair
    (cons obj1 obj2) | R7RS 6.4 | a new pair; with a list as obj2 the list that begins with obj1
    (car pair) | R7RS 6.4 | the first field of a pair: the first element of a list
    (cdr pair) | R7RS 6.4 | the second field of a pair: the list after its first element
    (set-car! pair obj) | R7RS 6.4 | stores in the first field of a pair
    (set-cdr! pair obj) | R7RS 6.4 | stores in the second field of a pair
    (caar pair) | R7RS 6.4 | the car of the car
    (cadr pair) | R7RS 6.4 | the car of the cdr: the second element of a list
    (cdar pair) | R7RS 6.4 | the cdr of the car
    (cddr pair) | R7RS 6.4 | the cdr of the cdr
    (caaar pair) | R7RS 6.4 | the car of the car of the car
    (caadr pair) | R7RS 6.4 | the car of the car of the cdr
    (cadar pair) | R7RS 6.4 | the car of the cdr of the car
    (caddr pair) | R7RS 6.4 | the car of the cdr of the cdr: the third element of a list
    (cdaar pair) | R7RS 6.4 | the cdr of the car of the car
    (cdadr pair) | R7RS 6.4 | the cdr of the car of the cdr
    (cddar pair) | R7RS 6.4 | the cdr of the cdr of the car
    (cdddr pair) | R7RS 6.4 | the cdr of the cdr of the cdr
    (caaaar pair) | R7RS 6.4 | the car of the car of the car of the car
    (caaadr pair) | R7RS 6.4 | the car of the car of the car of the cdr
    (caadar pair) | R7RS 6.4 | the car of the car of the cdr of the car
    (caaddr pair) | R7RS 6.4 | the car of the car of the cdr of the cdr
    (cadaar pair) | R7RS 6.4 | the car of the cdr of the car of the car
    (cadadr pair) | R7RS 6.4 | the car of the cdr of the car of the cdr
    (caddar pair) | R7RS 6.4 | the car of the cdr of the cdr of the car
    (cadddr pair) | R7RS 6.4 | the car of the cdr of the cdr of the cdr: the fourth element
    (cdaaar pair) | R7RS 6.4 | the cdr of the car of the car of the car
    (cdaadr pair) | R7RS 6.4 | the cdr of the car of the car of the cdr
    (cdadar pair) | R7RS 6.4 | the cdr of the car of the cdr of the car
    (cdaddr pair) | R7RS 6.4 | the cdr of the car of the cdr of the cdr
    (cddaar pair) | R7RS 6.4 | the cdr of the cdr of the car of the car
    (cddadr pair) | R7RS 6.4 | the cdr of the cdr of the car of the cdr
    (cdddar pair) | R7RS 6.4 | the cdr of the cdr of the cdr of the car
    (cddddr pair) | R7RS 6.4 | the cdr of the cdr of the cdr of the cdr
    (null? obj) | R7RS 6.4 | whether it is the empty list
    (list? obj) | R7RS 6.4 | whether it is a list that ends in the empty list
    (make-list k [fill]) | R7RS 6.4 | a new list of k elements, each of them fill
    (list obj ...) | R7RS 6.4 | a new list of the arguments
    (length list) | R7RS 6.4 | the number of elements
    (append list ...) | R7RS 6.4 | a list of all elements of the lists; the last argument is its end and need not be a list
    (reverse list) | R7RS 6.4 | a new list of the elements from the last to the first
    (list-tail list k) | R7RS 6.4 | the list without its first k elements
    (list-ref list k) | R7RS 6.4 | the element at index k, from 0
    (list-set! list k obj) | R7RS 6.4 | stores an element at index k
    (memq obj list) | R7RS 6.4 | the rest of the list from the first element that is eq? to obj; #f if there is none
    (memv obj list) | R7RS 6.4 | the rest of the list from the first element that is eqv? to obj; #f if there is none
    (member obj list [same?]) | R7RS 6.4 | the rest of the list from the first element that is equal? (or same?) to obj; #f if none is
    (assq obj alist) | R7RS 6.4 | the first pair in the list whose car is eq? to obj; #f if there is none
    (assv obj alist) | R7RS 6.4 | the first pair in the list whose car is eqv? to obj; #f if there is none
    (assoc obj alist [same?]) | R7RS 6.4 | the first pair in the list whose car is equal? (or same?) to obj; #f if none is
    (list-copy obj) | R7RS 6.4 | a new list of the same elements; anything but a list as it is

    (symbol? obj) | R7RS 6.5 | whether it is a symbol
    (symbol=? symbol1 symbol2 symbol3 ...) | R7RS 6.5 | whether the symbols are all the same
    (symbol->string symbol) | R7RS 6.5 | the name of a symbol
    (string->symbol string) | R7RS 6.5 | the symbol of this name

    (char? obj) | R7RS 6.6 | whether it is a character
    (char=? char1 char2 char3 ...) | R7RS 6.6 | whether the characters are all the same
    (char<? char1 char2 char3 ...) | R7RS 6.6 | whether each character's code point is less than the next one's
    (char>? char1 char2 char3 ...) | R7RS 6.6 | whether each character's code point is greater than the next one's
    (char<=? char1 char2 char3 ...) | R7RS 6.6 | whether no character's code point is greater than the next one's
    (char>=? char1 char2 char3 ...) | R7RS 6.6 | whether no character's code point is less than the next one's
    (char-ci=? char1 char2 char3 ...) | R7RS 6.6 | like char=?, but upper and lower case count as the same
    (char-ci<? char1 char2 char3 ...) | R7RS 6.6 | like char<?, but upper and lower case count as the same
    (char-ci>? char1 char2 char3 ...) | R7RS 6.6 | like char>?, but upper and lower case count as the same
    (char-ci<=? char1 char2 char3 ...) | R7RS 6.6 | like char<=?, but upper and lower case count as the same
    (char-ci>=? char1 char2 char3 ...) | R7RS 6.6 | like char>=?, but upper and lower case count as the same
    (char-alphabetic? char) | R7RS 6.6 | whether Unicode calls the character alphabetic
    (char-numeric? char) | R7RS 6.6 | whether the character is a decimal digit of any script
    (char-whitespace? char) | R7RS 6.6 | whether the character is white space
    (char-upper-case? char) | R7RS 6.6 | whether the character is an upper-case letter
    (char-lower-case? char) | R7RS 6.6 | whether the character is a lower-case letter
    (digit-value char) | R7RS 6.6 | the value of a decimal digit of any script; #f for other characters
    (char->integer char) | R7RS 6.6 | the character's code point
    (integer->char n) | R7RS 6.6 | the character with this code point
    (char-upcase char) | R7RS 6.6 | the upper-case character for it, if there is one; otherwise the character itself
    (char-downcase char) | R7RS 6.6 | the lower-case character for it, if there is one; otherwise the character itself
    (char-foldcase char) | R7RS 6.6 | the character that stands for all its cases in comparisons

    (string? obj) | R7RS 6.7 | whether it is a string
    (make-string k [char]) | R7RS 6.7 | a new string of k characters, each of them char
    (string char ...) | R7RS 6.7 | a new string of the arguments
    (string-length string) | R7RS 6.7 | the number of characters
    (string-ref string k) | R7RS 6.7 | the character at index k, from 0
    (string-set! string k char) | R7RS 6.7 | stores a character at index k
    (string=? string1 string2 string3 ...) | R7RS 6.7 | whether the strings all have the same characters
    (string<? string1 string2 string3 ...) | R7RS 6.7 | whether each string comes before the next one, by code points
    (string>? string1 string2 string3 ...) | R7RS 6.7 | whether each string comes after the next one, by code points
    (string<=? string1 string2 string3 ...) | R7RS 6.7 | whether no string comes after the next one, by code points
    (string>=? string1 string2 string3 ...) | R7RS 6.7 | whether no string comes before the next one, by code points
    (string-ci=? string1 string2 string3 ...) | R7RS 6.7 | like string=?, but upper and lower case count as the same
    (string-ci<? string1 string2 string3 ...) | R7RS 6.7 | like string<?, but upper and lower case count as the same
    (string-ci>? string1 string2 string3 ...) | R7RS 6.7 | like string>?, but upper and lower case count as the same
    (string-ci<=? string1 string2 string3 ...) | R7RS 6.7 | like string<=?, but upper and lower case count as the same
    (string-ci>=? string1 string2 string3 ...) | R7RS 6.7 | like string>=?, but upper and lower case count as the same
    (string-upcase string) | R7RS 6.7 | the string in upper case; it may get longer
    (string-downcase string) | R7RS 6.7 | the string in lower case
    (string-foldcase string) | R7RS 6.7 | the string with the differences of case taken away, for comparisons
    (substring string start end) | R7RS 6.7 | a new string of the characters from start up to end
    (string-append string ...) | R7RS 6.7 | a new string of all their characters, one string after the other
    (string->list string [start [end]]) | R7RS 6.7 | a list of the characters
    (list->string list) | R7RS 6.7 | a new string of the characters in a list
    (string-copy string [start [end]]) | R7RS 6.7 | a new string of the same characters
    (string-copy! to at from [start [end]]) | R7RS 6.7 | copies characters of from into to, from index at on
    (string-fill! string char [start [end]]) | R7RS 6.7 | stores the character at all indexes

    (vector? obj) | R7RS 6.8 | whether it is a vector
    (make-vector k [fill]) | R7RS 6.8 | a new vector of k elements, each of them fill
    (vector obj ...) | R7RS 6.8 | a new vector of the arguments
    (vector-length vector) | R7RS 6.8 | the number of elements
    (vector-ref vector k) | R7RS 6.8 | the element at index k, from 0
    (vector-set! vector k obj) | R7RS 6.8 | stores an element at index k
    (vector->list vector [start [end]]) | R7RS 6.8 | a list of the elements
    (list->vector list) | R7RS 6.8 | a new vector of a list's elements
    (vector->string vector [start [end]]) | R7RS 6.8 | a new string of the characters in a vector
    (string->vector string [start [end]]) | R7RS 6.8 | a new vector of a string's characters
    (vector-copy vector [start [end]]) | R7RS 6.8 | a new vector of the same elements
    (vector-copy! to at from [start [end]]) | R7RS 6.8 | copies elements of from into to, from index at on
    (vector-append vector ...) | R7RS 6.8 | a new vector of all their elements, one vector after the other
    (vector-fill! vector fill [start [end]]) | R7RS 6.8 | stores the object at all indexes

    (bytevector? obj) | R7RS 6.9 | whether it is a bytevector
    (make-bytevector k [byte]) | R7RS 6.9 | a new bytevector of k bytes, each of them byte
    (bytevector byte ...) | R7RS 6.9 | a new bytevector of the arguments
    (bytevector-u8-ref bytevector k) | R7RS 6.9 | the byte at index k, from 0
    (bytevector-u8-set! bytevector k byte) | R7RS 6.9 | stores a byte at index k
    (bytevector-length bytevector) | R7RS 6.9 | the number of bytes
    (bytevector-copy bytevector [start [end]]) | R7RS 6.9 | a new bytevector of the same bytes
    (bytevector-copy! to at from [start [end]]) | R7RS 6.9 | copies bytes of from into to, from index at on
    (bytevector-append bytevector ...) | R7RS 6.9 | a new bytevector of all their bytes, one bytevector after the other
    (utf8->string bytevector [start [end]]) | R7RS 6.9 | the string whose characters the bytes encode in UTF-8
    (string->utf8 string [start [end]]) | R7RS 6.9 | a new bytevector with the characters, encoded in UTF-8

    (procedure? obj) | R7RS 6.10 | whether it is a procedure
    (apply f arg ... list) | R7RS 6.10 | calls f with the arguments and then the list's elements
    (map f list1 list2 ...) | R7RS 6.10 | a list of what f gives for the elements; with several lists for those at the same place
    (string-map f string1 string2 ...) | R7RS 6.10 | a string of the characters that f gives for those of the strings
    (vector-map f vector1 vector2 ...) | R7RS 6.10 | a vector of what f gives for the elements; with several vectors for those at the same index
    (for-each f list1 list2 ...) | R7RS 6.10 | calls f with each element, from the first to the last
    (string-for-each f string1 string2 ...) | R7RS 6.10 | calls f with each character, from the first to the last
    (vector-for-each f vector1 vector2 ...) | R7RS 6.10 | calls f with each element, from the first to the last
    (call-with-current-continuation f) | R7RS 6.10 | calls f with a procedure that makes this call return, whenever and however often it is called
    (call/cc f) | R7RS 6.10 | the same as call-with-current-continuation
    (values obj ...) | R7RS 6.10 | gives several values at once
    (call-with-values producer consumer) | R7RS 6.10 | calls the consumer with the values that the producer gives
    (dynamic-wind before thunk after) | R7RS 6.10 | calls all three; before and after also whenever control enters or leaves the thunk

    (with-exception-handler handler thunk) | R7RS 6.11 | calls the thunk; the handler is called with what is raised meanwhile
    (raise obj) | R7RS 6.11 | calls the current exception handler with obj; it is an error if that returns
    (raise-continuable obj) | R7RS 6.11 | calls the current exception handler with obj and gives what that returns
    (error message obj ...) | R7RS 6.11 | raises a new error object with this message and these irritants
    (error-object? obj) | R7RS 6.11 | whether it is an error object, made by error or by the system
    (error-object-message error) | R7RS 6.11 | the message of an error object
    (error-object-irritants error) | R7RS 6.11 | the list of an error object's irritants
    (read-error? obj) | R7RS 6.11 | whether it was raised by read because of wrong text
    (file-error? obj) | R7RS 6.11 | whether it was raised because a file could not be opened, or the like

    (environment import-set ...) | R7RS 6.12 | an environment for eval with what the libraries export
    (scheme-report-environment version) | R7RS 6.12 | an environment for eval with everything of R5RS; the version is 5
    (null-environment version) | R7RS 6.12 | an environment for eval with just the syntax of R5RS; the version is 5
    (interaction-environment) | R7RS 6.12 | the environment in which the dialogue evaluates; it can be changed
    (eval expression environment) | R7RS 6.12 | evaluates a datum as an expression or definition in an environment

    (call-with-port port f) | R7RS 6.13.1 | calls f with the port, then closes it; what f gives
    (call-with-input-file file f) | R7RS 6.13.1 | opens a file for reading, calls f with the port, then closes it; what f gives
    (call-with-output-file file f) | R7RS 6.13.1 | opens a file for writing, calls f with the port, then closes it; what f gives
    (input-port? obj) | R7RS 6.13.1 | whether it is a port that can be read from
    (output-port? obj) | R7RS 6.13.1 | whether it is a port that can be written to
    (textual-port? obj) | R7RS 6.13.1 | whether it is a port of characters
    (binary-port? obj) | R7RS 6.13.1 | whether it is a port of bytes
    (port? obj) | R7RS 6.13.1 | whether it is a port
    (input-port-open? port) | R7RS 6.13.1 | whether the port can still be read from
    (output-port-open? port) | R7RS 6.13.1 | whether the port can still be written to
    (current-input-port) | R7RS 6.13.1 | the port that is read from where none is given; a parameter
    (current-output-port) | R7RS 6.13.1 | the port that is written to where none is given; a parameter
    (current-error-port) | R7RS 6.13.1 | the port for messages about errors; a parameter
    (with-input-from-file file thunk) | R7RS 6.13.1 | calls the thunk while the current input port reads the file
    (with-output-to-file file thunk) | R7RS 6.13.1 | calls the thunk while the current output port writes the file
    (open-input-file file) | R7RS 6.13.1 | a port that reads characters from a file
    (open-binary-input-file file) | R7RS 6.13.1 | a port that reads bytes from a file
    (open-output-file file) | R7RS 6.13.1 | a port that writes characters to a file, which is made or emptied
    (open-binary-output-file file) | R7RS 6.13.1 | a port that writes bytes to a file, which is made or emptied
    (close-port port) | R7RS 6.13.1 | closes a port
    (close-input-port port) | R7RS 6.13.1 | closes the input side of a port
    (close-output-port port) | R7RS 6.13.1 | closes the output side of a port
    (open-input-string string) | R7RS 6.13.1 | a port that reads the characters of a string
    (open-output-string) | R7RS 6.13.1 | a port that gathers characters for get-output-string
    (get-output-string port) | R7RS 6.13.1 | the string of what was written to the port so far
    (open-input-bytevector bytevector) | R7RS 6.13.1 | a port that reads the bytes of a bytevector
    (open-output-bytevector) | R7RS 6.13.1 | a port that gathers bytes for get-output-bytevector
    (get-output-bytevector port) | R7RS 6.13.1 | the bytevector of what was written to the port so far
    (read [port]) | R7RS 6.13.2 | the next datum, or the end-of-file object
    (read-char [port]) | R7RS 6.13.2 | the next character, or the end-of-file object
    (peek-char [port]) | R7RS 6.13.2 | the next character, which stays to be read, or the end-of-file object
    (read-line [port]) | R7RS 6.13.2 | the characters up to the end of the line, or the end-of-file object
    (eof-object? obj) | R7RS 6.13.2 | whether it is the end-of-file object
    (eof-object) | R7RS 6.13.2 | the end-of-file object
    (char-ready? [port]) | R7RS 6.13.2 | whether read-char would not wait
    (read-string k [port]) | R7RS 6.13.2 | the next k characters, or as many as there are, or the end-of-file object
    (read-u8 [port]) | R7RS 6.13.2 | the next byte, or the end-of-file object
    (peek-u8 [port]) | R7RS 6.13.2 | the next byte, which stays to be read, or the end-of-file object
    (u8-ready? [port]) | R7RS 6.13.2 | whether read-u8 would not wait
    (read-bytevector k [port]) | R7RS 6.13.2 | the next k bytes, or as many as there are, or the end-of-file object
    (read-bytevector! bytevector [port [start [end]]]) | R7RS 6.13.2 | reads bytes into the bytevector; how many, or the end-of-file object
    (write obj [port]) | R7RS 6.13.3 | writes it as the reader takes it, with labels where it contains itself
    (write-shared obj [port]) | R7RS 6.13.3 | like write, with labels for everything that occurs more than once
    (write-simple obj [port]) | R7RS 6.13.3 | like write, without labels; does not end for what contains itself
    (display obj [port]) | R7RS 6.13.3 | writes it for people: strings and characters as they are
    (newline [port]) | R7RS 6.13.3 | writes the end of a line
    (write-char char [port]) | R7RS 6.13.3 | writes a character
    (write-string string [port [start [end]]]) | R7RS 6.13.3 | writes the characters of a string
    (write-u8 byte [port]) | R7RS 6.13.3 | writes a byte
    (write-bytevector bytevector [port [start [end]]]) | R7RS 6.13.3 | writes the bytes of a bytevector
    (flush-output-port [port]) | R7RS 6.13.3 | passes on what was written and is still held back

    (load file [environment]) | R7RS 6.14 | reads a file and evaluates what is in it
    (file-exists? file) | R7RS 6.14 | whether there is a file of this name
    (delete-file file) | R7RS 6.14 | removes a file
    (command-line) | R7RS 6.14 | a list of the program's name and its arguments, as strings
    (exit [code]) | R7RS 6.14 | ends the program after what dynamic-wind has to run; #f means failure
    (emergency-exit [code]) | R7RS 6.14 | ends the program at once, without what dynamic-wind would run
    (get-environment-variable name) | R7RS 6.14 | the value of an environment variable; #f if it is not set
    (get-environment-variables) | R7RS 6.14 | a list of pairs: the names and values of the environment variables
    (current-second) | R7RS 6.14 | the time now, in seconds since the start of 1970
    (current-jiffy) | R7RS 6.14 | the time since some moment in the past, in jiffies
    (jiffies-per-second) | R7RS 6.14 | the number of jiffies in a second
    (features) | R7RS 6.14 | a list of the symbols that cond-expand takes for true

    (exact->inexact z) | R5RS 6.2.5 | the older name of inexact
    (inexact->exact z) | R5RS 6.2.5 | the older name of exact

    (xcons obj1 obj2) | SRFI 1 | a new pair, with the arguments the other way round: (cons obj2 obj1)
    (cons* obj ... list) | SRFI 1 | a list of the arguments before the last one, which is its end
    (list-tabulate n f) | SRFI 1 | a list of what f gives for 0 up to n - 1
    (circular-list obj1 obj2 ...) | SRFI 1 | a list without an end, in which the arguments come again and again
    (iota count [start [step]]) | SRFI 1 | a list of count numbers from start (0) on, step (1) apart
    (proper-list? obj) | SRFI 1 | whether it is a list that ends in the empty list
    (circular-list? obj) | SRFI 1 | whether it is a list without an end
    (dotted-list? obj) | SRFI 1 | whether it ends in something else than the empty list
    (not-pair? obj) | SRFI 1 | whether it is anything but a pair
    (null-list? list) | SRFI 1 | whether the list is empty; an error if it is no list
    (list= same? list ...) | SRFI 1 | whether the lists are equally long and same? holds for elements at the same place
    (first list) | SRFI 1 | the first element of a list
    (second list) | SRFI 1 | the second element of a list
    (third list) | SRFI 1 | the third element of a list
    (fourth list) | SRFI 1 | the fourth element of a list
    (fifth list) | SRFI 1 | the fifth element of a list
    (sixth list) | SRFI 1 | the sixth element of a list
    (seventh list) | SRFI 1 | the seventh element of a list
    (eighth list) | SRFI 1 | the eighth element of a list
    (ninth list) | SRFI 1 | the ninth element of a list
    (tenth list) | SRFI 1 | the tenth element of a list
    (car+cdr pair) | SRFI 1 | two values: the car and the cdr
    (take list k) | SRFI 1 | a new list of the first k elements
    (drop list k) | SRFI 1 | the list without its first k elements
    (take-right list k) | SRFI 1 | the list's last k elements
    (drop-right list k) | SRFI 1 | a new list of all but the last k elements
    (take! list k) | SRFI 1 | like take, but may reuse the list's pairs
    (drop-right! list k) | SRFI 1 | like drop-right, but may reuse the list's pairs
    (split-at list k) | SRFI 1 | two values: the first k elements, and the others
    (split-at! list k) | SRFI 1 | like split-at, but may reuse the list's pairs
    (last list) | SRFI 1 | the last element of a list that is not empty
    (last-pair list) | SRFI 1 | the last pair of a list that is not empty
    (length+ list) | SRFI 1 | the number of elements; #f for a list without an end
    (append! list ...) | SRFI 1 | like append, but may reuse the lists' pairs
    (concatenate lists) | SRFI 1 | the lists in a list appended to each other
    (concatenate! lists) | SRFI 1 | like concatenate, but may reuse the lists' pairs
    (reverse! list) | SRFI 1 | like reverse, but may reuse the list's pairs
    (append-reverse list tail) | SRFI 1 | the elements of the list in reverse order, and then the tail
    (append-reverse! list tail) | SRFI 1 | like append-reverse, but may reuse the list's pairs
    (zip list1 list2 ...) | SRFI 1 | a list of lists: of the first elements, of the second ones, and so on
    (unzip1 lists) | SRFI 1 | a list of the first elements of the lists in a list
    (unzip2 lists) | SRFI 1 | two values: a list of the lists' first elements, and one of their second ones
    (unzip3 lists) | SRFI 1 | three values: lists of the lists' first, second and third elements
    (unzip4 lists) | SRFI 1 | four values: lists of the lists' first up to fourth elements
    (unzip5 lists) | SRFI 1 | five values: lists of the lists' first up to fifth elements
    (count matches? list1 list2 ...) | SRFI 1 | how many elements match
    (fold f start list1 list2 ...) | SRFI 1 | the last result of (f element ... result), from the first element on; start is the first result
    (fold-right f start list1 list2 ...) | SRFI 1 | the last result of (f element ... result), from the last element on; start is the first result
    (unfold stop? mapper successor seed [tail]) | SRFI 1 | a list of (mapper seed) for each seed until stop?; its end is (tail seed)
    (unfold-right stop? mapper successor seed [tail]) | SRFI 1 | (mapper seed) for each seed until stop?, the last one first; then tail
    (pair-fold f start list1 list2 ...) | SRFI 1 | like fold, but f gets the rests of the lists instead of elements
    (pair-fold-right f start list1 list2 ...) | SRFI 1 | like fold-right, but f gets the rests of the lists instead of elements
    (reduce f identity list) | SRFI 1 | like fold, with the first element as start; identity for an empty list
    (reduce-right f identity list) | SRFI 1 | like fold-right, with the last element as start; identity for an empty list
    (append-map f list1 list2 ...) | SRFI 1 | the lists that f gives for the elements, appended to each other
    (append-map! f list1 list2 ...) | SRFI 1 | like append-map, but may reuse the pairs of what f gives
    (map! f list1 list2 ...) | SRFI 1 | like map, but may reuse the first list's pairs
    (map-in-order f list1 list2 ...) | SRFI 1 | like map, with calls of f surely from the first element to the last
    (pair-for-each f list1 list2 ...) | SRFI 1 | calls f with the list, then with the rest after each element
    (filter-map f list1 list2 ...) | SRFI 1 | like map, without the results that are #f
    (filter wanted? list) | SRFI 1 | a list of the elements that are wanted
    (partition wanted? list) | SRFI 1 | two values: a list of the elements that are wanted, and one of the others
    (remove unwanted? list) | SRFI 1 | a list of the elements but those that are unwanted
    (filter! wanted? list) | SRFI 1 | like filter, but may reuse the list's pairs
    (partition! wanted? list) | SRFI 1 | like partition, but may reuse the list's pairs
    (remove! unwanted? list) | SRFI 1 | like remove, but may reuse the list's pairs
    (find matches? list) | SRFI 1 | the first element that matches; #f if none does
    (find-tail matches? list) | SRFI 1 | the rest of the list from the first element that matches; #f if none does
    (any matches? list1 list2 ...) | SRFI 1 | the first result of matches? that is not #f; #f if all are
    (every matches? list1 list2 ...) | SRFI 1 | #f if matches? gives that for an element; otherwise its last result, #t for empty lists
    (list-index matches? list1 list2 ...) | SRFI 1 | the index of the first element that matches; #f if none does
    (take-while matches? list) | SRFI 1 | a list of the elements before the first one that does not match
    (take-while! matches? list) | SRFI 1 | like take-while, but may reuse the list's pairs
    (drop-while matches? list) | SRFI 1 | the rest of the list from the first element that does not match
    (span matches? list) | SRFI 1 | two values: the elements before the first one that does not match, and the rest
    (span! matches? list) | SRFI 1 | like span, but may reuse the list's pairs
    (break matches? list) | SRFI 1 | two values: the elements before the first one that matches, and the rest
    (break! matches? list) | SRFI 1 | like break, but may reuse the list's pairs
    (delete obj list [same?]) | SRFI 1 | a list of the elements that are not equal? (or same?) to obj
    (delete! obj list [same?]) | SRFI 1 | like delete, but may reuse the list's pairs
    (delete-duplicates list [same?]) | SRFI 1 | a list of the elements, of equal ones only the first
    (delete-duplicates! list [same?]) | SRFI 1 | like delete-duplicates, but may reuse the list's pairs
    (alist-cons key value alist) | SRFI 1 | the association list with a new first pair
    (alist-copy alist) | SRFI 1 | a new association list, whose pairs are new, too
    (alist-delete key alist [same?]) | SRFI 1 | the association list without the pairs that have this key
    (alist-delete! key alist [same?]) | SRFI 1 | like alist-delete, but may reuse the list's pairs
    (lset<= same? list ...) | SRFI 1 | whether each list, as a set, is contained in the next one
    (lset= same? list ...) | SRFI 1 | whether the lists are the same set
    (lset-adjoin same? list obj ...) | SRFI 1 | the list with those of the objects that are not in it yet
    (lset-union same? list ...) | SRFI 1 | a list of what is in any of the lists
    (lset-union! same? list ...) | SRFI 1 | like lset-union, but may reuse the lists' pairs
    (lset-intersection same? list1 list2 ...) | SRFI 1 | a list of what is in all of the lists
    (lset-intersection! same? list1 list2 ...) | SRFI 1 | like lset-intersection, but may reuse the first list's pairs
    (lset-difference same? list1 list2 ...) | SRFI 1 | a list of what is in the first list and in none of the others
    (lset-difference! same? list1 list2 ...) | SRFI 1 | like lset-difference, but may reuse the first list's pairs
    (lset-xor same? list ...) | SRFI 1 | of two lists, what is in just one; of more, what is in an odd number of them
    (lset-xor! same? list ...) | SRFI 1 | like lset-xor, but may reuse the lists' pairs
    (lset-diff+intersection same? list1 list2 ...) | SRFI 1 | two values: what of the first list is in none of the others, and what is in some
    (lset-diff+intersection! same? list1 list2 ...) | SRFI 1 | like lset-diff+intersection, but may reuse the first list's pairs

    (and-let* (clause ...) body ...) | SRFI 2 | syntax: like let*, but #f as soon as a clause (variable expression), (test) or variable is #f
    (receive formals expression body ...) | SRFI 8 | syntax: the body with variables for the several values that the expression gives

    (vector-unfold f length seed ...) | SRFI 133 | a new vector: f gets the index and the seeds, and gives the element and the next seeds
    (vector-unfold-right f length seed ...) | SRFI 133 | like vector-unfold, from the last index to the first
    (vector-unfold! f vector start end seed ...) | SRFI 133 | like vector-unfold, but stores in a part of a vector
    (vector-unfold-right! f vector start end seed ...) | SRFI 133 | like vector-unfold!, from the last index to the first
    (vector-reverse-copy vector [start [end]]) | SRFI 133 | a new vector of the elements from the last to the first
    (vector-concatenate vectors) | SRFI 133 | a new vector of the elements of all vectors in a list
    (vector-append-subvectors [vector start end] ...) | SRFI 133 | a new vector of parts of vectors, one after the other
    (vector-empty? vector) | SRFI 133 | whether the vector has no elements
    (vector= same? vector ...) | SRFI 133 | whether the vectors are equally long and same? holds for elements at the same index
    (vector-fold f start vector1 vector2 ...) | SRFI 133 | the last result of (f result element ...), from the first element on; start is the first result
    (vector-fold-right f start vector1 vector2 ...) | SRFI 133 | the last result of (f result element ...), from the last element on
    (vector-map! f vector1 vector2 ...) | SRFI 133 | stores what f gives for the elements in the first vector
    (vector-count matches? vector1 vector2 ...) | SRFI 133 | how many elements match
    (vector-cumulate f start vector) | SRFI 133 | a new vector of the results of (f result element), each from the one before it
    (vector-index matches? vector1 vector2 ...) | SRFI 133 | the first index at which the elements match; #f if there is none
    (vector-index-right matches? vector1 vector2 ...) | SRFI 133 | the last index at which the elements match; #f if there is none
    (vector-skip matches? vector1 vector2 ...) | SRFI 133 | the first index at which the elements do not match; #f if there is none
    (vector-skip-right matches? vector1 vector2 ...) | SRFI 133 | the last index at which the elements do not match; #f if there is none
    (vector-binary-search vector value compare [start [end]]) | SRFI 133 | an index where (compare element value) gives 0, in a sorted vector; #f if none
    (vector-any matches? vector1 vector2 ...) | SRFI 133 | the first result of matches? that is not #f; #f if all are
    (vector-every matches? vector1 vector2 ...) | SRFI 133 | #f if matches? gives that for an element; otherwise its last result
    (vector-partition matches? vector) | SRFI 133 | two values: a new vector with the elements that match first, and how many those are
    (vector-swap! vector i j) | SRFI 133 | exchanges the elements at two indexes
    (vector-reverse! vector [start [end]]) | SRFI 133 | puts the elements in reverse order
    (vector-reverse-copy! to at from [start [end]]) | SRFI 133 | copies elements of from into to in reverse order, from index at on
    (reverse-vector->list vector [start [end]]) | SRFI 133 | a list of the elements from the last to the first
    (reverse-list->vector list) | SRFI 133 | a new vector of the list's elements from the last to the first

    (string-null? string) | SRFI 13, 130 | whether the string is empty
    (string-every wanted string [start [end]]) | SRFI 13, 130 | whether all characters are wanted; wanted is a predicate, in SRFI 13 also a character or set
    (string-any wanted string [start [end]]) | SRFI 13, 130 | whether any character is wanted; wanted is a predicate, in SRFI 13 also a character or set
    (string-tabulate f length) | SRFI 13, 130 | a new string of the characters that f gives for the indexes from 0 on
    (string-map f string [start [end]]) | SRFI 13 | a string of the characters that f gives for those of a part of a string
    (string-for-each f string [start [end]]) | SRFI 13 | calls f with each character of a part of a string
    (string-upcase string [start [end]]) | SRFI 13 | a part of a string, in upper case
    (string-downcase string [start [end]]) | SRFI 13 | a part of a string, in lower case
    (reverse-list->string list) | SRFI 13, 130 | a new string of the characters in a list, from the last to the first
    (string-join strings [delimiter [grammar]]) | SRFI 13, 130 | the strings in a list with a delimiter (a space): infix, strict-infix, prefix, suffix
    (substring/shared string start [end]) | SRFI 13 | like substring, but may be the string itself
    (string-take string n) | SRFI 13, 130 | the first n characters
    (string-take-right string n) | SRFI 13, 130 | the last n characters
    (string-drop string n) | SRFI 13, 130 | all but the first n characters
    (string-drop-right string n) | SRFI 13, 130 | all but the last n characters
    (string-pad string length [char [start [end]]]) | SRFI 13, 130 | at this length: with char (a space) before it, or its first characters cut off
    (string-pad-right string length [char [start [end]]]) | SRFI 13, 130 | at this length: with char (a space) after it, or its last characters cut off
    (string-trim string [unwanted [start [end]]]) | SRFI 13, 130 | the string without unwanted characters (white space) at its start
    (string-trim-right string [unwanted [start [end]]]) | SRFI 13, 130 | the string without unwanted characters (white space) at its end
    (string-trim-both string [unwanted [start [end]]]) | SRFI 13, 130 | the string without unwanted characters (white space) at its start and end
    (string-compare string1 string2 less equal greater [start1 end1 start2 end2]) | SRFI 13 | calls one of the procedures with the index where they differ
    (string-compare-ci string1 string2 less equal greater [start1 end1 start2 end2]) | SRFI 13 | like string-compare, with cases the same
    (string= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether two strings, or parts of them, are the same
    (string<> string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether two strings, or parts of them, differ
    (string< string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether the first string, or part, comes before the second one
    (string> string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether the first string, or part, comes after the second one
    (string<= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether the first string, or part, does not come after the second one
    (string>= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | whether the first string, or part, does not come before the second one
    (string-ci= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string=, but upper and lower case count as the same
    (string-ci<> string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string<>, but upper and lower case count as the same
    (string-ci< string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string<, but upper and lower case count as the same
    (string-ci> string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string>, but upper and lower case count as the same
    (string-ci<= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string<=, but upper and lower case count as the same
    (string-ci>= string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string>=, but upper and lower case count as the same
    (string-hash string [bound [start [end]]]) | SRFI 13, 69, 125, 128 | a number made of the characters, the same for equal strings; below the bound
    (string-hash-ci string [bound [start [end]]]) | SRFI 13 | like string-hash, the same for strings that differ only in case
    (string-prefix-length string1 string2 [start1 end1 start2 end2]) | SRFI 13, 130 | how many characters the two have in common at their start
    (string-suffix-length string1 string2 [start1 end1 start2 end2]) | SRFI 13, 130 | how many characters the two have in common at their end
    (string-prefix-length-ci string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string-prefix-length, with cases the same
    (string-suffix-length-ci string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string-suffix-length, with cases the same
    (string-prefix? string1 string2 [start1 end1 start2 end2]) | SRFI 13, 130 | whether the second string begins with the first one
    (string-suffix? string1 string2 [start1 end1 start2 end2]) | SRFI 13, 130 | whether the second string ends with the first one
    (string-prefix-ci? string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string-prefix?, but upper and lower case count as the same
    (string-suffix-ci? string1 string2 [start1 end1 start2 end2]) | SRFI 13 | like string-suffix?, but upper and lower case count as the same
    (string-index string wanted [start [end]]) | SRFI 13 | the index of the first character that is wanted (a character, set or predicate); #f if none is
    (string-index string wanted? [start [end]]) | SRFI 130 | the cursor at the first character that is wanted; the one at the end if none is
    (string-index-right string wanted [start [end]]) | SRFI 13 | the index of the last character that is wanted; #f if none is
    (string-index-right string wanted? [start [end]]) | SRFI 130 | the cursor after the last character that is wanted; the one at the start if none is
    (string-skip string unwanted [start [end]]) | SRFI 13 | the index of the first character that is not unwanted; #f if there is none
    (string-skip string unwanted? [start [end]]) | SRFI 130 | the cursor at the first character that is not unwanted; the one at the end if there is none
    (string-skip-right string unwanted [start [end]]) | SRFI 13 | the index of the last character that is not unwanted; #f if there is none
    (string-skip-right string unwanted? [start [end]]) | SRFI 130 | the cursor after the last character not unwanted; the one at the start if there is none
    (string-count string wanted [start [end]]) | SRFI 13, 130 | how many characters are wanted; wanted is a predicate, in SRFI 13 also a character or set
    (string-contains string pattern [start1 end1 start2 end2]) | SRFI 13, 130 | the index where the pattern occurs first; #f if it does not
    (string-contains-ci string pattern [start1 end1 start2 end2]) | SRFI 13 | like string-contains, but upper and lower case count as the same
    (string-titlecase string [start [end]]) | SRFI 13 | the string with each word's first letter in title case and the others in lower case
    (string-titlecase! string [start [end]]) | SRFI 13 | like string-titlecase, but changes the string
    (string-upcase! string [start [end]]) | SRFI 13 | puts the characters of a string in upper case
    (string-downcase! string [start [end]]) | SRFI 13 | puts the characters of a string in lower case
    (string-reverse string [start [end]]) | SRFI 13, 130 | a new string of the characters from the last to the first
    (string-reverse! string [start [end]]) | SRFI 13 | puts the characters of a string in reverse order
    (string-concatenate strings) | SRFI 13, 130 | the strings in a list appended to each other
    (string-concatenate-reverse strings [final [end]]) | SRFI 13, 130 | the strings in a list, from the last to the first, and then final up to end
    (string-append/shared string ...) | SRFI 13 | like string-append, but may be one of the strings
    (string-concatenate/shared strings) | SRFI 13 | like string-concatenate, but may be one of the strings
    (string-concatenate-reverse/shared strings [final [end]]) | SRFI 13 | like string-concatenate-reverse, but may be one of the strings
    (string-map! f string [start [end]]) | SRFI 13 | stores what f gives for each character in its place
    (string-fold f start-value string [start [end]]) | SRFI 13, 130 | the last result of (f char result), from the first character on
    (string-fold-right f start-value string [start [end]]) | SRFI 13, 130 | the last result of (f char result), from the last character on
    (string-unfold stop? mapper successor seed [base [final]]) | SRFI 13, 130 | base, then (mapper seed) for each seed until stop?, then (final seed)
    (string-unfold-right stop? mapper successor seed [base [final]]) | SRFI 13, 130 | like string-unfold, but from right to left: base is the end
    (string-for-each-index f string [start [end]]) | SRFI 13 | calls f with each index of the string
    (xsubstring string from [to [start [end]]]) | SRFI 13 | a part from index from up to to of the string repeated without end, in both directions
    (string-xcopy! target at string from [to [start [end]]]) | SRFI 13 | stores what xsubstring gives in the target, from index at on
    (string-replace string1 string2 start1 end1 [start2 [end2]]) | SRFI 13, 130 | string1 with string2 in place of the characters from start1 up to end1
    (string-tokenize string [token-set [start [end]]]) | SRFI 13 | a list of the longest parts whose characters are in a set (the graphic ones)
    (string-filter wanted string [start [end]]) | SRFI 13, 130 | the characters that are wanted, by a predicate; in SRFI 13 also a character or set
    (string-delete unwanted string [start [end]]) | SRFI 13 | a string of the characters but those that are unwanted (a character, set or predicate)
    (string-parse-start+end who string args) | SRFI 13 | three values: what is left of a list of optional arguments, and the start and end taken from it
    (string-parse-final-start+end who string args) | SRFI 13 | two values: start and end from a list of optional arguments; an error if it has more
    (let-string-start+end (start end [rest]) who string args body ...) | SRFI 13 | syntax: the body with start and end from a list of optional arguments
    (check-substring-spec who string start end) | SRFI 13 | an error if start and end are no bounds of a part of the string
    (substring-spec-ok? string start end) | SRFI 13 | whether start and end are bounds of a part of the string
    (make-kmp-restart-vector pattern [same? [start [end]]]) | SRFI 13 | a vector that says where to go on after a mismatch, for searches of the pattern
    (kmp-step pattern restart char matched same? start) | SRFI 13 | how many characters of the pattern match after one more character was seen
    (string-kmp-partial-search pattern restart string matched [same? [pattern-start [start [end]]]]) | SRFI 13 | how much matches; negative: found

    (string-cursor? obj) | SRFI 130 | whether it can be a cursor, a place in a string; indexes can
    (string-cursor-start string) | SRFI 130 | the cursor at the first character
    (string-cursor-end string) | SRFI 130 | the cursor after the last character
    (string-cursor-next string cursor) | SRFI 130 | the cursor one character further on
    (string-cursor-prev string cursor) | SRFI 130 | the cursor one character further back
    (string-cursor-forward string cursor n) | SRFI 130 | the cursor n characters further on
    (string-cursor-back string cursor n) | SRFI 130 | the cursor n characters further back
    (string-cursor=? cursor1 cursor2) | SRFI 130 | whether two cursors of a string are at the same place
    (string-cursor<? cursor1 cursor2) | SRFI 130 | whether the first cursor is before the second one
    (string-cursor>? cursor1 cursor2) | SRFI 130 | whether the first cursor is after the second one
    (string-cursor<=? cursor1 cursor2) | SRFI 130 | whether the first cursor is not after the second one
    (string-cursor>=? cursor1 cursor2) | SRFI 130 | whether the first cursor is not before the second one
    (string-cursor-diff string start end) | SRFI 130 | how many characters are between two cursors
    (string-cursor->index string cursor) | SRFI 130 | the index of the character at a cursor
    (string-index->cursor string index) | SRFI 130 | the cursor at the character with an index
    (string->list/cursors string [start [end]]) | SRFI 130 | a list of the characters between two cursors
    (string->vector/cursors string [start [end]]) | SRFI 130 | a vector of the characters between two cursors
    (string-ref/cursor string cursor) | SRFI 130 | the character at a cursor
    (substring/cursors string start end) | SRFI 130 | a new string of the characters between two cursors
    (string-copy/cursors string [start [end]]) | SRFI 130 | a new string of the characters between two cursors
    (string-contains-right string pattern [start1 end1 start2 end2]) | SRFI 130 | the cursor where the pattern occurs last; #f if it does not
    (string-for-each-cursor f string [start [end]]) | SRFI 130 | calls f with the cursor at each character
    (string-replicate string from to [start [end]]) | SRFI 130 | a part from index from up to to of the string repeated without end, in both directions
    (string-split string delimiter [grammar [limit [start [end]]]]) | SRFI 130 | a list of the parts between delimiters; at most limit of them are split off
    (string-remove unwanted? string [start [end]]) | SRFI 130 | a string of the characters but those that are unwanted

    (make-hash-table comparator arg ...) | SRFI 125 | a new hash table without entries, for keys that the comparator knows
    (make-hash-table [same? [hash arg ...]]) | SRFI 69 | a new hash table without entries, for keys that are compared by same? (equal?)
    (hash-table comparator key value ...) | SRFI 125 | a new hash table with these keys and values; it is not to be changed
    (hash-table-unfold stop? mapper successor seed comparator arg ...) | SRFI 125 | a new hash table; (mapper seed) gives key and value until stop?
    (alist->hash-table alist comparator arg ...) | SRFI 125 | a new hash table with an association list's entries; of equal keys the first counts
    (alist->hash-table alist [same? [hash arg ...]]) | SRFI 69 | a new hash table with an association list's entries; of equal keys the first counts
    (hash-table? obj) | SRFI 69, 125 | whether it is a hash table
    (hash-table-contains? table key) | SRFI 125 | whether the key is in the table
    (hash-table-exists? table key) | SRFI 69, 125 | the older name of hash-table-contains?
    (hash-table-empty? table) | SRFI 125 | whether the table has no entries
    (hash-table=? comparator table1 table2) | SRFI 125 | whether the tables have the same keys, and values that the comparator finds equal
    (hash-table-mutable? table) | SRFI 125 | whether the table can be changed
    (hash-table-ref table key [failure [success]]) | SRFI 69, 125 | the value for the key, or what success gives for it; what failure gives if there is none
    (hash-table-ref/default table key default) | SRFI 69, 125 | the value for the key, or the default if there is none
    (hash-table-set! table key value ...) | SRFI 69, 125 | stores a value for the key; SRFI 125 takes several keys and values
    (hash-table-delete! table key ...) | SRFI 69, 125 | removes the key; SRFI 125 takes several and gives the number of those removed
    (hash-table-intern! table key failure) | SRFI 125 | the value for the key; if there is none, what failure gives is stored
    (hash-table-update! table key f [failure [success]]) | SRFI 69, 125 | stores what f gives for the value; without a value what f gives for failure's result
    (hash-table-update!/default table key f default) | SRFI 69, 125 | stores what f gives for the key's value, or for the default if there is none
    (hash-table-pop! table) | SRFI 125 | takes any entry out of the table; two values: its key and its value
    (hash-table-clear! table) | SRFI 125 | removes all entries
    (hash-table-size table) | SRFI 69, 125 | the number of entries
    (hash-table-keys table) | SRFI 69, 125 | a list of the keys
    (hash-table-values table) | SRFI 69, 125 | a list of the values
    (hash-table-entries table) | SRFI 125 | two values: a list of the keys and a list of their values
    (hash-table-find f table failure) | SRFI 125 | the first result of (f key value) that is not #f; what failure gives if all are
    (hash-table-count matches? table) | SRFI 125 | for how many entries (matches? key value) is true
    (hash-table-map f comparator table) | SRFI 125 | a new table, for the comparator, with the same keys and what f gives for the values
    (hash-table-for-each f table) | SRFI 125 | calls f with each key and its value
    (hash-table-walk table f) | SRFI 69, 125 | calls f with each key and its value; an older name of hash-table-for-each
    (hash-table-map! f table) | SRFI 125 | stores (f key value) as the value for each key
    (hash-table-map->list f table) | SRFI 125 | a list of what f gives for each key and value
    (hash-table-fold f start table) | SRFI 125 | the last result of (f key value result); start is the first one
    (hash-table-fold table f start) | SRFI 69 | the last result of (f key value result); start is the first one
    (hash-table-prune! unwanted? table) | SRFI 125 | removes the entries for which (unwanted? key value) is true
    (hash-table-copy table [mutable?]) | SRFI 125 | a new table with the same entries; it can be changed only if mutable? is true
    (hash-table-copy table) | SRFI 69 | a new table with the same entries; it can be changed
    (hash-table-empty-copy table) | SRFI 125 | a new table for the same kind of keys, without entries
    (hash-table->alist table) | SRFI 69, 125 | an association list of the entries
    (hash-table-union! table1 table2) | SRFI 125 | puts the second table's entries for other keys into the first one, and gives that
    (hash-table-merge! table1 table2) | SRFI 69, 125 | an older name of hash-table-union!
    (hash-table-intersection! table1 table2) | SRFI 125 | removes from the first table the keys that the second one does not have, and gives it
    (hash-table-difference! table1 table2) | SRFI 125 | removes from the first table the keys that the second one has, and gives it
    (hash-table-xor! table1 table2) | SRFI 125 | leaves in the first table the entries whose keys just one of the two has, and gives it
    (hash obj [bound]) | SRFI 69, 125 | a number made of the object, the same for equal? ones; below bound if that is given
    (string-ci-hash string [bound]) | SRFI 69, 125, 128 | like string-hash, the same for strings that differ only in case
    (hash-by-identity obj [bound]) | SRFI 69, 125 | a number made of the object, the same for eq? ones; below bound if that is given
    (hash-table-equivalence-function table) | SRFI 69, 125 | the predicate that compares the table's keys
    (hash-table-hash-function table) | SRFI 69, 125 | the procedure that makes numbers of the table's keys

    (comparator? obj) | SRFI 128 | whether it is a comparator
    (comparator-ordered? comparator) | SRFI 128 | whether the comparator has an order
    (comparator-hashable? comparator) | SRFI 128 | whether the comparator has a hash function
    (make-comparator type-test equality ordering hash) | SRFI 128 | a comparator of these procedures; #f for an order or a hash that it does not have
    (make-pair-comparator car-comparator cdr-comparator) | SRFI 128 | a comparator of pairs: by their cars, then by their cdrs
    (make-list-comparator element-comparator [type-test empty? head tail]) | SRFI 128 | a comparator of lists: element by element
    (make-vector-comparator element-comparator [type-test length ref]) | SRFI 128 | a comparator of vectors: by length, then element by element
    (make-eq-comparator) | SRFI 128 | a comparator of all objects, with eq? and a hash, without an order
    (make-eqv-comparator) | SRFI 128 | a comparator of all objects, with eqv? and a hash, without an order
    (make-equal-comparator) | SRFI 128 | a comparator of all objects, with equal? and a hash, without an order
    (boolean-hash boolean) | SRFI 128 | a number for the boolean
    (char-hash char) | SRFI 128 | a number for the character
    (char-ci-hash char) | SRFI 128 | a number for the character, the same for its upper and lower case
    (symbol-hash symbol) | SRFI 128 | a number for the symbol
    (number-hash z) | SRFI 128 | a number made of the number, the same for numbers that are =
    (make-default-comparator) | SRFI 128 | the comparator that orders objects of most types: by type, then by value
    (default-hash obj) | SRFI 128 | the hash function of the default comparator
    (comparator-register-default! comparator) | SRFI 128 | lets the default comparator use this one for the objects of its type
    (comparator-type-test-predicate comparator) | SRFI 128 | the comparator's predicate for the objects that it can compare
    (comparator-equality-predicate comparator) | SRFI 128 | the comparator's predicate for objects that are equal
    (comparator-ordering-predicate comparator) | SRFI 128 | the comparator's predicate for an object that comes before another one
    (comparator-hash-function comparator) | SRFI 128 | the comparator's hash function
    (comparator-test-type comparator obj) | SRFI 128 | whether the comparator can compare the object
    (comparator-check-type comparator obj) | SRFI 128 | #t if the comparator can compare the object, otherwise an error
    (comparator-hash comparator obj) | SRFI 128 | what the comparator's hash function gives for the object
    (hash-bound) | SRFI 128 | syntax: the number that hashes should stay below
    (hash-salt) | SRFI 128 | syntax: a number that hash functions may mix in
    (=? comparator obj1 obj2 obj3 ...) | SRFI 128 | whether the objects are all equal to the comparator
    (<? comparator obj1 obj2 obj3 ...) | SRFI 128 | whether each object comes before the next one in the comparator's order
    (>? comparator obj1 obj2 obj3 ...) | SRFI 128 | whether each object comes after the next one in the comparator's order
    (<=? comparator obj1 obj2 obj3 ...) | SRFI 128 | whether no object comes after the next one in the comparator's order
    (>=? comparator obj1 obj2 obj3 ...) | SRFI 128 | whether no object comes before the next one in the comparator's order
    (comparator-if<=> [comparator] obj1 obj2 less equal greater) | SRFI 128 | syntax: one of the three expressions, as obj1 comes before obj2, equals it, or not

    (generator obj ...) | SRFI 158 | a generator of the arguments: a procedure that gives one after the other, then end-of-file objects
    (circular-generator obj1 obj2 ...) | SRFI 158 | a generator of the arguments, again and again
    (make-iota-generator count [start [step]]) | SRFI 158 | a generator of count numbers from start (0) on, step (1) apart
    (make-range-generator start [end [step]]) | SRFI 158 | a generator of the numbers from start up to end, or on and on, step (1) apart
    (make-coroutine-generator f) | SRFI 158 | a generator of what f passes to the procedure that it is called with
    (list->generator list) | SRFI 158 | a generator of a list's elements
    (vector->generator vector [start [end]]) | SRFI 158 | a generator of a vector's elements
    (reverse-vector->generator vector [start [end]]) | SRFI 158 | a generator of a vector's elements from the last to the first
    (string->generator string [start [end]]) | SRFI 158 | a generator of a string's characters
    (bytevector->generator bytevector [start [end]]) | SRFI 158 | a generator of a bytevector's bytes
    (make-for-each-generator for-each collection) | SRFI 158 | a generator of what the for-each procedure visits in the collection
    (make-unfold-generator stop? mapper successor seed) | SRFI 158 | a generator of (mapper seed) for each seed until stop?
    (gcons* obj ... generator) | SRFI 158 | a generator of the objects, then of what the generator gives
    (gappend generator ...) | SRFI 158 | a generator of what the generators give, one after the other
    (gflatten generator) | SRFI 158 | a generator of the elements of the lists that a generator gives
    (ggroup generator k [padding]) | SRFI 158 | a generator of lists of k values; the last one is shorter, or filled with the padding
    (gmerge less? generator1 generator2 ...) | SRFI 158 | a generator of what sorted generators give, sorted
    (gmap f generator1 generator2 ...) | SRFI 158 | a generator of what f gives for the generators' values
    (gcombine f seed generator1 generator2 ...) | SRFI 158 | like gmap, but f gets the seed as well, and gives a value and the next seed
    (gfilter wanted? generator) | SRFI 158 | a generator of the values that are wanted
    (gremove unwanted? generator) | SRFI 158 | a generator of the values but those that are unwanted
    (gstate-filter f seed generator) | SRFI 158 | like gfilter, but f gets value and seed, and gives whether it is wanted and the next seed
    (gtake generator k [padding]) | SRFI 158 | a generator of the first k values; the padding in place of those that are missing
    (gdrop generator k) | SRFI 158 | a generator of the values but the first k
    (gtake-while matches? generator) | SRFI 158 | a generator of the values before the first one that does not match
    (gdrop-while matches? generator) | SRFI 158 | a generator of the values from the first one that does not match
    (gdelete obj generator [same?]) | SRFI 158 | a generator of the values that are not equal? (or same?) to obj
    (gdelete-neighbor-dups generator [same?]) | SRFI 158 | a generator of the values, of equal ones in a row only the first
    (gindex generator indexes) | SRFI 158 | a generator of the values at the indexes that another generator gives, in increasing order
    (gselect generator truths) | SRFI 158 | a generator of the values for which another generator gives a true one
    (generator->list generator [k]) | SRFI 158 | a list of the values, or of the first k
    (generator->reverse-list generator [k]) | SRFI 158 | a list of the values, or of the first k, the last one first
    (generator->vector generator [k]) | SRFI 158 | a vector of the values, or of the first k
    (generator->vector! vector at generator) | SRFI 158 | stores the values from index at on; how many there was room for
    (generator->string generator [k]) | SRFI 158 | a string of the characters, or of the first k
    (generator-fold f start generator1 generator2 ...) | SRFI 158 | the last result of (f value ... result); start is the first one
    (generator-for-each f generator1 generator2 ...) | SRFI 158 | calls f with each of the generators' values
    (generator-map->list f generator1 generator2 ...) | SRFI 158 | a list of what f gives for the generators' values
    (generator-find matches? generator) | SRFI 158 | the first value that matches; #f if none does
    (generator-count matches? generator) | SRFI 158 | how many of the values match
    (generator-any matches? generator) | SRFI 158 | the first result of matches? that is not #f; #f if all are
    (generator-every matches? generator) | SRFI 158 | #f if matches? gives that for a value; otherwise its last result
    (generator-unfold generator unfold arg ...) | SRFI 158 | what an unfold procedure, like string-unfold, makes of the values
    (make-accumulator f start finish) | SRFI 158 | a procedure that takes values into (f value state); for the end-of-file object, (finish state)
    (count-accumulator) | SRFI 158 | an accumulator that gives the number of values
    (list-accumulator) | SRFI 158 | an accumulator that gives a list of the values
    (reverse-list-accumulator) | SRFI 158 | an accumulator that gives a list of the values, the last one first
    (vector-accumulator) | SRFI 158 | an accumulator that gives a vector of the values
    (reverse-vector-accumulator) | SRFI 158 | an accumulator that gives a vector of the values, the last one first
    (vector-accumulator! vector at) | SRFI 158 | an accumulator that stores the values in the vector, from index at on, and gives that
    (string-accumulator) | SRFI 158 | an accumulator that gives a string of the characters
    (bytevector-accumulator) | SRFI 158 | an accumulator that gives a bytevector of the bytes
    (bytevector-accumulator! bytevector at) | SRFI 158 | an accumulator that stores the bytes in the bytevector, from index at on, and gives that
    (sum-accumulator) | SRFI 158 | an accumulator that gives the sum of the numbers
    (product-accumulator) | SRFI 158 | an accumulator that gives the product of the numbers

    (list-sorted? less? list) | SRFI 132 | whether no element comes before the one that it follows
    (vector-sorted? less? vector [start [end]]) | SRFI 132 | whether no element comes before the one that it follows
    (list-sort less? list) | SRFI 132 | a list of the elements, sorted
    (list-stable-sort less? list) | SRFI 132 | a list of the elements, sorted; equal ones stay in order
    (list-sort! less? list) | SRFI 132 | like list-sort, but may reuse the list's pairs
    (list-stable-sort! less? list) | SRFI 132 | like list-stable-sort, but may reuse the list's pairs
    (vector-sort less? vector [start [end]]) | SRFI 132 | a new vector of the elements, sorted
    (vector-stable-sort less? vector [start [end]]) | SRFI 132 | a new vector of the elements, sorted; equal ones stay in order
    (vector-sort! less? vector [start [end]]) | SRFI 132 | sorts the elements in their place
    (vector-stable-sort! less? vector [start [end]]) | SRFI 132 | sorts the elements in their place; equal ones stay in order
    (list-merge less? list1 list2) | SRFI 132 | a sorted list of the elements of two sorted lists
    (list-merge! less? list1 list2) | SRFI 132 | like list-merge, but may reuse the lists' pairs
    (vector-merge less? vector1 vector2 [start1 [end1 [start2 [end2]]]]) | SRFI 132 | a new sorted vector of the elements of two sorted ones
    (vector-merge! less? to vector1 vector2 [start [start1 [end1 [start2 [end2]]]]]) | SRFI 132 | stores the elements of two sorted vectors, sorted
    (list-delete-neighbor-dups same? list) | SRFI 132 | a list of the elements, of equal ones in a row only the first
    (list-delete-neighbor-dups! same? list) | SRFI 132 | like list-delete-neighbor-dups, but may reuse the list's pairs
    (vector-delete-neighbor-dups same? vector [start [end]]) | SRFI 132 | a new vector of the elements, of equal ones in a row only the first
    (vector-delete-neighbor-dups! same? vector [start [end]]) | SRFI 132 | moves the elements to keep to the start; the index after them
    (vector-find-median less? vector none [mean]) | SRFI 132 | the middle element in sorted order, or the mean of the two; none for an empty vector
    (vector-find-median! less? vector none [mean]) | SRFI 132 | like vector-find-median, but sorts the vector
    (vector-select! less? vector k [start [end]]) | SRFI 132 | the element that sorting would put at index k; moves elements
    (vector-separate! less? vector k [start [end]]) | SRFI 132 | moves the k least elements to the start

    (sorted? sequence less? [key]) | SRFI 95 | whether the list or vector is sorted, by the elements or by what key gives for them
    (sort sequence less? [key]) | SRFI 95 | a new list or vector of the elements, sorted by themselves or by what key gives for them
    (sort! sequence less? [key]) | SRFI 95 | like sort, but changes the list or vector
    (merge list1 list2 less? [key]) | SRFI 95 | a sorted list of the elements of two sorted lists
    (merge! list1 list2 less? [key]) | SRFI 95 | like merge, but may reuse the lists' pairs

    (bitwise-not n) | SRFI 151 | the integer with all bits the other way
    (bitwise-and n ...) | SRFI 151 | the integer with the bits that are 1 in all of the integers
    (bitwise-ior n ...) | SRFI 151 | the integer with the bits that are 1 in any of the integers
    (bitwise-xor n ...) | SRFI 151 | the integer with the bits that are 1 in an odd number of the integers
    (bitwise-eqv n ...) | SRFI 151 | the integer with the bits that are 0 in an even number of the integers
    (bitwise-nand n1 n2) | SRFI 151 | the integer with the bits that are not 1 in both
    (bitwise-nor n1 n2) | SRFI 151 | the integer with the bits that are 1 in neither
    (bitwise-andc1 n1 n2) | SRFI 151 | the integer with the bits that are 0 in n1 and 1 in n2
    (bitwise-andc2 n1 n2) | SRFI 151 | the integer with the bits that are 1 in n1 and 0 in n2
    (bitwise-orc1 n1 n2) | SRFI 151 | the integer with the bits that are 0 in n1 or 1 in n2
    (bitwise-orc2 n1 n2) | SRFI 151 | the integer with the bits that are 1 in n1 or 0 in n2
    (arithmetic-shift n count) | SRFI 151 | the integer with its bits moved up by count; down where count is negative
    (bit-count n) | SRFI 151 | the number of bits that are 1; of a negative integer, of those that are 0
    (integer-length n) | SRFI 151 | the number of bits that the integer needs, without the sign
    (bitwise-if mask n1 n2) | SRFI 151 | the integer with n1's bits where the mask has 1, n2's bits where it has 0
    (bit-set? index n) | SRFI 151 | whether the bit at the index, from 0 for the lowest, is 1
    (copy-bit index n on?) | SRFI 151 | the integer with the bit at the index 1 or 0, as on? says
    (bit-swap index1 index2 n) | SRFI 151 | the integer with two bits exchanged
    (any-bit-set? mask n) | SRFI 151 | whether any bit is 1 where the mask has 1
    (every-bit-set? mask n) | SRFI 151 | whether all bits are 1 where the mask has 1
    (first-set-bit n) | SRFI 151 | the index of the lowest bit that is 1; -1 if there is none
    (bit-field n start end) | SRFI 151 | the integer that the bits from start up to end make
    (bit-field-any? n start end) | SRFI 151 | whether any bit from start up to end is 1
    (bit-field-every? n start end) | SRFI 151 | whether all bits from start up to end are 1
    (bit-field-clear n start end) | SRFI 151 | the integer with the bits from start up to end 0
    (bit-field-set n start end) | SRFI 151 | the integer with the bits from start up to end 1
    (bit-field-replace n new start end) | SRFI 151 | the integer with the lowest bits of new as those from start up to end
    (bit-field-replace-same n other start end) | SRFI 151 | the integer with the bits from start up to end taken from the other, at the same place
    (bit-field-rotate n count start end) | SRFI 151 | the integer with the bits from start up to end moved up by count, in a circle
    (bit-field-reverse n start end) | SRFI 151 | the integer with the bits from start up to end in reverse order
    (bits->list n [length]) | SRFI 151 | a list of the bits as booleans, the lowest first
    (list->bits list) | SRFI 151 | the integer whose bits are a list's booleans, the lowest first
    (bits->vector n [length]) | SRFI 151 | a vector of the bits as booleans, the lowest first
    (vector->bits vector) | SRFI 151 | the integer whose bits are a vector's booleans, the lowest first
    (bits boolean ...) | SRFI 151 | the integer whose bits are the arguments, the lowest first
    (bitwise-fold f start n) | SRFI 151 | the last result of (f bit result), from the lowest bit on; bits are booleans
    (bitwise-for-each f n) | SRFI 151 | calls f with each bit as a boolean, from the lowest on
    (bitwise-unfold stop? mapper successor seed) | SRFI 151 | the integer with the bits (mapper seed) for each seed until stop?, the lowest first
    (make-bitwise-generator n) | SRFI 151 | a generator of the bits as booleans, from the lowest on, without an end

    (char-set? obj) | SRFI 14 | whether it is a set of characters
    (char-set= set ...) | SRFI 14 | whether the sets have the same characters
    (char-set<= set ...) | SRFI 14 | whether each set is contained in the next one
    (char-set-hash set [bound]) | SRFI 14 | a number made of the set, the same for equal ones; below bound if that is given
    (char-set-cursor set) | SRFI 14 | the cursor at a first character of the set
    (char-set-ref set cursor) | SRFI 14 | the character at a cursor
    (char-set-cursor-next set cursor) | SRFI 14 | the cursor at the character after this one
    (end-of-char-set? cursor) | SRFI 14 | whether the cursor is after the last character
    (char-set-fold f start set) | SRFI 14 | the last result of (f char result), for all characters of the set
    (char-set-unfold stop? mapper successor seed [base]) | SRFI 14 | the set of (mapper seed) for each seed until stop?, and what is in base
    (char-set-unfold! stop? mapper successor seed base) | SRFI 14 | like char-set-unfold, but may change base
    (char-set-for-each f set) | SRFI 14 | calls f with each character of the set
    (char-set-map f set) | SRFI 14 | the set of the characters that f gives for those of the set
    (char-set-copy set) | SRFI 14 | a new set of the same characters
    (char-set char ...) | SRFI 14 | the set of the arguments
    (list->char-set list [base]) | SRFI 14 | the set of a list's characters, and what is in base
    (list->char-set! list base) | SRFI 14 | like list->char-set, but may change base
    (string->char-set string [base]) | SRFI 14 | the set of a string's characters, and what is in base
    (string->char-set! string base) | SRFI 14 | like string->char-set, but may change base
    (char-set-filter wanted? set [base]) | SRFI 14 | the set of the characters that are wanted, and what is in base
    (char-set-filter! wanted? set base) | SRFI 14 | like char-set-filter, but may change base
    (ucs-range->char-set lower upper [error? [base]]) | SRFI 14 | the set of the characters with code points from lower up to upper, and what is in base
    (ucs-range->char-set! lower upper error? base) | SRFI 14 | like ucs-range->char-set, but may change base
    (->char-set obj) | SRFI 14 | the set of a string's characters, or of one character; a set as it is
    (char-set->list set) | SRFI 14 | a list of the set's characters
    (char-set->string set) | SRFI 14 | a string of the set's characters
    (char-set-size set) | SRFI 14 | the number of characters in the set
    (char-set-count wanted? set) | SRFI 14 | how many of the set's characters are wanted
    (char-set-contains? set char) | SRFI 14 | whether the character is in the set
    (char-set-every wanted? set) | SRFI 14 | whether all characters of the set are wanted
    (char-set-any wanted? set) | SRFI 14 | the first result of wanted? that is not #f; #f if all are
    (char-set-adjoin set char ...) | SRFI 14 | the set with these characters, too
    (char-set-adjoin! set char ...) | SRFI 14 | like char-set-adjoin, but may change the set
    (char-set-delete set char ...) | SRFI 14 | the set without these characters
    (char-set-delete! set char ...) | SRFI 14 | like char-set-delete, but may change the set
    (char-set-complement set) | SRFI 14 | the set of all characters that are not in the set
    (char-set-complement! set) | SRFI 14 | like char-set-complement, but may change the set
    (char-set-union set ...) | SRFI 14 | the set of what is in any of the sets
    (char-set-union! set1 set2 ...) | SRFI 14 | like char-set-union, but may change the first set
    (char-set-intersection set ...) | SRFI 14 | the set of what is in all of the sets
    (char-set-intersection! set1 set2 ...) | SRFI 14 | like char-set-intersection, but may change the first set
    (char-set-difference set1 set2 ...) | SRFI 14 | the set of what is in the first set and in none of the others
    (char-set-difference! set1 set2 ...) | SRFI 14 | like char-set-difference, but may change the first set
    (char-set-xor set ...) | SRFI 14 | of two sets, what is in just one; of more, what is in an odd number of them
    (char-set-xor! set1 set2 ...) | SRFI 14 | like char-set-xor, but may change the first set
    (char-set-diff+intersection set1 set2 ...) | SRFI 14 | two values: what of the first set is in none of the others, and what is in some
    (char-set-diff+intersection! set1 set2 set3 ...) | SRFI 14 | like char-set-diff+intersection, but may change the first two sets
    char-set:lower-case | SRFI 14 | the set of lower-case letters
    char-set:upper-case | SRFI 14 | the set of upper-case letters
    char-set:title-case | SRFI 14 | the set of title-case letters, which are ligatures of an upper-case and a lower-case one
    char-set:letter | SRFI 14 | the set of letters
    char-set:digit | SRFI 14 | the set of decimal digits
    char-set:letter+digit | SRFI 14 | the set of letters and decimal digits
    char-set:graphic | SRFI 14 | the set of characters that leave ink: letters, digits, marks, punctuation, symbols
    char-set:printing | SRFI 14 | the set of graphic characters and white space
    char-set:whitespace | SRFI 14 | the set of white space
    char-set:iso-control | SRFI 14 | the set of control characters
    char-set:punctuation | SRFI 14 | the set of punctuation
    char-set:symbol | SRFI 14 | the set of symbols, such as those of mathematics and currencies
    char-set:hex-digit | SRFI 14 | the set of the digits 0-9, a-f and A-F
    char-set:blank | SRFI 14 | the set of spaces and tabs: white space within a line
    char-set:ascii | SRFI 14 | the set of the characters with code points below 128
    char-set:empty | SRFI 14 | the set without characters
    char-set:full | SRFI 14 | the set of all characters
    (bounds->char-set vector) | (latch char-sets) | the set whose runs of code points start and end at a vector's elements in turn
    (char-set-bounds set) | (latch char-sets) | a vector of the code points where runs of members start and end, in turn
    (category-set mask) | (latch char-sets) | the set of the characters in the general categories whose bits the mask has
    (property-set number) | (latch char-sets) | the set of the characters with a Unicode property: 0 alphabetic, 1 upper case, 2 lower case

    (cut expression-or-slot ...) | SRFI 26 | syntax: a procedure that calls with its arguments at each <>, the rest of them at <...>
    (cute expression-or-slot ...) | SRFI 26 | syntax: like cut, but the expressions are evaluated just once, before any call
    <> | SRFI 26 | syntax: in cut and cute: stands for an argument
    <...> | SRFI 26 | syntax: at the end of cut and cute: stands for the rest of the arguments

    (random-integer n) | SRFI 27 | a random integer from 0 to n - 1
    (random-real) | SRFI 27 | a random number between 0 and 1
    default-random-source | SRFI 27 | the source of random-integer and random-real
    (make-random-source) | SRFI 27 | a new source of random numbers, which starts like all new ones
    (random-source? obj) | SRFI 27 | whether it is a source of random numbers
    (random-source-state-ref source) | SRFI 27 | the state of a source, to be given back to it later
    (random-source-state-set! source state) | SRFI 27 | puts a source in a state that it had
    (random-source-randomize! source) | SRFI 27 | puts a source in a state that depends on the time
    (random-source-pseudo-randomize! source i j) | SRFI 27 | puts a source in the state that belongs to the two indexes
    (random-source-make-integers source) | SRFI 27 | a procedure like random-integer that uses the source
    (random-source-make-reals source [unit]) | SRFI 27 | a procedure like random-real that uses the source; unit is how fine the numbers are

    (format template obj ...) | SRFI 28 | the template as a string, with ~a displayed and ~s written objects, ~% a newline, ~~ a tilde

    (rec variable expression) | SRFI 31 | syntax: the expression's value; in it the variable stands for the value itself
    (rec (name parameter ...) body ...) | SRFI 31 | syntax: a procedure that can call itself by the name

    stream-null | SRFI 41 | the stream without elements
    (stream-cons obj stream) | SRFI 41 | syntax: a stream of a first element and a rest, which are evaluated when they are needed
    (stream? obj) | SRFI 41 | whether it is a stream
    (stream-null? obj) | SRFI 41 | whether it is a stream without elements
    (stream-pair? obj) | SRFI 41 | whether it is a stream with elements
    (stream-car stream) | SRFI 41 | the first element
    (stream-cdr stream) | SRFI 41 | the stream after its first element
    (stream-lambda formals body ...) | SRFI 41 | syntax: a procedure that gives a stream; the body runs when that is needed
    (define-stream (name parameter ...) body ...) | SRFI 41 | syntax: a variable whose value is a procedure as stream-lambda makes it
    (list->stream list) | SRFI 41 | a stream of a list's elements
    (port->stream [port]) | SRFI 41 | a stream of the characters that are read from the port
    (stream expression ...) | SRFI 41 | syntax: a stream of the expressions' values, evaluated when they are needed
    (stream->list [n] stream) | SRFI 41 | a list of the elements, or of the first n
    (stream-append stream ...) | SRFI 41 | a stream of all elements of the streams, one stream after the other
    (stream-concat streams) | SRFI 41 | the streams in a stream appended to each other
    (stream-constant obj ...) | SRFI 41 | a stream of the arguments, again and again
    (stream-drop n stream) | SRFI 41 | the stream without its first n elements
    (stream-drop-while matches? stream) | SRFI 41 | the rest of the stream from the first element that does not match
    (stream-filter wanted? stream) | SRFI 41 | a stream of the elements that are wanted
    (stream-fold f start stream) | SRFI 41 | the last result of (f result element), from the first element on
    (stream-for-each f stream1 stream2 ...) | SRFI 41 | calls f with each element, from the first to the last
    (stream-from first [step]) | SRFI 41 | a stream of the numbers from first on, step (1) apart
    (stream-iterate f start) | SRFI 41 | a stream of start, what f gives for it, what f gives for that, and so on
    (stream-length stream) | SRFI 41 | the number of elements
    (stream-let name ((variable init) ...) body ...) | SRFI 41 | syntax: like a named let whose body gives a stream and runs when that is needed
    (stream-map f stream1 stream2 ...) | SRFI 41 | a stream of what f gives for the elements
    (stream-match stream (pattern [fender] expression) ...) | SRFI 41 | syntax: the expression of the first pattern, like (a b . rest), that matches
    (stream-of expression clause ...) | SRFI 41 | syntax: a stream of the expression's values; clauses are (x in stream), (x is value), tests
    (stream-range first past [step]) | SRFI 41 | a stream of the numbers from first up to past, step (1 or -1) apart
    (stream-ref stream n) | SRFI 41 | the element at index n, from 0
    (stream-reverse stream) | SRFI 41 | a stream of the elements from the last to the first
    (stream-scan f start stream) | SRFI 41 | a stream of start and the results of (f result element), each from the one before it
    (stream-take n stream) | SRFI 41 | a stream of the first n elements
    (stream-take-while matches? stream) | SRFI 41 | a stream of the elements before the first one that does not match
    (stream-unfold mapper more? successor seed) | SRFI 41 | a stream of (mapper seed) for each seed as long as more?
    (stream-unfolds f seed) | SRFI 41 | as many streams as f gives values after the next seed: (x) an element, #f none, () the end
    (stream-zip stream1 stream2 ...) | SRFI 41 | a stream of lists: of the first elements, of the second ones, and so on

    (test-begin name [count]) | SRFI 64 | begins a group of tests, of which there should be count
    (test-end [name]) | SRFI 64 | ends a group of tests
    (test-group name form ...) | SRFI 64 | syntax: the forms as a group of tests
    (test-group-with-cleanup name form ... cleanup) | SRFI 64 | syntax: the forms as a group of tests; the last one runs however it ends
    (test-assert [name] expression) | SRFI 64 | syntax: a test that the expression is true
    (test-equal [name] expected expression) | SRFI 64 | syntax: a test that the expression's value is equal? to the expected one
    (test-eqv [name] expected expression) | SRFI 64 | syntax: a test that the expression's value is eqv? to the expected one
    (test-eq [name] expected expression) | SRFI 64 | syntax: a test that the expression's value is eq? to the expected one
    (test-approximate [name] expected expression error) | SRFI 64 | syntax: a test that the number differs from the expected one by no more than error
    (test-error [[name] type] expression) | SRFI 64 | syntax: a test that the expression raises an object; type is #t, or a predicate for it
    (test-read-eval-string string) | SRFI 64 | reads one expression from the string and evaluates it
    (test-match-name name) | SRFI 64 | a specifier of the tests with this name
    (test-match-nth n [count]) | SRFI 64 | a specifier of the nth test from now on, or of count tests from that on
    (test-match-all specifier ...) | SRFI 64 | a specifier of the tests that all the others match
    (test-match-any specifier ...) | SRFI 64 | a specifier of the tests that any of the others matches
    (test-skip specifier ...) | SRFI 64 | leaves out the tests of the group that match; a specifier is a name, a count or a procedure
    (test-expect-fail specifier ...) | SRFI 64 | expects the tests of the group that match to fail
    (test-apply [runner] specifier ... thunk) | SRFI 64 | calls the thunk and runs only the tests in it that match
    (test-with-runner runner form ...) | SRFI 64 | syntax: the forms, with this runner as the current one
    (test-runner? obj) | SRFI 64 | whether it is a test runner, which counts and reports
    (test-runner-null) | SRFI 64 | a new test runner that reports nothing
    (test-runner-simple) | SRFI 64 | a new test runner that writes what fails, and the counts at the end
    (test-runner-create) | SRFI 64 | a new test runner from the current factory
    (test-runner-factory) | SRFI 64 | the procedure that makes test runners; a parameter
    (test-runner-current) | SRFI 64 | the test runner in use; #f if there is none; a parameter
    (test-runner-get) | SRFI 64 | the test runner in use; an error if there is none
    (test-runner-reset runner) | SRFI 64 | puts a test runner in the state of a new one
    (test-runner-pass-count runner) | SRFI 64 | how many tests passed that were expected to
    (test-runner-fail-count runner) | SRFI 64 | how many tests failed that were expected to pass
    (test-runner-xpass-count runner) | SRFI 64 | how many tests passed that were expected to fail
    (test-runner-xfail-count runner) | SRFI 64 | how many tests failed that were expected to
    (test-runner-skip-count runner) | SRFI 64 | how many tests were left out
    (test-runner-test-name runner) | SRFI 64 | the name of the latest test
    (test-runner-group-path runner) | SRFI 64 | a list of the names of the open groups, the outermost first
    (test-runner-group-stack runner) | SRFI 64 | a list of the names of the open groups, the innermost first
    (test-runner-aux-value runner) | SRFI 64 | what the program keeps in the test runner
    (test-runner-aux-value! runner obj) | SRFI 64 | keeps an object of the program in the test runner
    (test-result-kind [runner]) | SRFI 64 | what became of the latest test: pass, fail, xpass, xfail or skip
    (test-passed? [runner]) | SRFI 64 | whether the latest test passed
    (test-result-ref runner property [default]) | SRFI 64 | a property of the latest test, such as actual-value; default (#f) if it is not there
    (test-result-set! runner property obj) | SRFI 64 | gives the latest test a property
    (test-result-remove runner property) | SRFI 64 | takes a property from the latest test
    (test-result-clear runner) | SRFI 64 | takes all properties from the latest test
    (test-result-alist runner) | SRFI 64 | an association list of the latest test's properties
    (test-runner-on-test-begin runner) | SRFI 64 | what is called with the runner before each test
    (test-runner-on-test-begin! runner f) | SRFI 64 | sets what is called with the runner before each test
    (test-runner-on-test-end runner) | SRFI 64 | what is called with the runner after each test
    (test-runner-on-test-end! runner f) | SRFI 64 | sets what is called with the runner after each test
    (test-runner-on-group-begin runner) | SRFI 64 | what is called with runner, name and count when a group begins
    (test-runner-on-group-begin! runner f) | SRFI 64 | sets what is called with runner, name and count when a group begins
    (test-runner-on-group-end runner) | SRFI 64 | what is called with the runner when a group ends
    (test-runner-on-group-end! runner f) | SRFI 64 | sets what is called with the runner when a group ends
    (test-runner-on-final runner) | SRFI 64 | what is called with the runner when the outermost group has ended
    (test-runner-on-final! runner f) | SRFI 64 | sets what is called with the runner when the outermost group has ended
    (test-runner-on-bad-count runner) | SRFI 64 | what is called with the runner and two counts when a group had other than the promised tests
    (test-runner-on-bad-count! runner f) | SRFI 64 | sets what is called with the runner and two counts when a group had other than the promised tests
    (test-runner-on-bad-end-name runner) | SRFI 64 | what is called with the runner and two names when test-end has another name than test-begin
    (test-runner-on-bad-end-name! runner f) | SRFI 64 | sets what is called with the runner and two names when test-end has another than test-begin
    (test-on-test-begin-simple runner) | SRFI 64 | what the simple runner does before each test
    (test-on-test-end-simple runner) | SRFI 64 | what the simple runner does after each test
    (test-on-group-begin-simple runner name count) | SRFI 64 | what the simple runner does when a group begins
    (test-on-group-end-simple runner) | SRFI 64 | what the simple runner does when a group ends
    (test-on-bad-count-simple runner actual expected) | SRFI 64 | what the simple runner does when a group had other than the promised tests
    (test-on-bad-end-name-simple runner began ended) | SRFI 64 | what the simple runner does when test-end has another name than test-begin
    (test-on-final-simple runner) | SRFI 64 | what the simple runner does at the end: writes the counts

    (box obj) | SRFI 111 | a new box that holds the object
    (box? obj) | SRFI 111 | whether it is a box
    (unbox box) | SRFI 111 | what the box holds
    (set-box! box obj) | SRFI 111 | puts another object in the box

    (set comparator obj ...) | SRFI 113 | a new set of the objects, which the comparator knows
    (set-unfold comparator stop? mapper successor seed) | SRFI 113 | a new set of (mapper seed) for each seed until stop?
    (set? obj) | SRFI 113 | whether it is a set
    (set-contains? set obj) | SRFI 113 | whether the object is in the set
    (set-empty? set) | SRFI 113 | whether the set has no elements
    (set-disjoint? set1 set2) | SRFI 113 | whether the two have no elements in common
    (set-member set obj default) | SRFI 113 | the element that is equal to the object; the default if there is none
    (set-element-comparator set) | SRFI 113 | the comparator that the set was made with
    (set-adjoin set obj ...) | SRFI 113 | a new set with these elements, too
    (set-adjoin! set obj ...) | SRFI 113 | like set-adjoin, but may change the set
    (set-replace set obj) | SRFI 113 | a new set with the object in place of an element equal to it, if there is one
    (set-replace! set obj) | SRFI 113 | like set-replace, but may change the set
    (set-delete set obj ...) | SRFI 113 | a new set without these elements
    (set-delete! set obj ...) | SRFI 113 | like set-delete, but may change the set
    (set-delete-all set list) | SRFI 113 | a new set without the elements that are in the list
    (set-delete-all! set list) | SRFI 113 | like set-delete-all, but may change the set
    (set-search! set obj failure success) | SRFI 113 | looks for an element and lets one of the procedures insert, replace or remove it
    (set-size set) | SRFI 113 | the number of elements
    (set-find wanted? set failure) | SRFI 113 | an element that is wanted; what failure gives if there is none
    (set-count wanted? set) | SRFI 113 | how many elements are wanted
    (set-any? wanted? set) | SRFI 113 | whether any element is wanted
    (set-every? wanted? set) | SRFI 113 | whether all elements are wanted
    (set-map comparator f set) | SRFI 113 | a new set, for the comparator, of what f gives for the elements
    (set-for-each f set) | SRFI 113 | calls f with each element
    (set-fold f start set) | SRFI 113 | the last result of (f element result); start is the first one
    (set-filter wanted? set) | SRFI 113 | a new set of the elements that are wanted
    (set-filter! wanted? set) | SRFI 113 | like set-filter, but may change the set
    (set-remove unwanted? set) | SRFI 113 | a new set of the elements but those that are unwanted
    (set-remove! unwanted? set) | SRFI 113 | like set-remove, but may change the set
    (set-partition wanted? set) | SRFI 113 | two values: a set of the elements that are wanted, and one of the others
    (set-partition! wanted? set) | SRFI 113 | like set-partition, but may change the set
    (set-copy set) | SRFI 113 | a new set of the same elements
    (set->list set) | SRFI 113 | a list of the elements
    (list->set comparator list) | SRFI 113 | a new set of a list's elements
    (list->set! set list) | SRFI 113 | adds a list's elements to the set, and gives it
    (set=? set1 set2 ...) | SRFI 113 | whether the sets all have the same elements
    (set<? set1 set2 ...) | SRFI 113 | whether each set is contained in the next one, which has more
    (set>? set1 set2 ...) | SRFI 113 | whether each set contains the next one and has more
    (set<=? set1 set2 ...) | SRFI 113 | whether each set is contained in the next one
    (set>=? set1 set2 ...) | SRFI 113 | whether each set contains the next one
    (set-union set1 set2 ...) | SRFI 113 | a set of what is in any of the sets
    (set-union! set1 set2 ...) | SRFI 113 | like set-union, but may change the first set
    (set-intersection set1 set2 ...) | SRFI 113 | a set of what is in all of the sets
    (set-intersection! set1 set2 ...) | SRFI 113 | like set-intersection, but may change the first set
    (set-difference set1 set2 ...) | SRFI 113 | a set of what is in the first set and in none of the others
    (set-difference! set1 set2 ...) | SRFI 113 | like set-difference, but may change the first set
    (set-xor set1 set2) | SRFI 113 | a set of what is in just one of the two
    (set-xor! set1 set2) | SRFI 113 | like set-xor, but may change the first set
    set-comparator | SRFI 113 | a comparator of sets, without an order

    (bag comparator obj ...) | SRFI 113 | a new bag of the objects, which the comparator knows
    (bag-unfold comparator stop? mapper successor seed) | SRFI 113 | a new bag of (mapper seed) for each seed until stop?
    (bag? obj) | SRFI 113 | whether it is a bag
    (bag-contains? bag obj) | SRFI 113 | whether the object is in the bag
    (bag-empty? bag) | SRFI 113 | whether the bag has no elements
    (bag-disjoint? bag1 bag2) | SRFI 113 | whether the two have no elements in common
    (bag-member bag obj default) | SRFI 113 | the element that is equal to the object; the default if there is none
    (bag-element-comparator bag) | SRFI 113 | the comparator that the bag was made with
    (bag-adjoin bag obj ...) | SRFI 113 | a new bag with these elements, too
    (bag-adjoin! bag obj ...) | SRFI 113 | like bag-adjoin, but may change the bag
    (bag-replace bag obj) | SRFI 113 | a new bag with the object in place of an element equal to it, if there is one
    (bag-replace! bag obj) | SRFI 113 | like bag-replace, but may change the bag
    (bag-delete bag obj ...) | SRFI 113 | a new bag without these elements
    (bag-delete! bag obj ...) | SRFI 113 | like bag-delete, but may change the bag
    (bag-delete-all bag list) | SRFI 113 | a new bag without the elements that are in the list
    (bag-delete-all! bag list) | SRFI 113 | like bag-delete-all, but may change the bag
    (bag-search! bag obj failure success) | SRFI 113 | looks for an element and lets one of the procedures insert, replace or remove it
    (bag-size bag) | SRFI 113 | the number of elements
    (bag-find wanted? bag failure) | SRFI 113 | an element that is wanted; what failure gives if there is none
    (bag-count wanted? bag) | SRFI 113 | how many elements are wanted
    (bag-any? wanted? bag) | SRFI 113 | whether any element is wanted
    (bag-every? wanted? bag) | SRFI 113 | whether all elements are wanted
    (bag-map comparator f bag) | SRFI 113 | a new bag, for the comparator, of what f gives for the elements
    (bag-for-each f bag) | SRFI 113 | calls f with each element
    (bag-fold f start bag) | SRFI 113 | the last result of (f element result); start is the first one
    (bag-filter wanted? bag) | SRFI 113 | a new bag of the elements that are wanted
    (bag-filter! wanted? bag) | SRFI 113 | like bag-filter, but may change the bag
    (bag-remove unwanted? bag) | SRFI 113 | a new bag of the elements but those that are unwanted
    (bag-remove! unwanted? bag) | SRFI 113 | like bag-remove, but may change the bag
    (bag-partition wanted? bag) | SRFI 113 | two values: a bag of the elements that are wanted, and one of the others
    (bag-partition! wanted? bag) | SRFI 113 | like bag-partition, but may change the bag
    (bag-copy bag) | SRFI 113 | a new bag of the same elements
    (bag->list bag) | SRFI 113 | a list of the elements
    (list->bag comparator list) | SRFI 113 | a new bag of a list's elements
    (list->bag! bag list) | SRFI 113 | adds a list's elements to the bag, and gives it
    (bag=? bag1 bag2 ...) | SRFI 113 | whether the bags all have the same elements
    (bag<? bag1 bag2 ...) | SRFI 113 | whether each bag is contained in the next one, which has more
    (bag>? bag1 bag2 ...) | SRFI 113 | whether each bag contains the next one and has more
    (bag<=? bag1 bag2 ...) | SRFI 113 | whether each bag is contained in the next one
    (bag>=? bag1 bag2 ...) | SRFI 113 | whether each bag contains the next one
    (bag-union bag1 bag2 ...) | SRFI 113 | a bag of each element as often as it is in the bag that has most of it
    (bag-union! bag1 bag2 ...) | SRFI 113 | like bag-union, but may change the first bag
    (bag-intersection bag1 bag2 ...) | SRFI 113 | a bag of each element as often as it is in the bag that has least of it
    (bag-intersection! bag1 bag2 ...) | SRFI 113 | like bag-intersection, but may change the first bag
    (bag-difference bag1 bag2 ...) | SRFI 113 | a bag of the first one's elements, less as many as the others have
    (bag-difference! bag1 bag2 ...) | SRFI 113 | like bag-difference, but may change the first bag
    (bag-xor bag1 bag2) | SRFI 113 | a bag of each element as often as its numbers in the two differ by
    (bag-xor! bag1 bag2) | SRFI 113 | like bag-xor, but may change the first bag
    bag-comparator | SRFI 113 | a comparator of bags, without an order
    (bag-sum bag1 bag2 ...) | SRFI 113 | a bag of each element as often as it is in all the bags together
    (bag-sum! bag1 bag2 ...) | SRFI 113 | like bag-sum, but may change the first bag
    (bag-product n bag) | SRFI 113 | a bag of each element n times as often
    (bag-product! n bag) | SRFI 113 | like bag-product, but may change the bag
    (bag-unique-size bag) | SRFI 113 | the number of different elements
    (bag-element-count bag obj) | SRFI 113 | how often the object is in the bag
    (bag-for-each-unique f bag) | SRFI 113 | calls f with each different element and how often it is there
    (bag-fold-unique f start bag) | SRFI 113 | the last result of (f element count result), over the different elements
    (bag-increment! bag obj count) | SRFI 113 | adds the object count times, and gives the bag
    (bag-decrement! bag obj count) | SRFI 113 | removes the object count times, or as often as it is there, and gives the bag
    (bag->set bag) | SRFI 113 | a set of the different elements
    (set->bag set) | SRFI 113 | a bag of the set's elements, each once
    (set->bag! bag set) | SRFI 113 | adds the set's elements to the bag, and gives it
    (bag->alist bag) | SRFI 113 | an association list of the different elements and how often they are there
    (alist->bag comparator alist) | SRFI 113 | a bag of the elements in an association list, as often as it says

    (regexp re) | SRFI 115 | a compiled regular expression, for an SRE such as (+ digit); a compiled one as it is
    (rx sre ...) | SRFI 115 | syntax: a compiled regular expression for the SREs one after the other
    (regexp? obj) | SRFI 115 | whether it is a compiled regular expression
    (valid-sre? obj) | SRFI 115 | whether it is a regular expression in the form of data
    (regexp->sre re) | SRFI 115 | the regular expression in the form of data
    (char-set->sre set) | SRFI 115 | a regular expression, in the form of data, for the characters of a set
    (regexp-matches re string [start [end]]) | SRFI 115 | the match of the whole string, or part; #f if it does not match
    (regexp-matches? re string [start [end]]) | SRFI 115 | whether the whole string, or part, matches
    (regexp-search re string [start [end]]) | SRFI 115 | the first match in the string; #f if there is none
    (regexp-fold re f start-value string [finish [start [end]]]) | SRFI 115 | the last result of (f index match string result), over all matches
    (regexp-extract re string [start [end]]) | SRFI 115 | a list of the parts that match and are not empty
    (regexp-split re string [start [end]]) | SRFI 115 | a list of the parts between matches
    (regexp-partition re string [start [end]]) | SRFI 115 | a list of the parts that do not match and of those that do, in turn
    (regexp-replace re string new [start [end [count]]]) | SRFI 115 | the string with the first match, or that after count others, replaced
    (regexp-replace-all re string new [start [end]]) | SRFI 115 | the string with all matches replaced: by a string, a submatch, what a procedure gives, a list
    (regexp-match? obj) | SRFI 115 | whether it is a match
    (regexp-match-count match) | SRFI 115 | the number of submatches, without the whole match
    (regexp-match-submatch match [field]) | SRFI 115 | the text of a submatch, by number or name (0, the whole match); #f if it has no part in it
    (regexp-match-submatch-start match [field]) | SRFI 115 | the index where a submatch starts; #f if it has no part in the match
    (regexp-match-submatch-end match [field]) | SRFI 115 | the index where a submatch ends; #f if it has no part in the match
    (regexp-match->list match) | SRFI 115 | a list of the texts of the match and its submatches

    (make-ephemeron key datum) | SRFI 124 | an ephemeron, which holds the datum only as long as something else holds the key
    (ephemeron? obj) | SRFI 124 | whether it is an ephemeron
    (ephemeron-key ephemeron) | SRFI 124 | the key; #f once it is gone
    (ephemeron-datum ephemeron) | SRFI 124 | the datum; #f once the key is gone
    (ephemeron-broken? ephemeron) | SRFI 124 | whether the key is gone
    (reference-barrier obj) | SRFI 124 | keeps the object alive until this call

    (1+ z) | (latch) | the number plus 1
    (-1+ z) | (latch) | the number less 1
    (assert expression) | (latch) | syntax: an error if the expression is false
    (bitwise-or n ...) | (latch) | the same as bitwise-ior
    (build-list n f) | (latch) | a list of what f gives for 0 up to n - 1
    (bytevector-fill! bytevector byte [start [end]]) | (latch) | stores the byte at all indexes
    (call/ec f) | (latch) | the same as call-with-current-continuation
    (call-with-escape-continuation f) | (latch) | the same as call-with-current-continuation
    (call-with-output-string f) | (latch) | calls f with a port; the string of what was written to it
    (condition/report-string error) | (latch) | an error object's message and irritants as a string
    (cons-stream obj expression) | (latch) | syntax: a pair of the object and a promise to evaluate the expression
    (default-object? obj) | (latch) | whether it is the value of a variable that has none yet
    (environment? obj) | (latch) | whether it is an environment
    (equal-hash obj [bound]) | (latch) | a number made of the object, the same for equal? ones; below bound if that is given
    (error? obj) | (latch) | whether it is an error object
    (exact-nonnegative-integer? obj) | (latch) | whether it is an exact integer that is not negative
    (exact-rational? obj) | (latch) | whether it is an exact integer or fraction
    (fixnum? obj) | (latch) | whether it is a small exact integer, one that takes no memory
    (flonum? obj) | (latch) | whether it is an inexact real number
    (fluid-let ((variable expression) ...) body ...) | (latch) | syntax: the body, during which variables that exist have other values
    (flush-output [port]) | (latch) | the same as flush-output-port
    (fold-left f start list) | (latch) | the last result of (f result element), from the first element on
    (gc) | (latch) | collects garbage
    (gc-stats) | (latch) | an association list of counts and times of the garbage collector
    (generate-uninterned-symbol) | (latch) | a new symbol that differs from all others
    (intern string) | (latch) | the same as string->symbol
    (list-head list k) | (latch) | a new list of the first k elements
    (make-initialized-vector n f) | (latch) | a vector of what f gives for 0 up to n - 1
    (named-lambda (name parameter ...) body ...) | (latch) | syntax: a procedure with this name
    (open-append-file file) | (latch) | a port that writes characters at the end of a file
    (random n) | (latch) | a random number from 0 up to n; an integer for an exact n
    (real-time) | (latch) | the time since some moment in the past, in milliseconds
    (runtime) | (latch) | the time since some moment in the past, in seconds
    (shift-left n count) | (latch) | the integer with its bits moved up by count
    (shift-right n count) | (latch) | the integer with its bits moved down by count
    (sort sequence less?) | (latch) | a new list or vector of the elements, sorted; the arguments may come in either order
    (string->uninterned-symbol string) | (latch) | a new symbol of this name that differs from all others
    (string-head string end) | (latch) | the characters before index end
    (string-pad-left string length [char]) | (latch) | at this length: with char (a space) before it, or its first characters cut off
    (string-tail string start) | (latch) | the characters from index start on
    (subvector vector start end) | (latch) | a new vector of the elements from start up to end
    (symbol-append symbol ...) | (latch) | the symbol whose name is all their names, one after the other
    (symbol<? symbol1 symbol2) | (latch) | whether the first symbol's name comes before the second one's
    (system-global-environment) | (latch) | the same as interaction-environment
    (void obj ...) | (latch) | the unspecified object, whatever the arguments
    (with-input-from-string string thunk) | (latch) | calls the thunk while the current input port reads the string
    (with-output-to-string thunk) | (latch) | calls the thunk; the string of what was written to the current output port
    (write-line obj [port]) | (latch) | writes the object and the end of a line
    """#
}
