// Numbers between the command line and functions that are called from there. What is written can be given as an argument again, and is the same number.

import WasmEngine

enum InvokeArguments {
  /// The arguments as values of a function's parameters. Throws what is wrong with them, as wrong usage.
  static func values(_ arguments: [String], for type: FuncType, of name: String) throws -> [Value] {
    guard arguments.count == type.parameters.count else {
      let needed = type.parameters.count
      let given = arguments.count
      throw ProgramError(description: "\(name) needs \(Format.plural(needed, "argument")), not \(given)", code: 2)
    }
    return try zip(arguments, type.parameters).map { try value($0, $1, of: name) }
  }

  /// A number as a value of a type. Throws what is wrong with it, as wrong usage.
  static func value(_ argument: String, _ type: ValueType, of name: String) throws -> Value {
    do throws(NumberFault) {
      return try value(argument, type)
    } catch {
      throw ProgramError(description: "\(argument) \(error.text(type)) (for \(name))", code: 2)
    }
  }

  /// What is wrong with a number.
  private enum NumberFault: Error {
    case malformed, outOfRange, noNumber

    func text(_ type: ValueType) -> String {
      switch self {
      case .malformed: "is no number of type \(type.name)"
      case .outOfRange: "is out of range for \(type.name)"
      case .noNumber:
        type == .v128
          ? "cannot be given: the parameter is of type v128"
          : "cannot be given: the parameter is of type \(type.name), and only null can be given as a reference"
      }
    }
  }

  private static func value(_ text: String, _ type: ValueType) throws(NumberFault) -> Value {
    switch type {
    case .i32: return .i32(try integer(text))
    case .i64: return .i64(try integer(text))
    case .f32: return .f32(Float(bitPattern: try float(text) { Float($0)?.bitPattern }))
    case .f64: return .f64(Double(bitPattern: try float(text) { Double($0)?.bitPattern }))
    default:
      guard text == "null", type != .v128 else { throw .noNumber }
      return type == .funcref ? .funcref(nil) : type == .externref ? .externref(nil) : .exnref(nil)
    }
  }

  // MARK: Integers

  /// Signed or unsigned, and hexadecimal after 0x.
  private static func integer<Number: FixedWidthInteger & SignedInteger>(_ text: String) throws(NumberFault) -> Number {
    let (isNegative, magnitude) = sign(text)
    let isHexadecimal = magnitude.hasPrefix("0x") || magnitude.hasPrefix("0X")
    let digits = isHexadecimal ? magnitude.dropFirst(2) : magnitude
    guard !digits.isEmpty, digits.allSatisfy({ isHexadecimal ? $0.isASCII && $0.isHexDigit : $0.isASCII && $0.isNumber }) else { throw .malformed }
    guard let number = Number.Magnitude(digits, radix: isHexadecimal ? 16 : 10) else { throw .outOfRange }
    if !isNegative { return Number(truncatingIfNeeded: number) }
    guard number <= Number.min.magnitude else { throw .outOfRange }
    return 0 &- Number(truncatingIfNeeded: number)
  }

  private static func sign(_ text: String) -> (isNegative: Bool, magnitude: Substring) {
    text.hasPrefix("-") || text.hasPrefix("+") ? (text.hasPrefix("-"), text.dropFirst()) : (false, text[...])
  }

  // MARK: Floats

  /// The bits of a decimal or hexadecimal number, `inf`, `nan` (the canonical one), or `nan:0x` and the payload, as WebAssembly's text format has them.
  private static func float<Bits: FixedWidthInteger & UnsignedInteger>(
    _ text: String, _ parse: (Substring) -> Bits?
  ) throws(NumberFault) -> Bits {
    let (isNegative, magnitude) = sign(text)
    let signBit: Bits = isNegative ? 1 << Bits(Bits.bitWidth - 1) : 0
    let payloadBits = Bits.bitWidth == 32 ? 23 : 52
    let infinity: Bits = Bits.max >> 1 & ~((1 << Bits(payloadBits)) - 1)
    if magnitude == "inf" { return signBit | infinity }
    if magnitude == "nan" { return signBit | infinity | 1 << Bits(payloadBits - 1) }
    if magnitude.hasPrefix("nan:0x") {
      guard let payload = Bits(magnitude.dropFirst(6), radix: 16) else { throw .malformed }
      guard payload > 0, payload >> Bits(payloadBits) == 0 else { throw .outOfRange }
      return signBit | infinity | payload
    }
    guard let first = magnitude.first, first.isNumber || first == ".", let bits = parse(magnitude) else { throw .malformed }
    // What is written as a number is finite.
    if bits == infinity { throw .outOfRange }
    return signBit | bits
  }

  // MARK: Results

  /// A result as it is written.
  static func text(_ value: Value) -> String {
    switch value {
    case .i32(let number): "\(number)"
    case .i64(let number): "\(number)"
    case .f32(let number): number.isNaN ? nan(number.sign, UInt64(number.bitPattern & 0x7F_FFFF), canonical: 1 << 22) : "\(number)"
    case .f64(let number): number.isNaN ? nan(number.sign, number.bitPattern & 0xF_FFFF_FFFF_FFFF, canonical: 1 << 51) : "\(number)"
    case .v128(let vector): "\(vector)"
    case .funcref(let function): function == nil ? "null" : "a function"
    case .externref(let number): number.map { "\($0)" } ?? "null"
    case .object: "an object"
    case .exnref(let exception): exception == nil ? "null" : "an exception"
    }
  }

  private static func nan(_ sign: FloatingPointSign, _ payload: UInt64, canonical: UInt64) -> String {
    (sign == .minus ? "-nan" : "nan") + (payload == canonical ? "" : ":0x" + String(payload, radix: 16))
  }
}
