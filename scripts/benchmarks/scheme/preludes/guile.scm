;;; For Guile: a module, in which its compiler may take definitions for constant; at the top level it is almost half as fast.
(define-module (benchmark))
