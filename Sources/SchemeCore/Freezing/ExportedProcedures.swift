// The procedures that a frozen module exports to other WebAssembly and to hosts (`latch freeze --export`): by their numbers. Arguments come one by one; they are integers, doubles and
// texts, and so is the result.
import GuestABI

public enum ExportedProcedures {
  /// Global variables of nobody's: a list of the procedures, the newest first, and a list of the arguments so far, the last one first.
  nonisolated(unsafe) private static var procedures: Word = 0
  nonisolated(unsafe) private static var arguments: Word = 0
  nonisolated(unsafe) private static var count = 0
  /// The bits of the last result, if that was a number.
  nonisolated(unsafe) public private(set) static var bits: Int64 = 0

  /// Adds a global procedure, which is to be called with so many arguments, or, with -1, as many as it requires: that number; or what is wrong.
  public static func add(_ name: [UInt8], arguments expected: Int) -> Result<Int, ExportFailure> {
    if procedures == 0 {
      procedures = SymbolTable.makeCell(name: SymbolTable.intern("procedures"))
      arguments = SymbolTable.makeCell(name: SymbolTable.intern("arguments"))
      setGlobal(procedures.address, Constant.null)
      setGlobal(arguments.address, Constant.null)
    }
    switch Session.run(SymbolTable.intern(utf8: name), .none, in: Environment.interaction) {
    case .value(let value):
      if !value.isProcedure { return .failure(ExportFailure(text: name + [UInt8](" is not a procedure".utf8))) }
      let function = Func(procedureFunction(value))
      let given = expected < 0 ? function.parameters : expected
      if function.kind == .lambda || function.kind == .primitive, !function.accepts(given) {
        let text = [UInt8](" does not take ".utf8) + decimal(given) + [UInt8](given == 1 ? " argument".utf8 : " arguments".utf8)
        return .failure(ExportFailure(text: name + text))
      }
      setGlobal(procedures.address, cons(value, symbolValue(procedures)))
      count += 1
      return .success(given)
    case .error: return .failure(ExportFailure(text: [UInt8]("there is no procedure ".utf8) + name))
    default: return .failure(ExportFailure(text: [UInt8]("interrupted".utf8)))
    }
  }

  private static func decimal(_ number: Int) -> [UInt8] {
    var text = TextBuffer()
    text.append(decimal: number)
    defer { text.free() }
    return text.bytes()
  }

  // MARK: Arguments

  public static func pass(integer: Int64) { pass(ExactInteger.make(integer)) }
  public static func pass(double: Double) { pass(makeFlonum(double)) }
  /// Malformed UTF-8 becomes U+FFFD.
  public static func pass(text: Address, count: Int) { pass(makeStringFromUTF8(text, count: count)) }

  private static func pass(_ value: Word) { setGlobal(arguments.address, cons(value, symbolValue(arguments))) }

  // MARK: Calling

  /// Calls a procedure, by its number, with the arguments that were passed. The result is in `bits`, or it is the text that is returned.
  public static func call(_ number: Int, _ kind: ResultKind) -> Result<[UInt8], ExportFailure> {
    var list = symbolValue(procedures)
    for _ in 0..<(count - 1 - number) { list = cdr(list) }
    var passed = Constant.null
    var rest = symbolValue(arguments)
    while rest.isPair {
      passed = cons(car(rest), passed)
      rest = cdr(rest)
    }
    setGlobal(arguments.address, Constant.null)
    switch Trampoline.run(car(list), arguments: passed) {
    case .value(let value): return take(value, kind)
    case .interrupted, .stopped: return .failure(ExportFailure(text: [UInt8]("interrupted".utf8)))
    case .raised: return .failure(ExportFailure(text: describeRaised()))
    }
  }

  private static func take(_ value: Word, _ kind: ResultKind) -> Result<[UInt8], ExportFailure> {
    switch kind {
    case .none: return .success([])
    case .integer:
      if value.isFixnum {
        bits = value.fixnumValue
        return .success([])
      }
      // Between the fixnums and the ends of 64 bits.
      if value.isBignum, Bignum.limbs(value).count == 1 {
        let magnitude = UInt64(Bignum.limbs(value)[0])
        let isNegative = Bignum.isNegative(value)
        if magnitude < 1 << 63 || isNegative && magnitude == 1 << 63 {
          bits = isNegative ? Int64(bitPattern: 0 &- magnitude) : Int64(magnitude)
          return .success([])
        }
      }
      return wrong(value, "is no integer of 64 bits")
    case .double:
      if !isNumber(value) || !isReal(value) { return wrong(value, "is no real number") }
      bits = Int64(bitPattern: toDouble(value).bitPattern)
      return .success([])
    case .text:
      if !value.isString { return wrong(value, "is no string") }
      var text = TextBuffer()
      text.append(string: value)
      defer { text.free() }
      return .success(text.bytes())
    }
  }

  private static func wrong(_ value: Word, _ message: StaticString) -> Result<[UInt8], ExportFailure> {
    var text = TextBuffer()
    text.append("error: the result of an exported procedure ")
    text.append(message)
    text.append(": ")
    printValue(value, .write, to: &text)
    defer { text.free() }
    return .failure(ExportFailure(text: text.bytes()))
  }
}

/// What is to be said.
public struct ExportFailure: Error {
  public let text: [UInt8]
}
