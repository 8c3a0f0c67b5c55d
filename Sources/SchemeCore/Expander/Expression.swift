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
  /// It is read before it is certain to have a value (`letrec`): reading checks.
  var needsCheck = false
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
}

final class Lambda {
  var name: Word
  var parameters: [Variable] = []
  var hasRest = false
  var body = Expression.constant(Constant.unspecified)
  let position: SourcePosition
  /// It is a top-level form. Its last call is not a tail call, so that it shows in backtraces.
  var isTopLevel = false
  /// The procedures, bound beside this one, that are called in its place for their numbers of arguments (see `Func.variant`).
  var variants: [Lambda] = []
  /// The global that it is defined as, or 0.
  var global: Word = 0
  /// Variables of enclosing lambdas that it uses, itself or in lambdas within.
  var free: [Variable] = []
  /// Those that are constants where the procedure is made, for the debugger.
  var constants: [Variable] = []
  /// The Func, once it exists.
  var function = Func(0)
  /// Its body became part of this lambda's (a loop, or a procedure called where it is written).
  unowned(unsafe) var inlinedInto: Lambda?
  /// The lambdas inlined into this one that nothing else holds: variables refer to them.
  private var absorbed: [Lambda] = []
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
    switch expression {
    case .local(let variable, _), .setLocal(let variable, _): add(variable)
    case .lambda(let inner): return collect(inner)
    case .fix(let variables, let lambdas, let body):
      for (index, inner) in lambdas.enumerated() {
        if variables[index].isLoop { collect(inner.body) } else { collect(inner) }
      }
      return collect(body)
    case .call(.local(let loop, _), let arguments, _) where loop.isLoop:
      for argument in arguments { collect(argument) }
      return
    default: break
    }
    forEachSubexpression(expression) { collect($0) }
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

/// Ends the circles of variables and the recursive lambdas that they are bound to, so that an expression whose IR is built can be freed.
func cutCircles(_ expression: Expression) {
  if case .fix(let variables, _, _) = expression { for variable in variables { variable.lambda = nil } }
  visitSubexpressions(expression) { cutCircles($0) }
}

/// Calls `visit` on each direct subexpression, lambda bodies included. May give up (LongWork.swift), and visits none then: a pass over an expression ends soon.
func forEachSubexpression(_ expression: Expression, _ visit: (Expression) -> Void) {
  if LongWork.step() { return }
  visitSubexpressions(expression, visit)
}

private func visitSubexpressions(_ expression: Expression, _ visit: (Expression) -> Void) {
  switch expression {
  case .constant, .local, .global: break
  case .setLocal(_, let value), .setGlobal(_, let value, _), .define(_, let value): visit(value)
  case .if(let test, let then, let otherwise):
    visit(test)
    visit(then)
    visit(otherwise)
  case .or(let first, let second):
    visit(first)
    visit(second)
  case .lambda(let lambda): visit(lambda.body)
  case .sequence(let expressions): for each in expressions { visit(each) }
  case .call(let callee, let arguments, _):
    visit(callee)
    for each in arguments { visit(each) }
  case .primitive(_, let arguments, _): for each in arguments { visit(each) }
  case .let(_, let values, let body):
    for each in values { visit(each) }
    visit(body)
  case .fix(_, let lambdas, let body):
    for each in lambdas { visit(each.body) }
    visit(body)
  }
}
