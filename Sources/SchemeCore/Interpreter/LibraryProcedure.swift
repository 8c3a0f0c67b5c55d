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
    let symbol = SymbolTable.intern(name)
    return symbolValue(StandardLibrary.cell(symbol))
  }
}
