// An expression as a datum again, for looking at (the REPL's `:expand`): what macros and derived forms have become. Local variables that would hide another
// name get a number.
import GuestABI

struct ExpansionPrinter {
  private var variables: [(variable: Variable, name: Word)] = []
  private var taken = NameTable()

  /// The datum of a whole expansion.
  static func datum(_ expression: Expression) -> Word {
    var printer = ExpansionPrinter()
    printer.takeGlobals(expression)
    return printer.datum(expression)
  }

  private mutating func takeGlobals(_ expression: Expression) {
    walk(expression) { each, work in
      switch each {
      case .global(let cell, _), .setGlobal(let cell, _, _), .define(let cell, _): take(name(ofCell: cell))
      case .primitive(let row, _, _): take(Primitives.row(at: row).name)
      default: break
      }
      pushSubexpressions(each, &work)
    }
  }

  private mutating func take(_ name: Word) { taken.set(name, .unbound(name)) }

  private func name(ofCell cell: Word) -> Word { isUninterned(cell) ? SymbolTable.intern(symbolName(cell)) : cell }

  private func symbol(_ name: StaticString) -> Word { SymbolTable.intern(name) }

  /// Gives a variable a name of its own.
  private mutating func bind(_ variable: Variable) -> Word {
    let base = variable.name.isSymbol ? variable.name : symbol("value")
    var name = base
    var number = 0
    while taken.find(name) != nil {
      number += 1
      name = SymbolTable.intern(utf8: SymbolTable.utf8(base) + [UInt8](".\(number)".utf8))
    }
    take(name)
    variables.append((variable, name))
    return name
  }

  private func name(_ variable: Variable) -> Word {
    for entry in variables.reversed() where entry.variable === variable { return entry.name }
    return variable.name.isSymbol ? variable.name : symbol("value")
  }

  private mutating func datum(_ expression: Expression) -> Word {
    switch expression {
    case .constant(let word): return constant(word)
    case .local(let variable, _): return name(variable)
    case .global(let cell, _): return name(ofCell: cell)
    case .setLocal(let variable, let value): return list(symbol("set!"), name(variable), datum(value))
    case .setGlobal(let cell, let value, _): return list(symbol("set!"), name(ofCell: cell), datum(value))
    case .define(let cell, let value): return list(symbol("define"), name(ofCell: cell), datum(value))
    case .if(let test, let then, let otherwise):
      if case .constant(Constant.unspecified) = otherwise { return list(symbol("if"), datum(test), datum(then)) }
      return list(symbol("if"), datum(test), datum(then), datum(otherwise))
    case .or(let first, let second): return list(symbol("or"), datum(first), datum(second))
    case .lambda(let lambda): return self.lambda(lambda)
    case .sequence(let parts): return cons(symbol("begin"), data(parts))
    case .call(let callee, let arguments, _): return cons(datum(callee), data(arguments))
    case .primitive(let row, let arguments, _): return cons(Primitives.row(at: row).name, data(arguments))
    case .let(let variables, let values, let body):
      let data = values.map { datum($0) }
      var bindings = ListBuilder()
      for (index, variable) in variables.enumerated() { bindings.append(list(bind(variable), data[index])) }
      return cons(symbol("let"), cons(bindings.list, self.body(body)))
    case .fix(let variables, let lambdas, let body):
      let names = variables.map { bind($0) }
      var bindings = ListBuilder()
      for (index, lambda) in lambdas.enumerated() { bindings.append(list(names[index], self.lambda(lambda))) }
      return cons(symbol("letrec"), cons(bindings.list, self.body(body)))
    }
  }

  private func constant(_ word: Word) -> Word {
    if word == Constant.unspecified { return list(symbol("begin")) }
    return word.isPair || word.isNull || word.isSymbol ? list(symbol("quote"), word) : word
  }

  private mutating func data(_ expressions: [Expression]) -> Word {
    var result = ListBuilder()
    for expression in expressions { result.append(datum(expression)) }
    return result.list
  }

  private mutating func lambda(_ lambda: Lambda) -> Word {
    var names = lambda.parameters.map { bind($0) }
    var parameters = lambda.hasRest ? names.removeLast() : Constant.null
    for name in names.reversed() { parameters = cons(name, parameters) }
    return cons(symbol("lambda"), cons(parameters, body(lambda.body)))
  }

  private mutating func body(_ expression: Expression) -> Word {
    if case .sequence(let parts) = expression { return data(parts) }
    return list(datum(expression))
  }
}
