// What the expander makes of a datum: a small core language with resolved variables. It lives only until the IR is built, and
// no collection happens in that time, so it may hold words.
import GuestABI

/// A local variable.
final class Variable {
  /// A symbol, or #f.
  let name: Word
  /// The lambda whose frame holds it.
  unowned(unsafe) var owner: Lambda
  /// It is the target of a `set!`: its slot holds a box.
  var isAssigned = false
  /// It is there before its value is (`letrec`): reading checks.
  var needsCheck = false
  /// Its procedure, which is called once, stays one.
  var isApart = false
  /// Something calls it, or gives it to what calls it.
  var isCalled = false
  /// Its lambda, if it is bound to one by `fix` and never assigned.
  var lambda: Lambda? { didSet { if lambda != nil { Variable.bound.append(self) } } }
  /// The variables bound to lambdas: a lambda's body may refer to its own variable, so somebody must cut the ring once the IR is built.
  nonisolated(unsafe) private static var bound: [Variable] = []
  static var boundCount: Int { bound.count }
  static func release(from count: Int) {
    while bound.count > count { bound.removeLast().lambda = nil }
  }
  /// Where it is in its owner's frame, once the IR builder has bound it.
  var operand = Operand.none
  /// It is bound to a procedure that is only ever called in tail position, so that the calls are jumps (see FindLoops.swift).
  var isLoop = false
  /// The label of a loop.
  var label: Label?
  /// How it is used, as `countUses` has found: the calls, all with `callArguments` arguments, unless it is used otherwise too.
  var calls = 0
  var callArguments = 0
  var isUsedOtherwise = false
  /// The procedure whose only call outside of its own body takes its place (SimplifyCalls.swift).
  var sunk: Lambda?
  /// Where it is called, by tail contexts, while loops are looked for (FindLoops.swift).
  var callContexts: [Int32] = []
  /// The group of recursive bindings that it is in while that is ordered, and its place there.
  var group = 0
  var ordinal = 0
  /// A macro's expansion has introduced it: its name is nobody's.
  let isOfMacro: Bool

  init(_ name: Word, owner: Lambda) {
    isOfMacro = name.isAlias
    self.name = name.isAlias ? Alias.symbol(name) : name
    self.owner = owner
  }

  /// The same variable of another lambda.
  init(copyOf other: Variable, owner: Lambda) {
    name = other.name
    isOfMacro = other.isOfMacro
    isAssigned = other.isAssigned
    needsCheck = other.needsCheck
    isApart = other.isApart
    self.owner = owner
  }
}

final class Lambda {
  var name: Word
  var parameters: [Variable] = []
  var hasRest = false
  var body = Expression.constant(Constant.unspecified)
  let position: SourcePosition
  /// It is a top-level form. Its last call is not a tail call, so that it shows in backtraces.
  var isTopLevel = false
  /// The procedures, bound beside this one, that are called in its place for some numbers of arguments (see `Func.variant`).
  var variants: [(count: Int, lambda: Lambda)] = []
  /// The global that it is defined as, or 0.
  var global: Word = 0
  /// Variables of enclosing lambdas that it uses, itself or in lambdas within.
  var free: [Variable] = []
  /// Those that are constants where the procedure is made, for the debugger.
  var constants: [Variable] = []
  /// What calls of it may be made of (SpecializeCalls.swift), if it is the value of a definition.
  var template: ProcedureTemplate?
  /// The Func, once it exists.
  var function = Func(0)
  /// Its body became part of this lambda's (a loop, or a procedure called where it is written).
  unowned(unsafe) var inlinedInto: Lambda?
  /// The lambdas inlined into this one that nothing else holds: variables refer to them.
  fileprivate var absorbed: [Lambda] = []
  private var isAnalyzed = false

  init(name: Word, position: SourcePosition) {
    self.name = name
    self.position = position
  }

  /// Makes the body of another lambda, which is called where it is written, part of this one's.
  func absorb(_ other: Lambda) {
    other.inlinedInto = self
    absorbed.append(other)
  }

  /// Whether it has so many parameters.
  func takes(_ arguments: Int) -> Bool { !hasRest && parameters.count == arguments }

  /// The lambda whose frame this one's variables are in.
  var frame: Lambda {
    var lambda = self
    while let outer = lambda.inlinedInto { lambda = outer }
    return lambda
  }

