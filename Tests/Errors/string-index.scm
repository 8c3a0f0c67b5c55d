(string-ref "Größe" 5)
