// Complex numbers that are not real: a compnum holds a real and an imaginary part, both exact or both flonums (R7RS 6.2). An exact imaginary part of 0 makes
// a real number, an inexact one does not. Arithmetic is that of the parts, which are any real numbers, so exact numbers stay exact.
import GuestABI

enum ComplexNumber {
  /// The number with these parts, either of which may be `unwind`.
  static func make(_ real: Word, _ imaginary: Word) -> Word {
    if real == Constant.unwind || imaginary == Constant.unwind { return Constant.unwind }
    if imaginary == 0 { return real }
    if real.isFlonum != imaginary.isFlonum { return make(Complex(toDouble(real), toDouble(imaginary))) }
    let number = allocateObject(.compnum, words: 2)
    number.initializeField(0, real)
    number.initializeField(1, imaginary)
    return number
  }

  static func make(_ value: Complex) -> Word {
    let (real, imaginary) = (makeFlonum(value.real), makeFlonum(value.imaginary))
    let number = allocateObject(.compnum, words: 2)
    number.initializeField(0, real)
    number.initializeField(1, imaginary)
    return number
  }

  /// The number with a magnitude and an angle.
  static func polar(_ magnitude: Word, _ angle: Word) -> Word {
    if angle == 0 || magnitude == 0 { return magnitude }
    let (size, turn) = (toDouble(magnitude), toDouble(angle))
    return make(Complex(size * ElementaryFunctions.cosine(turn), size * ElementaryFunctions.sine(turn)))
  }

  /// The parts of any number; the imaginary part of a real number is the exact 0.
  @inline(__always) static func real(_ a: Word) -> Word { a.isCompnum ? a.field(0) : a }
  @inline(__always) static func imaginary(_ a: Word) -> Word { a.isCompnum ? a.field(1) : 0 }
  static func isInexact(_ a: Word) -> Bool { real(a).isFlonum }

  /// Any number as doubles.
  static func value(_ a: Word) -> Complex { Complex(toDouble(real(a)), toDouble(imaginary(a))) }

  /// The exact number equal to a number, or nil when a part is not finite.
  static func exact(_ a: Word) -> Word? {
    func exact(_ part: Word) -> Word? {
      if !part.isFlonum { return part }
      return part.flonumValue.isFinite ? doubleToExact(part.flonumValue) : nil
    }
    guard let real = exact(real(a)), let imaginary = exact(imaginary(a)) else { return nil }
    return make(real, imaginary)
  }

  // MARK: Arithmetic

  /// Two numbers as doubles, if their parts are; a real one has the imaginary part 0. (At least one of them is a compnum.)
  @inline(__always)
  private static func doubles(_ a: Word, _ b: Word) -> (Complex, Complex)? {
    @inline(__always)
    func double(_ a: Word) -> Complex? {
      if a.isImmediateFlonum { return Complex(a.flonumValue, 0) }
      if a.isFixnum { return Complex(Double(a.fixnumValue), 0) }
      if !a.isCompnum || !a.field(0).isFlonum { return nil }
      return Complex(a.field(0).flonumValue, a.field(1).flonumValue)
    }
    guard let x = double(a), let y = double(b) else { return nil }
    return (x, y)
  }

  static func add(_ a: Word, _ b: Word) -> Word {
    if let (x, y) = doubles(a, b) { return make(Complex(x.real + y.real, x.imaginary + y.imaginary)) }
    return make(genericAdd(real(a), real(b)), genericAdd(imaginary(a), imaginary(b)))
  }

  static func subtract(_ a: Word, _ b: Word) -> Word {
    if let (x, y) = doubles(a, b) { return make(Complex(x.real - y.real, x.imaginary - y.imaginary)) }
    return make(genericSubtract(real(a), real(b)), genericSubtract(imaginary(a), imaginary(b)))
  }

  /// `(- a)`, which changes the signs of zeros too.
  static func negate(_ a: Word) -> Word {
    if !isInexact(a) { return subtract(0, a) }
    let value = value(a)
    return make(Complex(-value.real, -value.imaginary))
  }