  /// Fills in `free`, here and in all lambdas within. Loops must have been found.
  func findFreeVariables() {
    if isAnalyzed { return }
    isAnalyzed = true
    collect(body)
  }

  private func collect(_ expression: Expression) {
    walk(expression) { each, work in
      switch each {
      case .local(let variable, _): add(variable)
      case .setLocal(let variable, _):
        add(variable)
        pushSubexpressions(each, &work)
      case .lambda(let inner): collect(inner)
      case .fix(let variables, let lambdas, let body):
        work.append(body)
        for index in lambdas.indices.reversed() {
          if variables[index].isLoop { work.append(lambdas[index].body) } else { collect(lambdas[index]) }
        }
      case .call(.local(let loop, _), let arguments, _) where loop.isLoop: work += arguments.reversed()
      default: pushSubexpressions(each, &work)
      }
    }
  }

  private func collect(_ inner: Lambda) {
    inner.findFreeVariables()
    for variable in inner.free { add(variable) }
  }

  private func add(_ variable: Variable) {
    if variable.owner.frame === self || LongWork.step(free.count) { return }
    for other in free where other === variable { return }
    free.append(variable)
  }
}

indirect enum Expression {
  case constant(Word)
  case local(Variable, SourcePosition)
  case global(Word, SourcePosition)
  case setLocal(Variable, Expression)
  case setGlobal(Word, Expression, SourcePosition)
  case define(Word, Expression)
  case `if`(Expression, Expression, Expression)
  /// The first if it is true, else the second.
  case or(Expression, Expression)
  case lambda(Lambda)
  case sequence([Expression])
  case call(Expression, [Expression], SourcePosition)
  /// A row of the primitive table.
  case primitive(Int, [Expression], SourcePosition)
  case `let`([Variable], [Expression], Expression)
  /// Mutually recursive procedures.
  case fix([Variable], [Lambda], Expression)
}

extension Expression {
  /// A constant or the name of a variable.
  var isAtom: Bool {
    switch self {
    case .constant, .local, .global: true
    default: false
    }
  }
}

/// Ends the circles of variables and the recursive lambdas that they are bound to, and takes an expression apart whose IR is built: Swift frees what is
/// nested by recursion, for which the stack may be too small.
func takeApart(_ lambda: Lambda) {
  var work: [Expression] = []
  var lambdas = [lambda]
  while true {
    while let lambda = lambdas.popLast() {
      work.append(lambda.body)
      lambda.body = .constant(Constant.unspecified)
      lambdas += lambda.absorbed
      lambda.absorbed = []
    }
    guard let next = work.popLast() else { return }
    switch next {
    case .lambda(let inner): lambdas.append(inner)
    case .fix(let variables, let inner, let body):
      for variable in variables { variable.lambda = nil }
      lambdas += inner
      work.append(body)
    default: pushSubexpressions(next, &work)
    }
  }
}

/// Gives an expression, and in turn each one that `visit` puts on the stack of what is left, to `visit`: no recursion, however long the expression is.
/// May give up (LongWork.swift).
func walk(_ expression: Expression, _ visit: (_ expression: Expression, _ work: inout [Expression]) -> Void) {
  var work = [expression]
  while let next = work.popLast() {
    if LongWork.stepOfForm() { return }
    visit(next, &work)
  }
}

/// Puts the direct subexpressions on the stack of a walk, bodies of lambdas included, so that the first one comes first.
func pushSubexpressions(_ expression: Expression, _ work: inout [Expression]) {
  switch expression {
  case .constant, .local, .global: break
  case .setLocal(_, let value), .setGlobal(_, let value, _), .define(_, let value): work.append(value)
  case .if(let test, let then, let otherwise):
    work.append(otherwise)
    work.append(then)
    work.append(test)
  case .or(let first, let second):
    work.append(second)
    work.append(first)
  case .lambda(let lambda): work.append(lambda.body)
  case .sequence(let expressions): work += expressions.reversed()
  case .call(let callee, let arguments, _):
    work += arguments.reversed()
    work.append(callee)
  case .primitive(_, let arguments, _): work += arguments.reversed()
  case .let(_, let values, let body):
    work.append(body)
    work += values.reversed()
  case .fix(_, let lambdas, let body):
    work.append(body)
    for lambda in lambdas.reversed() { work.append(lambda.body) }
  }
}
