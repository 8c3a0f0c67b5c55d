import Foundation
import GuestABI
import XCTest

@testable import SchemeCore

final class NumberTests: CoreTestCase {
  func testEachKindOfNumberHasItsArithmetic() throws {
    for (text, expected) in [
      ("(+ 1152921504606846975 1)", "1152921504606846976"), ("(- -1152921504606846976 1)", "-1152921504606846977"),
      ("(- 1152921504606846976 1)", "1152921504606846975"), ("(* 4611686018427387904 4)", "18446744073709551616"),
      ("(- (expt 2 200) (expt 2 200))", "0"), ("(quotient (expt 10 40) (expt 10 38))", "100"),
      ("(expt 2 100)", "1267650600228229401496703205376"),
      ("(* 99999999999999999999 99999999999999999999)", "9999999999999999999800000000000000000001"),
      ("(remainder -7 2)", "-1"), ("(modulo -7 2)", "1"), ("(modulo 7 -2)", "-1"), ("(quotient -7 2)", "-3"),
      ("(modulo (- (expt 10 30)) 7)", "6"), ("(floor-quotient -7 2)", "-4"), ("(quotient 7. 2)", "3.0"),
      ("(quotient -1152921504606846976 -1)", "1152921504606846976"),
      ("(/ 1 3)", "1/3"), ("(/ 6 3)", "2"), ("(+ 1/3 1/6)", "1/2"), ("(* 2/3 3/2)", "1"), ("(- 1/2 1/2)", "0"),
      ("(/ 0.0 0)", "error: /: division by zero"),
      ("(/ 1 0.)", "+inf.0"), ("(+ 1/2 0.5)", "1.0"), ("(exact 0.1)", "3602879701896397/36028797018963968"),
      ("(exact 1e20)", "100000000000000000000"),
      ("(inexact 1/3)", "0.3333333333333333"), ("(exact->inexact (expt 10 400))", "+inf.0"),
      ("(inexact (/ (expt 10 400) (+ (expt 10 399) 1)))", "10.0"),
      ("(sqrt 16)", "4"), ("(sqrt 1/4)", "1/2"), ("(sqrt 2)", "1.4142135623730951"), ("(sqrt (expt 10 60))", "1000000000000000000000000000000"),
      ("(expt 2 -2)", "1/4"), ("(expt 2. 3)", "8.0"), ("(expt 2 0.5)", "1.4142135623730951"), ("(expt 0 0)", "1"), ("(expt 1/2 3)", "1/8"),
      ("(exact (floor 2.5))", "2"), ("(round 2.5)", "2.0"), ("(round 7/2)", "4"), ("(round -5/2)", "-2"), ("(truncate -2.7)", "-2.0"),
      ("(ceiling 5/2)", "3"), ("(floor -5/2)", "-3"),
      ("(max 1 2.0)", "2.0"), ("(max 3 2.0)", "3.0"), ("(min 1 2 -3)", "-3"), ("(gcd 12 18)", "6"), ("(lcm 4 6)", "12"),
      ("(gcd (expt 6 40) (expt 4 40))", "1099511627776"),
      ("(number->string 255 16)", "\"ff\""), ("(number->string (expt 2 70) 16)", "\"400000000000000000\""), ("(string->number \"1e2\")", "100.0"),
      ("(string->number \"abc\")", "#f"), ("(string->number \"zz\" 36)", "1295"),
      ("(= 1 1.0)", "#t"), ("(= 9007199254740993 9007199254740992.0)", "#f"), ("(< 1/3 0.3333)", "#f"), ("(< 1 2 3 3)", "#f"), ("(<= 1 2 3 3)", "#t"),
      ("(< (expt 10 400) +inf.0)", "#t"),
      ("(= +nan.0 +nan.0)", "#f"), ("(eqv? 1.5 1.5)", "#t"), ("(eqv? 0.0 -0.0)", "#f"), ("(eqv? (expt 2 100) (expt 2 100))", "#t"),
      ("(eqv? 1 1.0)", "#f"),
      ("(exact-integer? (expt 2 100))", "#t"), ("(integer? 2.0)", "#t"), ("(integer? 2.5)", "#f"), ("(rational? 1/2)", "#t"),
      ("(even? (expt 2 100))", "#t"), ("(odd? 3.0)", "#t"),
      ("(abs -1/2)", "1/2"), ("(- 5)", "-5"), ("(- 0.0)", "-0.0"), ("(/ 2)", "1/2"), ("(+)", "0"), ("(*)", "1"),
      ("(abs -1152921504606846976)", "1152921504606846976"),
      ("(atan 1 0)", "1.5707963267948966"), ("(exp 0)", "1"), ("(exp 1)", "2.718281828459045"), ("(log 1)", "0"),
      ("(atan 1 1)", "0.7853981633974483"),
      ("(number->string 0.1)", "\"0.1\""), ("(* 1.0 100)", "100.0"), ("(* 1.0 1e21)", "1e21"), ("(/ 1. 3)", "0.3333333333333333"),
      ("(* 1. 123456789012345680000)", "123456789012345680000.0"), ("1e-7", "1e-7"), ("0.000001", "0.000001"), ("5e-324", "5e-324"),
      ("1.7976931348623157e308", "1.7976931348623157e308"),
      ("(arithmetic-shift 1 100)", "1267650600228229401496703205376"), ("(arithmetic-shift -5 -1)", "-3"),
      ("(arithmetic-shift (expt 2 100) -99)", "2"),
      ("(number->string 0.5 2)", "\"0.1\""), ("(number->string -10.25 2)", "\"-1010.01\""), ("(string->number \"-1010.01\" 2)", "#f"),
      ("(string->number \"1.5\" 16)", "#f"), ("(string->number \"1e2\" 16)", "482"), ("(string->number \".5\" 8)", "#f"),
      ("(string->number \"1/2\" 16)", "1/2"),
      ("(string->number \"#d1.5\" 16)", "1.5"), ("(string->number \"+inf.0\" 2)", "+inf.0"), ("(string->number \"1s2\" 10)", "100.0"),
      ("(string->number \"#e1.5\")", "3/2"), ("(string->number \"#x#i-FF/2\")", "-127.5"), ("(string->number \"#i#b101\")", "5.0"),
      ("(string->number \"#e#e1\")", "#f"), ("(string->number \"#e1e3\")", "1000"), ("(string->number \"#e-1.25e-2\")", "-1/80"),
      ("(string->number \"-.5e1\")", "-5.0"), ("(string->number \"1.\")", "1.0"), ("(string->number \"+5\")", "5"), ("(string->number \"-\")", "#f"),
      ("(string->number \".\")", "#f"), ("(string->number \"1/0\")", "#f"), ("(string->number \"-nan.0\")", "+nan.0"),
      ("(string->number \"#e+inf.0\")", "#f"),
      ("(string->number \"1e\")", "#f"), ("(string->number \"\")", "#f"), ("(string->number \"1 2\")", "#f"),
      ("(sqrt (+ (expt 10 800) 1))", "+inf.0"), ("(sqrt (+ (expt 10 400) 1))", "1e200"), ("(sqrt (/ 3 (expt 10 600)))", "1.7320508075688774e-300"),
      ("(log (expt 10 1000))", "2302.5850929940457"), ("(log 8 2)", "3.0"), ("(log (/ 1 (expt 10 1000)))", "-2302.5850929940457"),
      ("(expt 9/4 3/2)", "27/8"), ("(expt 2 1/2)", "1.4142135623730951"), ("(expt 0 3)", "0"), ("(expt -1 (expt 10 30))", "1"),
      ("(bitwise-and (- (expt 2 70)) -1)", "-1180591620717411303424"), ("(bitwise-xor -1 (expt 2 64))", "-18446744073709551617"),
      ("(bit-count -8)", "3"), ("(integer-length -8)", "3"), ("(integer-length 8)", "4"), ("(first-set-bit (expt 2 100))", "100"),
      ("(first-set-bit -4)", "2"),
      ("(first-set-bit 0)", "-1"), ("(bit-set? 3 -9)", "#f"), ("(bit-set? 1000000000000 -9)", "#t"),
      ("(arithmetic-shift (- (expt 2 100)) -99)", "-2"),
      ("(arithmetic-shift -1 -1000000000000)", "-1"), ("(arithmetic-shift (- (+ 1 (expt 2 100))) -100)", "-2"),
      ("(exact-integer-sqrt 17)", "#<values>"), ("(numerator 0.75)", "3.0"), ("(denominator 0.75)", "4.0"), ("(numerator 6/4)", "3"),
      ("(+ 1 'a)", "error: +: argument 2 must be a number, but is a"), ("(< 1 \"x\")", "error: <: argument 2 must be a real number, but is \"x\""),
      ("(modulo 5 0)", "error: modulo: division by zero"), ("(expt 0 -1)", "error: expt: division by zero"),
      ("(sqrt 'x)", "error: sqrt: argument 1 must be a number, but is x"),
      ("(exact +inf.0)", "error: exact: argument 1 must be a finite number, but is +inf.0"),
    ] {
      try check(text, expected)
    }
  }

