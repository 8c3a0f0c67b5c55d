// Global variables: a symbol holds the one of its name, and so does any cell with a symbol's layout (`SymbolTable.makeCell`).
import GuestABI

/// Stores a global's value, and the Func that a call of it would reach.
@inline(__always)
public func setGlobal(_ symbol: Address, _ value: Word) {
  let before = load32(symbol, SymbolLayout.knownFunc)
  let now = value.isProcedure ? procedureFunction(value) : 0
  store64(symbol, SymbolLayout.value, value)
  store32(symbol, SymbolLayout.knownFunc, now)
  if before != 0 && before != now { Assumptions.procedureChanged(symbol) }
}

@inline(__always)
public func globalValue(_ symbol: Address) -> Word { load64(symbol, SymbolLayout.value) }

@inline(__always)
func symbolValue(_ symbol: Word) -> Word { globalValue(symbol.address) }
