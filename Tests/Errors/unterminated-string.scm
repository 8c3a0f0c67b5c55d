(display "it goes on
and on)
