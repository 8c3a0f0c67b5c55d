// Copies of expressions that the expander has made, with variables and lambdas of their own. What belongs to lambdas that are not copied stays as it is.
//
// Values in the heap are not kept in copies that outlive a form (ProcedureTemplate): `cells` has them.
import GuestABI

struct ExpressionCopier {
  private var variables: [(old: Variable, new: Variable)] = []
  /// The lambdas whose variables are copied, and those that the copies belong to.
  private var lambdas: [(old: Lambda, new: Lambda)] = []
  /// Heap values become variables whose operands are constant cells, which copies of the copy become values again.
  private let isKept: Bool
  /// Where the copies are said to stand; nil: where the originals are.
  private let position: SourcePosition?
  /// What a call of a global becomes: the callee, the arguments, which have been copied, the position, and the lambda that it is in. nil: a call.
  var call: ((Word, [Expression], SourcePosition, Lambda) -> Expression?)?
  /// Variables of the copy that certainly hold procedures.
  var procedures: [Variable] = []
  /// The lambda that is being copied to.
  private var current: Lambda

  /// Copies what becomes part of a lambda.
  init(in lambda: Lambda, isKept: Bool = false, position: SourcePosition? = nil) {
    current = lambda
    self.isKept = isKept
    self.position = position
  }

  /// Has the variables of one lambda copied for another one.
  mutating func map(_ old: Lambda, to new: Lambda) { lambdas.append((old, new)) }

  /// Has a variable stand for another one.
  mutating func map(_ old: Variable, to new: Variable) { variables.append((old, new)) }

  /// The copy of a lambda.
  mutating func copy(_ lambda: Lambda) -> Lambda {
    let new = Lambda(name: lambda.name, position: position ?? lambda.position)
    map(lambda, to: new)
    let outer = current
    current = new
    defer { current = outer }
    new.hasRest = lambda.hasRest
    new.parameters = lambda.parameters.map { copy($0) }
    new.body = copy(lambda.body)
    return new
  }

  /// The copy of a variable that is being bound.
  mutating func copy(_ variable: Variable) -> Variable {
    let new = Variable(copyOf: variable, owner: owner(variable.owner.frame))
    map(variable, to: new)
    return new
  }

  private func owner(_ lambda: Lambda) -> Lambda { lambdas.last { $0.old === lambda }?.new ?? lambda }

  private func find(_ variable: Variable) -> Variable { variables.last { $0.old === variable }?.new ?? variable }

  private func place(_ original: SourcePosition) -> SourcePosition { position ?? original }

  mutating func copy(_ expression: Expression) -> Expression {
    switch expression {
    case .constant(let word):
      if !isKept || !word.isPointer || word.isSymbol { return expression }
      let kept = Variable(Constant.false, owner: current)
      kept.operand = .constant(cell: CodeStore.addConstant(word))
      return .local(kept, .none)
    case .local(let variable, let original):
      if !isKept && variable.operand.kind == .constant { return .constant(load64(variable.operand.address)) }
      return .local(find(variable), place(original))
    case .global(let cell, let original): return .global(cell, place(original))
    case .setLocal(let variable, let value): return .setLocal(find(variable), copy(value))
    case .setGlobal(let cell, let value, let original): return .setGlobal(cell, copy(value), place(original))
    case .define(let cell, let value): return .define(cell, copy(value))
    case .if(let test, let then, let otherwise):
      let test = copy(test)
      if case .constant(let word) = test { return copy(word.isTrue ? then : otherwise) }
      return .if(test, copy(then), copy(otherwise))
    case .or(let first, let second): return .or(copy(first), copy(second))
    case .lambda(let lambda): return .lambda(copy(lambda))
    case .sequence(let parts): return .sequence(copy(parts))
    case .call(let callee, let arguments, let original):
      let (callee, arguments) = (copy(callee), copy(arguments))
      if let call, case .global(let cell, _) = callee, let other = call(cell, arguments, place(original), current) { return other }
      return .call(callee, arguments, place(original))
    case .primitive(let row, let arguments, let original):
      let arguments = copy(arguments)
      return answer(row, arguments) ?? .primitive(row, arguments, place(original))
    case .let(let variables, let values, let body):
      let values = copy(values)
      return .let(variables.map { copy($0) }, values, copy(body))
    case .fix(let variables, let lambdas, let body):
      let variables = variables.map { copy($0) }
      let copies = lambdas.map { copy($0) }
      if !isKept { for (variable, lambda) in zip(variables, copies) { variable.lambda = lambda } }
      for (lambda, copy) in zip(lambdas, copies) {
        for (count, variant) in lambda.variants {
          if let index = lambdas.firstIndex(where: { $0 === variant }) { copy.variants.append((count, copies[index])) }
        }
      }
      return .fix(variables, copies, copy(body))
    }
  }

  /// The value of a predicate that is known.
  private func answer(_ row: Int, _ arguments: [Expression]) -> Expression? {
    guard arguments.count == 1 else { return nil }
    switch (Primitives.operation(row), arguments[0]) {
    case (.isProcedure, .local(let variable, _)) where procedures.contains { $0 === variable }: return .constant(Constant.true)
    case (.not, .constant(let word)): return .constant(.boolean(!word.isTrue))
    default: return nil
    }
  }

  private mutating func copy(_ expressions: [Expression]) -> [Expression] {
    var result: [Expression] = []
    for each in expressions { result.append(copy(each)) }
    return result
  }
}

extension Expression {
  /// How many expressions this one consists of, at most so many.
  func size(limit: Int) -> Int {
    var count = 0
    var work = [self]
    while count < limit, let next = work.popLast() {
      count += 1
      pushSubexpressions(next, &work)
    }
    return count
  }
}
