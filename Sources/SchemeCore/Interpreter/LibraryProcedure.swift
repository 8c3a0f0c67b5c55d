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

  var value: Word {
    if rawValue < LibraryProcedure.cells.count {
      let cell = LibraryProcedure.cells[rawValue]
      if cell != 0 { return symbolValue(cell) }
    }
    return symbolValue(LibraryProcedure.find(Int32(rawValue)))
  }

  /// Finds the cell of a procedure by its number, and loads the procedure if need be.
  nonisolated(unsafe) private static var find: @convention(c) (Int32) -> Word = { number in
    let procedure = LibraryProcedure(rawValue: Int(number)).unsafelyUnwrapped
    let cell = StandardLibrary.cell(SymbolTable.intern(procedure.name))
    if LibraryProcedure.cells.isEmpty { LibraryProcedure.cells = [Word](repeating: 0, count: LibraryProcedure.allCases.count) }
    LibraryProcedure.cells[Int(number)] = cell
    return cell
  }
  /// The cells that have been found, by number; 0 for the others.
  nonisolated(unsafe) private static var cells: [Word] = []

  /// Loads all of them: what loads them is not needed any more.
  static func fix() {
    cells = allCases.map { StandardLibrary.cell(SymbolTable.intern($0.name)) }
    find = { number in LibraryProcedure.cells[Int(number)] }
  }

  /// The table index of what finds them.
  static var functions: [UInt32] { [tableIndex(find)] }
}