  /// Exact numbers stay exact, a part that is a flonum makes both flonums, and an exact imaginary part of 0 makes a real number.
  func testComplexNumbersHaveExactPartsOrFlonums() throws {
    for (text, expected) in [
      ("(make-rectangular 1 2)", "1+2i"), ("(make-rectangular 1.5 0)", "1.5"), ("(make-rectangular 1.5 0.0)", "1.5+0.0i"),
      ("(make-rectangular 0 1.5)", "0.0+1.5i"), ("(make-polar 2 0)", "2"), ("(make-polar 0 1.5)", "0"),
      ("(make-polar 1 2)", "-0.4161468365471424+0.9092974268256817i"), ("(real-part 1+2i)", "1"), ("(imag-part 1+2i)", "2"), ("(imag-part 1.5)", "0"),
      ("(magnitude 3+4i)", "5"), ("(magnitude 1+2i)", "2.23606797749979"), ("(magnitude -5)", "5"),
      ("(magnitude 1e200+1e200i)", "1.414213562373095e200"),
      ("(angle 1+i)", "0.7853981633974483"), ("(angle -1)", "3.141592653589793"), ("(angle 1)", "0"),
      ("(+ 1+2i 3)", "4+2i"), ("(+ 1+2i 1.5)", "2.5+2.0i"), ("(- 1+2i +2i)", "1"), ("(- 1.5+2i +2.0i)", "1.5+0.0i"), ("(- 1+i)", "-1-i"),
      ("(- 0.0+1.0i)", "-0.0-1.0i"), ("(* 1+2i 3)", "3+6i"), ("(* +i +i)", "-1"), ("(* 1.5+2.5i +i)", "-2.5+1.5i"), ("(* 1/2+i 2-i)", "2+3/2i"),
      ("(/ 1+2i 3+4i)", "11/25+2/25i"), ("(/ +i)", "-i"), ("(/ 1.0+2.0i 3+4i)", "0.44+0.08i"), ("(/ 1+2i 0.0)", "+inf.0+inf.0i"),
      ("(/ 2.0+0.0i)", "0.5-0.0i"),
      ("(/ 1+2i 0)", "error: /: division by zero"), ("(square 1+2i)", "-3+4i"), ("(+ 1e308+1e308i 1e308+1e308i)", "+inf.0+inf.0i"),
      ("(= 1+2i 1.0+2.0i)", "#t"), ("(= 1 1.0+0.0i)", "#t"), ("(= 1+2i 1+2i 1+3i)", "#f"), ("(eqv? 1+2i 1+2i)", "#t"), ("(eqv? 1+2i 1.0+2.0i)", "#f"),
      ("(eqv? 0.0+i -0.0+i)", "#f"), ("(equal? '(1+i) '(1+i))", "#t"), ("(zero? 0.0+0.0i)", "#t"), ("(zero? +i)", "#f"),
      ("(exact? 1+2i)", "#t"), ("(inexact? 1.0+2i)", "#t"), ("(exact 1.5+2.5i)", "3/2+5/2i"), ("(exact 1.0+0.0i)", "1"),
      ("(inexact 1/2+i)", "0.5+1.0i"),
      ("(exact +inf.0+i)", "error: exact: argument 1 must be a finite number, but is +inf.0+1.0i"),
      ("(number? +i)", "#t"), ("(complex? +i)", "#t"), ("(real? +i)", "#f"), ("(real? 1.0+0.0i)", "#f"), ("(real? 1+0i)", "#t"),
      ("(rational? +i)", "#f"),
      ("(integer? +i)", "#f"), ("(exact-integer? +i)", "#f"), ("(nan? +nan.0+i)", "#t"), ("(nan? +i)", "#f"), ("(finite? 1.0+inf.0i)", "#f"),
      ("(infinite? 1.0-inf.0i)", "#t"), ("(finite? +i)", "#t"),
      ("(sqrt -1)", "+i"), ("(sqrt -1/4)", "+1/2i"), ("(sqrt -2)", "0.0+1.4142135623730951i"), ("(sqrt -4.0)", "0.0+2.0i"), ("(sqrt 3+4i)", "2+i"),
      ("(sqrt -3-4i)", "1-2i"), ("(sqrt -1.0-0.0i)", "0.0-1.0i"), ("(sqrt -0.0)", "-0.0"),
      ("(sqrt 1e300+1e300i)", "1.09868411346781e150+4.550898605622274e149i"),
      ("(expt +i 3)", "-i"), ("(expt 1+2i -2)", "-3/25-4/25i"), ("(expt 1+2i 2.0)", "-3.0+4.0i"), ("(expt -1 1/2)", "+i"), ("(expt 0 1+i)", "0"),
      ("(expt 0.0 1+i)", "0.0"), ("(expt 1+2i 0)", "1"), ("(expt 0 +i)", "error: expt: undefined for 0 +i"),
      ("(exp +i)", "0.5403023058681398+0.8414709848078965i"), ("(log -1)", "0.0+3.141592653589793i"), ("(log -1.0-0.0i)", "0.0-3.141592653589793i"),
      ("(log +i)", "0.0+1.5707963267948966i"), ("(log -8 2)", "3.0+4.532360141827194i"), ("(log 0)", "error: log: undefined for 0"),
      ("(log 0.0)", "-inf.0"),
      // On the cuts, and on both sides of them where a zero has a sign.
      ("(asin 2)", "1.5707963267948966-1.3169578969248166i"), ("(asin -2)", "-1.5707963267948966+1.3169578969248166i"),
      ("(acos 2)", "0.0+1.3169578969248166i"), ("(acos -2)", "3.141592653589793-1.3169578969248166i"),
      ("(asin 2.0+0.0i)", "1.5707963267948966+1.3169578969248166i"), ("(asin 2.0-0.0i)", "1.5707963267948966-1.3169578969248166i"),
      ("(atan +2i)", "1.5707963267948966+0.5493061443340549i"), ("(atan -2i)", "-1.5707963267948966-0.5493061443340549i"),
      ("(atan -0.0+2.0i)", "-1.5707963267948966+0.5493061443340549i"), ("(atan +i)", "error: atan: undefined for +i"),
      ("(number->string 255+16i 16)", "\"ff+10i\""), ("(number->string -1.5-i)", "\"-1.5-1.0i\""), ("(number->string 1-inf.0i)", "\"1.0-inf.0i\""),
      ("(string->number \"1+\")", "#f"), ("(string->number \"1+2\")", "#f"), ("(string->number \"1@\")", "#f"), ("(string->number \"i\")", "#f"),
      ("(string->number \"1i\")", "#f"), ("(string->number \"+1i+2\")", "#f"), ("(string->number \"1+2i3\")", "#f"),
      ("(string->number \"+i\" 36)", "18"),
      ("(< 1 +i)", "error: <: argument 2 must be a real number, but is +i"),
      ("(max 1 +i)", "error: max: argument 2 must be a real number, but is +i"),
      ("(numerator +i)", "error: numerator: argument 1 must be a rational number, but is +i"),
      ("(abs +i)", "error: abs: argument 1 must be a real number, but is +i"),
      ("(floor +i)", "error: floor: argument 1 must be a real number, but is +i"),
      ("(atan 1 +i)", "error: atan: argument 2 must be a real number, but is +i"),
      ("(even? +i)", "error: even?: argument 1 must be an integer, but is +i"),
      ("(make-polar +i 1)", "error: make-polar: argument 1 must be a real number, but is +i"),
      ("(exact->inexact 'x)", "error: exact->inexact: argument 1 must be a number, but is x"),
    ] {
      try check(text, expected)
    }
  }

