// Numbers between the command line and functions that are called from there.

import WasmEngine

enum InvokeArguments {
  /// The arguments as values of a function's parameters. Throws what is wrong with them, as wrong usage.
  static func values(_ arguments: [String], for type: FuncType, of name: String) throws -> [Value] {
    guard arguments.count == type.parameters.count else {
      let needed = type.parameters.count
      let given = arguments.count
      throw ProgramError(description: "\(name) needs \(Format.plural(needed, "argument")), not \(given)", code: 2)
    }
    return try zip(arguments, type.parameters).map { argument, parameter in
      guard let value = value(argument, parameter) else {
        throw ProgramError(description: "\(argument) is no argument of type \(parameter.name) for \(name)", code: 2)
      }
      return value
    }
  }

  /// Integers may be signed or unsigned, and hexadecimal after 0x.
  private static func value(_ text: String, _ type: ValueType) -> Value? {
    switch type {
    case .i32: (integer(text) as Int32?).map(Value.i32)
    case .i64: (integer(text) as Int64?).map(Value.i64)
    case .f32: Float(text).map(Value.f32)
    case .f64: Double(text).map(Value.f64)
    default: nil
    }
  }

  private static func integer<Number: FixedWidthInteger & SignedInteger>(_ text: String) -> Number? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    guard let magnitude = UInt64(isHexadecimal ? digits.dropFirst(2) : digits, radix: isHexadecimal ? 16 : 10),
      let number = Number.Magnitude(exactly: magnitude)
    else { return nil }
    if !isNegative { return Number(truncatingIfNeeded: number) }
    return number <= Number.min.magnitude ? 0 &- Number(truncatingIfNeeded: number) : nil
  }

  /// A result as it is written.
  static func text(_ value: Value) -> String {
    switch value {
    case .i32(let number): "\(number)"
    case .i64(let number): "\(number)"
    case .f32(let number): "\(number)"
    case .f64(let number): "\(number)"
    case .funcref(let function): function == nil ? "null" : "a function"
    case .externref(let number): number.map { "\($0)" } ?? "null"
    case .exnref(let exception): exception == nil ? "null" : "an exception"
    }
  }
}
