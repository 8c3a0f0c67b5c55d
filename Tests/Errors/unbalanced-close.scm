(display 1)
(newline)
(display 2))
