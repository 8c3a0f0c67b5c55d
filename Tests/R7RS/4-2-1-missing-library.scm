;;; R7RS 4.2.1: cond-expand asks for a library that does not exist.
(import (scheme base) (scheme write))
(include "check.scm")

(check (cond-expand ((library (no such library)) 1) (else 2)) => 2)
(check (cond-expand ((not (library (no such library))) 1) (else 2)) => 1)
(check (cond-expand ((and r7rs (library (no such library))) 1) (else 2)) => 2)
(check (cond-expand ((or (library (no such library)) r7rs) 1) (else 2)) => 1)

(report "4.2.1 missing library")
