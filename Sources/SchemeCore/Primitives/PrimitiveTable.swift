// The primitives as the rest of the system knows them: by row number. Filled once, at start-up, from `definePrimitives` (the data and
// number primitives) and `defineControlPrimitives`.
import GuestABI

/// A primitive's implementation: the address of its arguments and their count. It returns `Constant.unwind` after raising an error.
public typealias PrimitiveFunction = @convention(c) (Address, Int32) -> Word

public struct PrimitiveRow {
  /// A symbol.
  public let name: Word
  public let minimum: Int
  /// -1: any number.
  public let maximum: Int
  public let function: PrimitiveFunction
  public let operation: InlineOperation
  /// It always comes back with a value or an error. Others (`apply`, `call/cc`) may ask the trampoline to do something, and so are called
  /// like procedures only.
  public let isDirect: Bool
}

public enum Primitives {
  private static let capacity = 640
  nonisolated(unsafe) private static var rows = UnsafeMutablePointer<PrimitiveRow>(bitPattern: 8)!
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var eqvRow = 0
  nonisolated(unsafe) private static var consRow = 0
  nonisolated(unsafe) private static var captureRows: [Int] = []

  public static var rowCount: Int { count }
  @inline(__always) public static func row(at index: Int) -> PrimitiveRow { rows[index] }
  @inline(__always) static func function(_ row: Int) -> PrimitiveFunction { rows[row].function }
  static func operation(_ row: Int) -> InlineOperation { rows[row].operation }
  static func isDirect(_ row: Int) -> Bool { rows[row].isDirect }
  static func operandCount(_ row: Int) -> Int { rows[row].operation.operandCount }
  static func accepts(_ row: Int, _ arguments: Int) -> Bool {
    arguments >= rows[row].minimum && (rows[row].maximum < 0 || arguments <= rows[row].maximum)
  }
  static func row(_ operation: InlineOperation) -> Int { operation == .cons ? consRow : eqvRow }
  /// Whether a primitive gives its argument the current continuation.
  public static func isCapture(_ row: Int) -> Bool { captureRows.contains(row) }
  public static func row(named name: StaticString) -> Int { SymbolFlags.primitive(SymbolTable.intern(name)) ?? 0 }

  /// Makes the table and a global procedure for each row.
  static func install() {
    rows = UnsafeMutablePointer<PrimitiveRow>.allocate(capacity: capacity)
    count = 0
    definePrimitives { name, minimum, maximum, function, operation in
      define(name, minimum, maximum, function, operation, isDirect: true)
    }
    defineControlPrimitives { name, minimum, maximum, function in
      define(name, minimum, maximum, function, .none, isDirect: false)
    }
    captureRows = Continuation.captureNames.map { row(named: $0) }
    for row in captureRows { Continuation.enterDirectly(Func(procedureFunction(symbolValue(rows[row].name)))) }
    defineEvaluationPrimitives { name, minimum, maximum, function in
      define(name, minimum, maximum, function, .none, isDirect: false)
    }
  }

  private static func define(
    _ name: StaticString, _ minimum: Int, _ maximum: Int, _ function: PrimitiveFunction, _ operation: InlineOperation,
    isDirect: Bool
  ) {
    if count == capacity { abortRuntime("too many primitives") }
    let symbol = SymbolTable.intern(name)
    let row = count
    count += 1
    (rows + row).initialize(
      to: PrimitiveRow(
        name: symbol, minimum: minimum, maximum: maximum, function: function, operation: operation, isDirect: isDirect))
    if operation == .eqv { eqvRow = row }
    if operation == .cons { consRow = row }
    SymbolFlags.setPrimitive(symbol, row: row)
    let code = Func.make(
      kind: .primitive, name: symbol, parameters: minimum, maximumArguments: maximum, primitive: row)
    if isDirect {
      code.enterDirectly(function)
      DirectEntries.install(code, operation)
    }
    let procedure = makeProcedure(function: code.address, freeVariables: 0)
    if name.utf8Start[0] == UInt8(ascii: "%") {
      StandardLibrary.define(symbol, procedure)
      SymbolFlags.set(symbol, SymbolTraits.redefined)
    } else {
      setGlobal(symbol.address, procedure)
    }
  }
}
