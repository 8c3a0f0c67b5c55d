(display #\nosuchcharacter)