  func testFactorialOfAHundredIsExact() throws {
    var product: Word = .fixnum(1)
    for factor in 1...100 { product = genericMultiply(product, .fixnum(factor)) }
    XCTAssertEqual(
      written(product),
      "93326215443944152681699238856266700490715968264381621468592963895217599993229915608941463976156518286253697920827223758251185210916864000000000000000000000000"
    )
  }

  func testLongIntegersArePrintedInAnyRadix() {
    for (exponent, radix) in [(300, 10), (1000, 10), (5000, 10), (5000, 7), (3001, 36)] {
      let power = ExactInteger.power(.fixnum(radix), UInt64(exponent))
      for (number, expected) in [
        (power, "1" + String(repeating: "0", count: exponent)),
        (ExactInteger.subtract(power, .fixnum(1)), String(repeating: String(radix - 1, radix: radix), count: exponent)),
        (ExactInteger.add(power, .fixnum(1)), "1" + String(repeating: "0", count: exponent - 1) + "1"),
      ] {
        var text = TextBuffer()
        text.append(number: number, radix: radix)
        XCTAssertEqual(String(decoding: text.bytes(), as: UTF8.self), expected)
        text.free()
        XCTAssertEqual(ExactInteger.compare(NumberParser.parse([UInt8](expected.utf8).span8, radix: radix), number), 0)
      }
    }
  }

