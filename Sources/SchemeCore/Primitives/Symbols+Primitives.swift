// Symbols.
import GuestABI

nonisolated(unsafe) private var generatedSymbols = 0

/// A symbol that no program can write, for printing as `g12`.
public func generateSymbol() -> Word {
  generatedSymbols += 1
  var text = TextBuffer()
  text.append(UInt8(ascii: "g"))
  text.append(decimal: generatedSymbols)
  let symbol = SymbolTable.makeUninterned(name: text.makeString())
  text.free()
  return symbol
}

func defineSymbolPrimitives(_ define: PrimitiveDefiner) {
  define("symbol->string", 1, 1, .symbolToString) { a, _ in
    a.first.isSymbol ? symbolName(a.first) : raiseWrongType("symbol->string", 1, "a symbol", a.first)
  }
  define("string->symbol", 1, 1) { a, _ in
    a.first.isString ? LongWork.finish(SymbolTable.intern(a.first)) : raiseWrongType("string->symbol", 1, "a string", a.first)
  }
  define("intern", 1, 1) { a, _ in
    a.first.isString ? LongWork.finish(SymbolTable.intern(a.first)) : raiseWrongType("intern", 1, "a string", a.first)
  }
  define("string->uninterned-symbol", 1, 1) { a, _ in
    a.first.isString
      ? LongWork.finish(SymbolTable.makeUninterned(name: a.first)) : raiseWrongType("string->uninterned-symbol", 1, "a string", a.first)
  }
  define("generate-uninterned-symbol", 0, 0) { _, _ in generateSymbol() }
  define("symbol-append", 0, -1) { a, count in
    var text = TextBuffer()
    for index in 0..<Int(count) {
      if !a.argument(index).isSymbol {
        text.free()
        return raiseWrongType("symbol-append", index + 1, "a symbol", a.argument(index))
      }
      text.append(string: symbolName(a.argument(index)))
    }
    let symbol = SymbolTable.intern(text.makeString())
    text.free()
    return LongWork.finish(symbol)
  }
  define("symbol=?", 1, -1) { a, count in
    for index in 0..<Int(count) where !a.argument(index).isSymbol {
      return raiseWrongType("symbol=?", index + 1, "a symbol", a.argument(index))
    }
    for index in 1..<max(1, Int(count)) where a.argument(index) != a.first { return Constant.false }
    return Constant.true
  }
  define("symbol<?", 2, 2) { a, _ in
    if !a.first.isSymbol { return raiseWrongType("symbol<?", 1, "a symbol", a.first) }
    if !a.second.isSymbol { return raiseWrongType("symbol<?", 2, "a symbol", a.second) }
    return LongWork.finish(.boolean(compareStrings(symbolName(a.first), symbolName(a.second)) < 0))
  }
}
