// Calls of small procedures that call what they are given, with a procedure that is known: the call gets code of its own, in which what is called is known, too, and can take
// the place of its calls.
//
//     (fold (lambda (sum x) (+ sum (* k x))) 0 numbers)
//
//     (let ((result 0) (list numbers))
//       (fix ((own (lambda (result list)
//                    (let ((f (lambda (sum x) (+ sum (* k x)))))
//                      (let loop ((result result) (list list))
//                        (if (pair? list)
//                            (let ((a (f result (car list))) (b (cdr list)))
//                              (if (%current? fold ...) (loop a b) (fold (lambda ...) a b)))
//                            result))))))
//         (if (%current? fold ...) (own result list) (fold (lambda ...) result list))))
//
// A program may redefine the name at any time: the tests see it. What the name holds by then is given a copy of the lambda expression, so that f is only ever called:
// making procedures has no effect, and nobody can see how often it is done. Of a large lambda expression it is given f itself.
//
// A loop stays a procedure apart, which is compiled by itself when it is hot. What is called once takes the place of the call.
import GuestABI

extension Expander {
  /// What a call of a global becomes; nil: a call.
  mutating func specialized(_ cell: Word, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) -> Expression? {
    guard let template = ProcedureTemplate.of(cell, taking: arguments.count) else { return nil }
    for (index, argument) in arguments.enumerated() where template.calls[index] {
      if case .local(let variable, _) = argument { variable.isCalled = true }
    }
    // What a form does itself is done once, as a rule.
    guard let form, owner !== form, !Debugging.isOn, copiedExpressions <= OptimizerTuning.copiedExpressions else { return nil }
    if IterationExpander.expands(cell, taking: arguments.count) { return nil }
    guard var specialization = Specialization(template, cell, arguments, position, in: owner) else { return nil }
    let result = specialization.expand()
    copiedExpressions += result.size(limit: OptimizerTuning.copiedExpressions)
    return result
  }
}

/// A variable of a copy that has one value in all calls.
private struct ConstantArgument {
  let variable: Variable
  /// What may be given away in its place: a lambda expression of which copies are made, or a global.
  var other: Expression?

  /// What is given away.
  func given(_ position: SourcePosition) -> Expression {
    switch other {
    case .lambda(let lambda):
      var copier = ExpressionCopier(in: variable.owner)
      return .lambda(copier.copy(lambda))
    case .some(let other): return other
    case nil: return .local(variable, position)
    }
  }
}

private struct Specialization {
  private enum Parameter {
    case constant(ConstantArgument)
    /// The copy has a parameter for it, which starts with the value of a variable.
    case different(start: Variable)
  }

  private let template: ProcedureTemplate
  /// The global that the call names: that of the template, or of the procedure that it is a variant of.
  private let cell: Word
  private let arguments: [Expression]
  private let position: SourcePosition
  private let owner: Lambda
  private let depth: Int
  /// The procedures that are known where the call stands, and in the copy.
  private var known: [ConstantArgument]
  private var copier: ExpressionCopier
  /// The procedure apart, what it is called with, and the variable that it is bound to.
  private let apart: Lambda?
  private var passed: [Expression] = []
  private let own: Variable
  /// The lambda that the copy is the body of, and the variable that it is bound to, if it calls itself.
  private let inner: Lambda?
  private let itself: Variable
  private var parameters: [Parameter] = []
  /// What the procedure that the name holds otherwise is given.
  private var given: [Expression] = []
  /// What is bound around everything, and within the procedure apart.
  private var variables: [Variable] = []
  private var values: [Expression] = []
  private var innerVariables: [Variable] = []
  private var innerValues: [Expression] = []

  init?(
    _ template: ProcedureTemplate, _ cell: Word, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda,
    within known: [ConstantArgument] = [],
    depth: Int = 1
  ) {
    if depth > OptimizerTuning.copyDepth { return nil }
    self.template = template
    self.cell = cell
    self.arguments = arguments
    self.position = position
    self.owner = owner
    self.known = known
    self.depth = depth
    let root = template.lambda
    let isUserCode = Sources.isUserCode(root.position)
    func make() -> Lambda { Lambda(name: root.name, position: isUserCode ? root.position : position) }
    apart = template.isLoop ? make() : nil
    inner = template.selfCalls > 0 ? make() : nil
    own = Variable(root.name, owner: owner)
    own.isApart = true
    itself = Variable(root.name, owner: apart ?? owner)
    copier = ExpressionCopier(in: inner ?? apart ?? owner, position: isUserCode ? nil : position)
    copier.map(root, to: inner ?? apart ?? owner)
    if !arguments.indices.contains(where: { template.calls[$0] && isKnown(arguments[$0]) }) { return nil }
    own.lambda = apart
    itself.lambda = inner
  }

  private func isKnown(_ argument: Expression) -> Bool {
    switch argument {
    case .lambda: true
    // Its value is that of a variable anyway: only a loop gains by code of its own.
    case .global(let cell, _): template.isLoop && symbolValue(cell).isProcedure
    case .local(let variable, _): known.contains { $0.variable === variable }
    default: false
    }
  }