  /// A generator of integers of up to `limbs` limbs with many zeros and ones among the limbs, where carries go wrong.
  private func randomInteger(_ state: inout UInt64, limbs: Int) -> Word {
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 20
    }
    var value: Word = .fixnum(0)
    for _ in 0...Int(next()) % limbs {
      let limb: UInt64 = [0, 1, 0xFFFF_FFFF, 0x8000_0000, next() & 0xFFFF_FFFF][Int(next() % 5)]
      value = ExactInteger.add(ExactInteger.shiftLeft(value, 32), ExactInteger.make(limb))
    }
    return next() & 1 == 0 ? value : ExactInteger.negate(value)
  }

  func testDivisionInvertsMultiplication() {
    var state: UInt64 = 7
    for round in 0..<4000 {
      let size = round % 100 == 0 ? 700 : 9
      let a = randomInteger(&state, limbs: size)
      let b = randomInteger(&state, limbs: size)
      if b == 0 { continue }
      let (quotient, remainder) = ExactInteger.divide(a, b)
      XCTAssertEqual(
        ExactInteger.compare(ExactInteger.add(ExactInteger.multiply(quotient, b), remainder), a), 0, "\(written(a)) / \(written(b))")
      XCTAssertLessThan(ExactInteger.compare(ExactInteger.absolute(remainder), ExactInteger.absolute(b)), 0)
      let c = randomInteger(&state, limbs: size)
      let left = ExactInteger.multiply(a, ExactInteger.add(b, c))
      let right = ExactInteger.add(ExactInteger.multiply(a, b), ExactInteger.multiply(a, c))
      XCTAssertEqual(ExactInteger.compare(left, right), 0)
      XCTAssertEqual(written(a), written(NumberParser.parse([UInt8](written(a).utf8).span8)))
    }
  }

  func testDoublesPrintShortestAndReadBack() {
    var state: UInt64 = 99
    for index in 0..<30_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var bits = state ^ state >> 31
      if index & 3 == 0 { bits &= 0x800F_FFFF_FFFF_FFFF }
      let value = Double(bitPattern: bits)
      if !value.isFinite { continue }
      let text = written(makeFlonum(value))
      XCTAssertEqual(Double(text)?.bitPattern, bits, text)
      let again = NumberParser.parse([UInt8](text.utf8).span8)
      XCTAssertEqual(again.flonumValue.bitPattern, bits, text)
      let exact = doubleToExact(value)
      XCTAssertEqual(toDouble(exact), value, text)
    }
  }

  func testDecimalsAreRoundedCorrectly() {
    for text in [
      "9007199254740993", "9007199254740993.0", "1.00000000000000011102230246251565404236316680908203125",
      "1.00000000000000011102230246251565404236316680908203124", "1.00000000000000011102230246251565404236316680908203126",
      "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308", "123456789.123456789e-30",
      "4.35", "0.000000000000000000000000000000000000000000000000001", "8.98846567431158e307",
    ] {
      let word = NumberParser.parse([UInt8]("#i\(text)".utf8).span8)
      XCTAssertEqual(word.flonumValue, Double(text)!, text)
    }
  }

  /// What lies exactly between two doubles, and just beside it after a thousand digits.
  func testLongDecimalsAreRoundedCorrectly() {
    let middle = "9007199254740993." + String(repeating: "0", count: 3000)
    XCTAssertEqual(NumberParser.parse([UInt8](middle.utf8).span8).flonumValue, 9007199254740992)
    XCTAssertEqual(NumberParser.parse([UInt8]((middle + "1").utf8).span8).flonumValue, 9007199254740994)
    XCTAssertEqual(NumberParser.parse([UInt8](("0." + String(repeating: "0", count: 5000) + "1e5001").utf8).span8).flonumValue, 1)
    XCTAssertEqual(NumberParser.parse([UInt8]((String(repeating: "9", count: 100_000) + "e-99999").utf8).span8).flonumValue, 10)
    XCTAssertEqual(written(NumberParser.parse([UInt8](("#e" + "1." + String(repeating: "0", count: 2000) + "e2").utf8).span8)), "100")
  }

  /// Numbers at the limit of length are errors, not crashes.
  func testTooLongNumbersAreErrors() throws {
    XCTAssertEqual(NumberParser.parse([UInt8](String(repeating: "f", count: 2_500_000).utf8).span8, radix: 16), Constant.undefined)
    XCTAssertEqual(try result("(expt 7 9999999)"), "error: the result is too long an integer")
    XCTAssertEqual(try result("(lcm (- (expt 2 5000000) 1) (expt 2 5000000))"), "error: the result is too long an integer")
    XCTAssertEqual(try result("(< (/ 1 (+ (expt 2 5000000) 1)) (/ 3 (expt 2 5000000)))"), "#t")
  }

  func testRationalizeGivesTheSimplestNumberInReach() {
    for (text, expected) in [
      ("(rationalize 3/10 1/10)", "1/3"), ("(rationalize .3 1/10)", "0.3333333333333333"), ("(rationalize -3/10 1/10)", "-1/3"),
      ("(rationalize 1/10 1)", "0"),
      ("(rationalize 7/2 0)", "7/2"), ("(rationalize +inf.0 1)", "+inf.0"), ("(rationalize 5 1/4)", "5"), ("(rationalize +nan.0 1)", "+nan.0"),
    ] {
      XCTAssertEqual(NativeSession.evaluate(text), expected, text)
    }
  }

  func testPowersThatAreDoublesAreExact() {
    for base in 2...200 {
      var power = 1.0
      var exponent = 0.0
      while power < 0x1p53 {
        XCTAssertEqual(ElementaryFunctions.power(Double(base), exponent), power, "\(base) \(exponent)")
        power *= Double(base)
        exponent += 1
      }
    }
    for exponent in -1074...1023 {
      XCTAssertEqual(ElementaryFunctions.power(2, Double(exponent)), ElementaryFunctions.scale(1, exponent), "2 \(exponent)")
    }
    for root in stride(from: 1.0, to: 94_906_265, by: 12_345) { XCTAssertEqual(ElementaryFunctions.power(root * root, 0.5), root) }
  }

  func testElementaryFunctionsAgreeWithTheCLibrary() {
    func near(_ a: Double, _ b: Double, _ name: String, ulps: Double = 2) {
      if a == b || (a.isNaN && b.isNaN) { return }
      XCTAssertLessThanOrEqual((a - b).magnitude, ulps * b.ulp, "\(name): \(a) \(b)")
    }
    var state: UInt64 = 5
    for index in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let unit = Double(state >> 11) * 0x1p-53 * 2 - 1
      let x = unit * [1, 30, 1000, 1e6, 1e300][index % 5]
      near(ElementaryFunctions.sine(x), sin(x), "sin \(x)")
      near(ElementaryFunctions.cosine(x), cos(x), "cos \(x)")
      near(ElementaryFunctions.tangent(x), tan(x), "tan \(x)", ulps: 3)
      near(ElementaryFunctions.arcTangent(x), atan(x), "atan \(x)")
      near(ElementaryFunctions.exponential(x), exp(x), "exp \(x)")
      near(ElementaryFunctions.logarithm(x.magnitude), log(x.magnitude), "log \(x)")
      near(ElementaryFunctions.arcSine(unit), asin(unit), "asin \(unit)", ulps: 3)
      near(ElementaryFunctions.arcCosine(unit), acos(unit), "acos \(unit)", ulps: 3)
      near(ElementaryFunctions.power(x.magnitude, unit * 9), pow(x.magnitude, unit * 9), "pow \(x) \(unit * 9)", ulps: 1)
    }
    for x in [0.0, -0.0, 1, -1, .infinity, -.infinity, .nan, 5e-324, 709.7, -745, 0.5, 2, 1e22, 3.141592653589793] {
      near(ElementaryFunctions.exponential(x), exp(x), "exp \(x)")
      near(ElementaryFunctions.logarithm(x), log(x), "log \(x)")
      near(ElementaryFunctions.sine(x), sin(x), "sin \(x)")
      for y in [0.0, -0.0, 1, -1, 2, -2, 3, .infinity, -.infinity, .nan, 0.5, -3] {
        let value = ElementaryFunctions.power(x, y)
        near(value, pow(x, y), "pow \(x) \(y)")
        near(ElementaryFunctions.arcTangent(x, y), atan2(x, y), "atan2 \(x) \(y)")
      }
    }
  }
}

extension [UInt8] {
  /// A view that lives as long as the process; tests only.
  var span8: UnsafeBufferPointer<UInt8> {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
    _ = copy.initialize(from: self)
    return UnsafeBufferPointer(copy)
  }
}
