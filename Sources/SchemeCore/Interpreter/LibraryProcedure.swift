// The procedures of the standard library that the runtime itself calls.
import GuestABI

/// Procedures of the library that the runtime itself calls.
enum LibraryProcedure: Int, CaseIterable {
  case raise, throwThroughWinds, setConverted, values

  private var name: StaticString {
    switch self {
    case .raise: "%raise"
    case .throwThroughWinds: "%throw-through-winds"
    case .setConverted: "%set-converted!"
    case .values: "values"
    }
  }

  var value: Word { LibraryProcedure.find(Int32(rawValue)) }

  /// Finds a procedure by its number, and loads it if need be.
  nonisolated(unsafe) private static var find: @convention(c) (Int32) -> Word = { number in
    let procedure = LibraryProcedure(rawValue: Int(number)).unsafelyUnwrapped
    return symbolValue(StandardLibrary.cell(SymbolTable.intern(procedure.name)))
  }
  nonisolated(unsafe) private static var cells: [Word] = []

  /// Loads all of them: what loads them is not needed any more.
  static func fix() {
    cells = allCases.map { StandardLibrary.cell(SymbolTable.intern($0.name)) }
    find = { number in symbolValue(LibraryProcedure.cells[Int(number)]) }
  }

  /// The table index of what finds them.
  static var functions: [UInt32] { [tableIndex(find)] }
}
