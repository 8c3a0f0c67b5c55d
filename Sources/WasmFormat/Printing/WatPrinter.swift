// Prints a module, or one function of it, in the text format: flat instructions, indented by nesting, labels and names in comments or as
// identifiers. For reading by people; the module must have been read by ModuleReader.

/// A printer of one module.
public struct WatPrinter {
  let module: ModuleDeclarations
  let bytes: UnsafeRawBufferPointer
  let names: [UInt32: WasmName]
  var text = ""
  var depth = 0

  /// `bytes` are the module's, which must outlive the printer.
  public init(_ module: ModuleDeclarations, _ bytes: UnsafeRawBufferPointer) {
    self.module = module
    self.bytes = bytes
    names = module.functionNames(in: bytes)
  }

  /// Of the same module, without its text.
  init(formatterOf other: WatPrinter) {
    module = other.module
    bytes = other.bytes
    names = other.names
  }

  /// The whole module.
  public static func print(_ module: ModuleDeclarations, _ bytes: UnsafeRawBufferPointer) -> String {
    var printer = WatPrinter(module, bytes)
    printer.printModule()
    return printer.text
  }

  /// One function that the module defines, by its index in the function index space; nil if there is no such function.
  public static func print(
    function index: Int, of module: ModuleDeclarations, _ bytes: UnsafeRawBufferPointer
  ) -> String? {
    guard index >= module.importedFunctionCount, index - module.importedFunctionCount < module.bodies.count else { return nil }
    var printer = WatPrinter(module, bytes)
    printer.printFunction(index)
    return printer.text
  }

  // MARK: Lines and small things

  mutating func line(_ content: String) {
    for _ in 0..<depth { text += "  " }
    text += content
    text += "\n"
  }

  func types(_ keyword: String, _ types: [ValueType]) -> String {
    if types.isEmpty { return "" }
    var result = " (" + keyword
    for type in types { result += " " + type.name }
    return result + ")"
  }

  func string(_ name: StaticString) -> String {
    var result = ""
    for index in 0..<name.utf8CodeUnitCount {
      result.unicodeScalars.append(Unicode.Scalar(name.utf8Start[index]))
    }
    return result
  }

  func signature(_ type: FuncType) -> String { types("param", type.parameters) + types("result", type.results) }

  func quoted(_ name: WasmName) -> String {
    var result = "\""
    for byte in name.utf8 { result += escaped(byte) }
    return result + "\""
  }

  func escaped(_ byte: UInt8) -> String {
    if byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C {
      var result = ""
      result.unicodeScalars.append(Unicode.Scalar(byte))
      return result
    }
    return "\\" + hexadecimal(UInt64(byte), digits: 2)
  }

  func hexadecimal(_ value: UInt64, digits: Int = 1) -> String {
    let text = String(value, radix: 16)
    var result = ""
    var missing = digits - text.utf8.count
    while missing > 0 {
      result += "0"
      missing -= 1
    }
    return result + text
  }

  /// How a function is named in calls: by its name if it has one, else by its index.
  func functionReference(_ index: UInt32) -> String {
    guard let name = names[index], !name.utf8.isEmpty else { return String(index) }
    var result = "$"
    for byte in name.utf8 {
      // The characters that identifiers of the text format may have.
      let isPlain =
        byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x28 && byte != 0x29 && byte != 0x2C && byte != 0x3B
        && byte != 0x5B && byte != 0x5D && byte != 0x7B && byte != 0x7D
      result.unicodeScalars.append(Unicode.Scalar(isPlain ? byte : 0x5F))
    }
    return result
  }

  /// A float by its bits: an integer when it is one, otherwise hexadecimal, which is exact.
  func float(bits: UInt64, mantissaBits: UInt64, exponentBits: UInt64) -> String {
    let sign = bits >> (mantissaBits + exponentBits) & 1 == 1 ? "-" : ""
    let mantissa = bits & (1 << mantissaBits - 1)
    let exponentMask: UInt64 = 1 << exponentBits - 1
    let exponent = bits >> mantissaBits & exponentMask
    if exponent == exponentMask {
      if mantissa == 0 { return sign + "inf" }
      let isCanonical = mantissa == 1 << (mantissaBits - 1)
      return sign + (isCanonical ? "nan" : "nan:0x" + hexadecimal(mantissa))
    }
    if exponent == 0 && mantissa == 0 { return sign + "0" }
    let bias = Int(exponentMask >> 1)
    let power = (exponent == 0 ? 1 : Int(exponent)) - bias
    let significand = exponent == 0 ? mantissa : mantissa | 1 << mantissaBits
    let shift = Int(mantissaBits) - power
    if power >= 0 && shift >= 0 && significand & (1 << UInt64(shift) - 1) == 0 {
      return sign + String(significand >> UInt64(shift))
    }
    // 0x1.mmm: the mantissa padded to whole hexadecimal digits.
    let digits = (mantissaBits + 3) / 4
    let padded = mantissa << (digits * 4 - mantissaBits)
    let lead = exponent == 0 ? "0" : "1"
    return sign + "0x" + lead + "." + hexadecimal(padded, digits: Int(digits)) + "p" + (power >= 0 ? "+" : "")
      + String(power)
  }

  func float32(_ bits: UInt32) -> String { float(bits: UInt64(bits), mantissaBits: 23, exponentBits: 8) }
  func float64(_ bits: UInt64) -> String { float(bits: bits, mantissaBits: 52, exponentBits: 11) }

  /// A vector as four integers.
  func vector(_ value: V128) -> String {
    var result = "i32x4"
    for index in 0..<4 { result += " 0x" + hexadecimal(value.lane(index, width: 32), digits: 8) }
    return result
  }

  // MARK: Functions

  mutating func printFunction(_ index: Int) {
    let type = module.type(ofFunction: index)
    let body = module.bodies[index - module.importedFunctionCount]
    line("(func " + functionReference(UInt32(index)) + " (;" + String(index) + ";)" + signature(type))
    depth += 1
    var reader = CheckedCursor(bytes, features: module.features).part(body)
    do throws(ModuleError) {
      try printLocals(&reader, first: type.parameters.count)
      try printInstructions(&reader)
    } catch {
      line(";; the body is malformed here")
    }
    depth -= 1
    line(")")
  }

  private mutating func printLocals(_ reader: inout CheckedCursor, first: Int) throws(ModuleError) {
    var index = first
    for _ in 0..<(try reader.u32()) {
      let count = Int(try reader.u32())
      let type = try reader.valueType()
      if count > 8 {
        line("(local (;" + String(index) + "...;) " + type.name + " (; " + String(count) + " times ;))")
      } else if count > 0 {
        var names = ""
        for offset in 0..<count { names += (offset == 0 ? "" : " ") + type.name }
        line("(local (;" + String(index) + ";) " + names + ")")
      }
      index += count
    }
  }
}
