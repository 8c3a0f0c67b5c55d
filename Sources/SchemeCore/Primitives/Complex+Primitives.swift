// The parts of complex numbers (R7RS's library `(scheme complex)`).
import GuestABI

func defineComplexPrimitives(_ define: PrimitiveDefiner) {
  define("make-rectangular", 2, 2) { a, _ in
    if !isReal(a.first) { return raiseWrongType("make-rectangular", 1, "a real number", a.first) }
    if !isReal(a.second) { return raiseWrongType("make-rectangular", 2, "a real number", a.second) }
    return ComplexNumber.make(a.first, a.second)
  }
  define("make-polar", 2, 2) { a, _ in
    if !isReal(a.first) { return raiseWrongType("make-polar", 1, "a real number", a.first) }
    if !isReal(a.second) { return raiseWrongType("make-polar", 2, "a real number", a.second) }
    return ComplexNumber.polar(a.first, a.second)
  }
  define("real-part", 1, 1) { a, _ in
    isNumber(a.first) ? ComplexNumber.real(a.first) : raiseWrongType("real-part", 1, "a number", a.first)
  }
  define("imag-part", 1, 1) { a, _ in
    isNumber(a.first) ? ComplexNumber.imaginary(a.first) : raiseWrongType("imag-part", 1, "a number", a.first)
  }
  define("magnitude", 1, 1) { a, _ in
    if a.first.isCompnum { return LongWork.finish(ComplexNumber.magnitude(a.first)) }
    return isNumber(a.first) ? absolute("magnitude", a.first) : raiseWrongType("magnitude", 1, "a number", a.first)
  }
  define("angle", 1, 1) { a, _ in
    if !isNumber(a.first) { return raiseWrongType("angle", 1, "a number", a.first) }
    if !a.first.isCompnum && !a.first.isFlonum && !ExactRational.isNegative(a.first) { return 0 }
    return makeFlonum(ComplexNumber.value(a.first).angle)
  }
}
