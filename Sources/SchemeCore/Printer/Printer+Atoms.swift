// How values without parts are written.
import GuestABI

extension TextBuffer {
  /// Appends anything but pairs, vectors and records, whose parts the printer walks.
  mutating func append(atom value: Word, isDisplay: Bool) {
    if isNumber(value) { return append(number: value) }
    if value.isCharacter {
      return isDisplay ? append(scalar: value.characterValue) : append(character: value.characterValue)
    }
    if value.isProcedure { return append(named: "procedure", procedureName(value)) }
    if value.isObject { return append(object: value, isDisplay: isDisplay) }
    switch value {
    case Constant.true: append("#t")
    case Constant.false: append("#f")
    case Constant.null: append("()")
    case Constant.eof: append("#<eof>")
    case Constant.undefined: append("#<undefined>")
    default: append("#<unspecified>")
    }
  }

  private mutating func append(object: Word, isDisplay: Bool) {
    switch object.objectKind {
    case .string: isDisplay ? append(string: object) : append(quoted: object, by: UInt8(ascii: "\""))
    case .symbol: isDisplay ? append(string: symbolName(object)) : append(symbol: object)
    // In forms that macros have made, which errors show.
    case .alias: append(atom: Alias.symbol(object), isDisplay: isDisplay)
    case .bytevector: append(bytevector: object)
    case .recordType: append(named: "record type", object.field(0))
    case .condition:
      append("#<condition ")
      appendRaised(object, to: &self)
      append(UInt8(ascii: ">"))
    case .multipleValues: append("#<values>")
    case .promise: append("#<promise>")
    case .environment: append("#<environment>")
    case .port: append("#<port>")
    case .hashTable: append("#<hash table>")
    case .ephemeron: append("#<ephemeron>")
    case .continuation: append("#<continuation>")
    case .box: append("#<box>")
    case .frame: append("#<frame>")
    default: append("#<object>")
    }
  }

  private mutating func append(named kind: StaticString, _ name: Word) {
    append("#<")
    append(kind)
    if name.isTrue {
      append(UInt8(ascii: " "))
      append(atom: name, isDisplay: true)
    }
    append(UInt8(ascii: ">"))
  }

  /// The name of a record's type, without the angle brackets that some write around it.
  mutating func append(typeName type: Word) {
    if !type.isKind(.recordType) { return append("record") }
    let name = type.field(0).isSymbol ? symbolName(type.field(0)) : type.field(0)
    if !name.isString { return append("record") }
    let count = stringCount(name)
    let isBracketed = count > 2 && stringElement(name, 0) == 60 && stringElement(name, count - 1) == 62
    for index in (isBracketed ? 1 : 0)..<(isBracketed ? count - 1 : count) {
      append(scalar: stringElement(name, index))
    }
  }

  private mutating func append(character scalar: UInt32) {
    append("#\\")
    for index in 0..<CharacterName.count where CharacterName.scalar(index) == scalar {
      return append(CharacterName.name(index))
    }
    if scalar < 32 || (scalar >= 0x7F && scalar < 0xA1) || scalar == 0xAD {
      append(UInt8(ascii: "x"))
      return append(hexadecimal: scalar)
    }
    append(scalar: scalar)
  }

  private mutating func append(hexadecimal scalar: UInt32) { append(number: .fixnum(Int(scalar)), radix: 16) }

  private mutating func append(quoted string: Word, by quote: UInt8) {
    append(quote)
    for index in 0..<stringCount(string) {
      if LongWork.step() { return }
      let scalar = stringElement(string, index)
      switch scalar {
      case UInt32(quote), 0x5C:
        append(UInt8(ascii: "\\"))
        append(UInt8(scalar))
      case 10: append("\\n")
      case 9: append("\\t")
      case 13: append("\\r")
      case 7: append("\\a")
      case 8: append("\\b")
      case 0..<32, 127:
        append("\\x")
        append(hexadecimal: scalar)
        append(UInt8(ascii: ";"))
      default: append(scalar: scalar)
      }
    }
    append(quote)
  }

  private mutating func append(symbol: Word) {
    let name = symbolName(symbol)
    if Self.needsBars(name) { return append(quoted: name, by: UInt8(ascii: "|")) }
    append(string: name)
  }

  /// Whether the name would not be read as a symbol, or as another one.
  private static func needsBars(_ name: Word) -> Bool {
    let count = stringCount(name)
    if count == 0 { return true }
    for index in 0..<count {
      let scalar = stringElement(name, index)
      if scalar <= 32 || scalar == 127 || scalar == 0x5C || UnicodeCase.isWhitespace(scalar) { return true }
      // Braces are reserved (R7RS 2.1).
      if scalar < 0x80 && isDelimiter(UInt8(scalar)) || scalar == 0x7B || scalar == 0x7D { return true }
    }
    switch stringElement(name, 0) {
    case UInt32(UInt8(ascii: "#")): return true
    case 48...57, 43, 45, 46: return !isPeculiarIdentifier(name) || mayBeNumber(name)
    default: return false
    }
  }

  /// Whether a name that starts like a number follows the rule for such identifiers (R7RS 7.1.1): no digit where a number would have one.
  private static func isPeculiarIdentifier(_ name: Word) -> Bool {
    let point = UInt32(UInt8(ascii: "."))
    let count = stringCount(name)
    var at = 0
    if stringElement(name, 0) != point {
      if (48...57).contains(stringElement(name, 0)) { return false }
      if count == 1 { return true }
      at = 1
    }
    if stringElement(name, at) == point { at += 1 }
    return at < count && !(48...57).contains(stringElement(name, at))
  }

  private static func mayBeNumber(_ name: Word) -> Bool {
    var text = TextBuffer()
    text.append(string: name)
    let number = text.withBytes { NumberParser.parse($0) }
    text.free()
    return number != Constant.false
  }

  private mutating func append(bytevector: Word) {
    append("#u8(")
    for index in 0..<bytevectorCount(bytevector) {
      if LongWork.step() { return }
      if index > 0 { append(UInt8(ascii: " ")) }
      append(decimal: Int(load8(bytevectorBytes(bytevector) &+ UInt32(index))))
    }
    append(UInt8(ascii: ")"))
  }
}