  mutating func expand() -> Expression {
    // Code that compares with the Func's address keeps the Func.
    _ = CodeStore.addConstant(symbolValue(cell))
    for index in arguments.indices { bind(index) }
    let specialization = self
    copier.call = { cell, arguments, position, owner in
      if cell == specialization.template.cell && specialization.template.lambda.takes(arguments.count) {
        return specialization.selfCall(arguments, position, in: owner)
      }
      guard let template = ProcedureTemplate.of(cell, taking: arguments.count) else { return nil }
      var nested = Specialization(template, cell, arguments, position, in: owner, within: specialization.known, depth: specialization.depth + 1)
      return nested?.expand()
    }
    let body = copier.copy(template.lambda.body)
    copier.call = nil
    let called = Func(load32(cell.address + UInt32(SymbolLayout.knownFunc)))
    let other = Expression.call(.global(cell, position), given, position)
    return .bind(variables, values, whole(start(body)) { .if(self.isCurrent(self.cell, called), $0, other) })
  }

  private mutating func bind(_ index: Int) {
    let (parameter, argument) = (template.lambda.parameters[index], arguments[index])
    if template.calls[index], case .local(let variable, _) = argument, let same = known.last(where: { $0.variable === variable }) {
      copier.map(parameter, to: variable)
      given.append(same.given(position))
      return parameters.append(.constant(same))
    }
    if template.calls[index] && isKnown(argument) { return bindKnown(parameter, argument) }
    let start = Variable(copyOf: parameter, owner: owner)
    variables.append(start)
    values.append(argument)
    given.append(.local(start, position))
    var outer = start
    if let apart {
      start.isAssigned = false
      outer = Variable(copyOf: parameter, owner: apart)
      apart.parameters.append(outer)
      passed.append(.local(start, position))
    }
    if let inner, !template.isPassedOn[index] {
      outer.isAssigned = false
      inner.parameters.append(copier.copy(parameter))
      return parameters.append(.different(start: outer))
    }
    copier.map(parameter, to: outer)
    parameters.append(.constant(ConstantArgument(variable: outer)))
  }

  private mutating func bindKnown(_ parameter: Variable, _ argument: Expression) {
    let other = argument.given
    let isInner = apart != nil && other != nil
    let variable = Variable(copyOf: parameter, owner: isInner ? apart! : owner)
    if isInner {
      innerVariables.append(variable)
      innerValues.append(argument)
    } else {
      variables.append(variable)
      values.append(argument)
    }
    copier.map(parameter, to: variable)
    if case .lambda = argument { copier.procedures.append(variable) }
    let constant = ConstantArgument(variable: variable, other: other)
    known.append(constant)
    given.append(constant.given(position))
    parameters.append(.constant(constant))
  }

  /// The copy's body, or a call of the copy.
  private func start(_ body: Expression) -> Expression {
    guard let inner else { return body }
    inner.body = body
    var starts: [Expression] = []
    for case .different(let start) in parameters { starts.append(.local(start, position)) }
    return .fix([itself], [inner], .call(.local(itself, position), starts, position))
  }

  /// The code of the call, or a call of the procedure apart that has it, in what stands around the call.
  private func whole(_ code: Expression, around call: (Expression) -> Expression) -> Expression {
    guard let apart else { return call(code) }
    apart.body = .bind(innerVariables, innerValues, code)
    return .fix([own], [apart], call(.call(.local(own, position), passed, position)))
  }

  /// A call of the procedure in its own body: of the copy, while the name holds the procedure.
  private func selfCall(_ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) -> Expression {
    var variables: [Variable] = []
    var values: [Expression] = []
    var passed: [Expression] = []
    var all: [Expression] = []
    for (index, parameter) in parameters.enumerated() {
      if case .constant(let argument) = parameter {
        all.append(argument.given(position))
        continue
      }
      var operand = arguments[index]
      if !operand.isAtom {
        let variable = Variable(Constant.false, owner: owner)
        variables.append(variable)
        values.append(operand)
        operand = .local(variable, position)
      }
      passed.append(operand)
      all.append(operand)
    }
    let other = Expression.call(.global(template.cell, position), all, position)
    return .bind(variables, values, .if(isCurrent(template.cell, template.function), .call(.local(itself, position), passed, position), other))
  }

  private func isCurrent(_ cell: Word, _ function: Func) -> Expression {
    .primitive(knownProcedures.isCurrentRow, [.global(cell, position), .constant(Word(function.address))], position)
  }
}

extension Expression {
  /// What may be given away for what a variable is bound to: a lambda expression, if it is so small that copies of it may be made, or a global.
  fileprivate var given: Expression? {
    switch self {
    case .lambda(let lambda):
      lambda.body.size(limit: OptimizerTuning.argumentSize) < OptimizerTuning.argumentSize ? self : nil
    case .global: self
    default: nil
    }
  }

  fileprivate static func bind(_ variables: [Variable], _ values: [Expression], _ body: Expression) -> Expression {
    variables.isEmpty ? body : .let(variables, values, body)
  }
}
