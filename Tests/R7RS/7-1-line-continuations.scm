;;; R7RS 6.7 and 7.1.1: a backslash with white space after it at the end of a line, in a string.
(import (scheme base) (scheme write))
(include "check.scm")

(check "one   \   
   line" => "one   line")
(check (string-length "a\  
    b") => 2)
(check "\	
x" => "x")

(report "7.1 line continuations")