  static func multiply(_ a: Word, _ b: Word) -> Word {
    if !a.isFixnum && !b.isFixnum, let (x, y) = doubles(a, b) {
      // A real number multiplies the parts alone.
      if !b.isCompnum { return make(Complex(x.real * y.real, x.imaginary * y.real)) }
      return make(a.isCompnum ? x * y : Complex(x.real * y.real, x.real * y.imaginary))
    }
    if !b.isCompnum { return make(genericMultiply(real(a), b), genericMultiply(imaginary(a), b)) }
    if !a.isCompnum { return make(genericMultiply(a, real(b)), genericMultiply(a, imaginary(b))) }
    if isInexact(a) || isInexact(b) { return make(value(a) * value(b)) }
    let (p, q, r, s) = (real(a), imaginary(a), real(b), imaginary(b))
    if (p | q | r | s) & Tag.mask == 0 && isSmall(p) && isSmall(q) && isSmall(r) && isSmall(s) {
      let (x, y, u, v) = (p.fixnumValue, q.fixnumValue, r.fixnumValue, s.fixnumValue)
      return make(.fixnum64(x &* u &- y &* v), .fixnum64(x &* v &+ y &* u))
    }
    return make(
      combine(genericMultiply(p, r), genericMultiply(q, s), genericSubtract),
      combine(genericMultiply(p, s), genericMultiply(q, r), genericAdd))
  }

  /// `a / b`; `b` is not the exact 0.
  static func divide(_ a: Word, _ b: Word) -> Word {
    if !b.isCompnum { return make(genericDivide(real(a), b), genericDivide(imaginary(a), b)) }
    if isInexact(a) || isInexact(b) {
      // A real number over x + 0i is x - 0i.
      return make((a.isCompnum ? value(a) : Complex(toDouble(a), -0.0)) / value(b))
    }
    let square = squaredMagnitude(b)
    let product = multiply(a, make(real(b), genericSubtract(0, imaginary(b))))
    if square == Constant.unwind || product == Constant.unwind { return Constant.unwind }
    return make(genericDivide(real(product), square), genericDivide(imaginary(product), square))
  }

  /// The operation on two results, unless one is `unwind`.
  private static func combine(_ a: Word, _ b: Word, _ operation: (Word, Word) -> Word) -> Word {
    a == Constant.unwind || b == Constant.unwind ? Constant.unwind : operation(a, b)
  }

  /// `(= a b)`
  static func isEqual(_ a: Word, _ b: Word) -> Bool {
    compareNumbers(real(a), real(b)) == 0 && compareNumbers(imaginary(a), imaginary(b)) == 0
  }

  // MARK: Magnitudes and roots

  private static func squaredMagnitude(_ a: Word) -> Word {
    combine(genericMultiply(real(a), real(a)), genericMultiply(imaginary(a), imaginary(a)), genericAdd)
  }

  /// The distance from 0, exact where it can be.
  static func magnitude(_ a: Word) -> Word {
    if isInexact(a) { return makeFlonum(value(a).magnitude) }
    let square = squaredMagnitude(a)
    return square == Constant.unwind ? square : NumberFunctions.squareRoot(square)
  }

  /// The principal square root of a number that is not real, exact where it can be.
  static func squareRoot(_ a: Word) -> Word {
    if !isInexact(a), let root = exactSquareRoot(a) { return root }
    return make(value(a).squareRoot)
  }

  /// For a + bi of magnitude m: the roots of (m + a) / 2 and (m - a) / 2, the latter with the sign of b.
  private static func exactSquareRoot(_ a: Word) -> Word? {
    let distance = magnitude(a)
    if distance == Constant.unwind { return distance }
    if distance.isFlonum { return nil }
    func root(_ double: Word) -> Word {
      let half = combine(double, .fixnum(2), genericDivide)
      return half == Constant.unwind ? half : NumberFunctions.squareRoot(half)
    }
    let (real, imaginary) = (root(genericAdd(distance, real(a))), root(genericSubtract(distance, self.real(a))))
    if real == Constant.unwind || imaginary == Constant.unwind { return Constant.unwind }
    if real.isFlonum || imaginary.isFlonum { return nil }
    return make(real, ExactRational.isNegative(self.imaginary(a)) ? genericSubtract(0, imaginary) : imaginary)
  }
}
