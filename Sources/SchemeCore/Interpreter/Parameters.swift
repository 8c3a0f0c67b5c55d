// Parameters (R7RS 4.2.6): procedures whose value `parameterize` binds. The bindings in force are the root word `parameters`; see DynamicState.swift.
import GuestABI

/// The Func of all parameters. A parameter is a procedure; its free variables are the value outside of any `parameterize`, and the
/// converter or #f.
nonisolated(unsafe) public private(set) var parameterFunction = Func(0)

public enum ParameterField {
  public static let value = 1
  static let converter = 2
}

enum Parameters {
  static func start() {
    let function = Func.make(kind: .parameter, name: SymbolTable.intern("parameter"), parameters: 0)
    let entry: @convention(c) (Word, Address) -> Word = { parameter, _ in parameterValue(parameter) }
    function.enterDirectly(with: entry)
    parameterFunction = function
  }
}

/// A parameter. The value is converted already.
public func makeParameter(value: Word, converter: Word = Constant.false) -> Word {
  let parameter = makeProcedure(function: parameterFunction.address, freeVariables: 2)
  parameter.initializeField(ParameterField.value, value)
  parameter.initializeField(ParameterField.converter, converter)
  return parameter
}

public func isParameter(_ value: Word) -> Bool {
  value.isProcedure && Func(procedureFunction(value)).kind == .parameter
}

/// A parameter's converter, or #f.
func parameterConverter(_ parameter: Word) -> Word { parameter.field(ParameterField.converter) }

/// A parameter's value here and now.
public func parameterValue(_ parameter: Word) -> Word {
  var bindings = runtimeState.roots[.parameters]
  while bindings.isPair {
    let binding = car(bindings)
    if car(binding) == parameter { return cdr(binding) }
    bindings = cdr(bindings)
  }
  return parameter.field(ParameterField.value)
}

/// Calls a parameter: without arguments for its value, with one to change that (SRFI 39).
func callParameter(_ parameter: Word, _ sp: Address, _ count: Int) -> Word {
  if count == 0 { return parameterValue(parameter) }
  if count > 1 { return raiseWrongArgumentCount(parameter, count) }
  let value = load64(sp)
  if !parameterConverter(parameter).isTrue {
    setParameter(parameter, value)
    return Constant.unspecified
  }
  store64(sp, parameter)
  store64(sp &+ 8, value)
  return Pending.set(LibraryProcedure.setConverted.value, sp, 2)
}

/// Changes a parameter's value here and now: that of the innermost `parameterize`, if there is one.
func setParameter(_ parameter: Word, _ value: Word) {
  var bindings = runtimeState.roots[.parameters]
  while bindings.isPair {
    if car(car(bindings)) == parameter { return setCdr(car(bindings), value) }
    bindings = cdr(bindings)
  }
  setParameterDefault(parameter, value)
}

/// Changes a parameter's value where no `parameterize` is in force.
public func setParameterDefault(_ parameter: Word, _ value: Word) { parameter.setField(ParameterField.value, value) }
