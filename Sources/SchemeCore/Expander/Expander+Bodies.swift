// Bodies with internal definitions, and the ordering of recursive bindings.
//
// `bind` gives `letrec*` its meaning with as few boxes as it can. Procedures have no effect when they are made, so they can be made as
// late as their first use: before each other initialiser only those procedures are made that it can reach. What is
// referred to before it exists becomes an assigned variable that starts undefined. The procedures made together are split
// into strongly connected components, so that a loop used by its neighbours is still seen to be a loop.
import GuestABI

extension Expander {
  mutating func expandBody(_ forms: Word, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let inner = Scope([], parent: scope, lambda: scope.lambda)
    var names: [Variable] = []
    var values: [Word] = []
    var expressions: [Word] = []
    try collect(forms, form, inner, &names, &values, &expressions)
    if expressions.isEmpty { throw fail("the body has no expression", form) }
    if names.count > Expander.maximumArguments / 2 { throw fail("too many definitions in one body", form) }
    var expanded: [Expression] = []
    for index in names.indices {
      // A definition without a name stands for an expression among the definitions.
      let name = names[index].name
      expanded.append(name == Constant.false ? try expand(values[index], inner) : try expandNamed(values[index], name, inner))
    }
    var parts: [Expression] = []
    for each in expressions { parts.append(try expand(each, inner)) }
    let body = parts.count == 1 ? parts[0] : .sequence(parts)
    return names.isEmpty ? body : bind(names, expanded, body, scope)
  }

  /// Sorts a body's forms into definitions and expressions, looking through `begin`.
  private mutating func collect(
    _ forms: Word, _ form: Word, _ scope: Scope, _ names: inout [Variable], _ values: inout [Word], _ expressions: inout [Word]
  ) throws(SyntaxError) {
    var rest = forms
    while rest.isPair {
      let each = car(rest)
      rest = cdr(rest)
      switch each.isPair ? scope.keyword(car(each)) : .none {
      case .begin where listLength(each) > 1: try collect(cdr(each), form, scope, &names, &values, &expressions)
      case .define:
        let (name, value) = try definition(each)
        for expression in expressions { addDefinition(Constant.false, expression, scope, &names, &values) }
        expressions.removeAll()
        for other in scope.variables where other.name == name { throw fail("the body defines a name twice", each) }
        addDefinition(name, value, scope, &names, &values)
      case .defineRecordType:
        for (name, value) in try recordDefinitions(each) { addDefinition(name, value, scope, &names, &values) }
      default: expressions.append(each)
      }
    }
    if !rest.isNull { throw fail("the body must be a proper list", form) }
  }

  private func addDefinition(
    _ name: Word, _ value: Word, _ scope: Scope, _ names: inout [Variable], _ values: inout [Word]
  ) {
    let variable = Variable(name, owner: scope.lambda)
    if name != Constant.false { scope.variables.append(variable) }
    names.append(variable)
    values.append(value)
  }

  /// `(letrec* ((variable value) ...) body)`.
  func bind(_ variables: [Variable], _ values: [Expression], _ body: Expression, _ scope: Scope) -> Expression {
    var ordering = RecursiveBindings(variables, values)
    return ordering.order(body)
  }
}

/// See the head of this file.
private struct RecursiveBindings {
  let variables: [Variable]
  let values: [Expression]
  /// For each binding, the indices of the bindings that its value refers to.
  var uses: [[Int]] = []
  /// Procedures that have not been made yet.
  var pending: [Int] = []
  /// Binding steps in order: a group of procedures, or one value.
  var steps: [(members: [Int], isFix: Bool)] = []
  var bound: [Bool]

  init(_ variables: [Variable], _ values: [Expression]) {
    self.variables = variables
    self.values = values
    bound = variables.map { _ in false }
  }

  private func lambda(_ index: Int) -> Lambda? {
    if case .lambda(let lambda) = values[index], !variables[index].isAssigned { return lambda }
    return nil
  }

  mutating func order(_ body: Expression) -> Expression {
    for value in values {
      var found: [Int] = []
      references(value, &found)
      uses.append(found)
    }
    for index in variables.indices {
      if lambda(index) != nil {
        pending.append(index)
      } else {
        make(reachable(from: uses[index]))
        for use in uses[index] where !bound[use] { variables[use].isAssigned = true; variables[use].needsCheck = true }
        steps.append(([index], false))
        bound[index] = true
      }
    }
    make(pending)
    return assemble(body)
  }

  /// The bindings that an expression refers to.
  private func references(_ expression: Expression, _ found: inout [Int]) {
    switch expression {
    case .local(let variable, _), .setLocal(let variable, _):
      for index in variables.indices where variables[index] === variable && !found.contains(index) { found.append(index) }
    default: break
    }
    forEachSubexpression(expression) { references($0, &found) }
  }

  /// The pending procedures that can be reached from some bindings.
  private func reachable(from start: [Int]) -> [Int] {
    var result: [Int] = []
    var work = start
    while let index = work.popLast() {
      if pending.contains(index) && !result.contains(index) {
        result.append(index)
        work.append(contentsOf: uses[index])
      }
    }
    return pending.filter { result.contains($0) }
  }

  /// Makes some pending procedures now; what they use that does not exist yet gets a box.
  private mutating func make(_ members: [Int]) {
    if members.isEmpty { return }
    pending.removeAll { members.contains($0) }
    for member in members { bound[member] = true }
    var group: [Int] = []
    for member in members {
      for use in uses[member] where !bound[use] { variables[use].isAssigned = true; variables[use].needsCheck = true }
      // A procedure that became assigned while its neighbours were ordered is a value like any other.
      if variables[member].isAssigned { steps.append(([member], false)) } else { group.append(member) }
    }
    var components = StronglyConnectedComponents(members: group, uses: uses)
    for component in components.find() { steps.append((component, true)) }
  }

  private func assemble(_ body: Expression) -> Expression {
    var result = body
    for step in steps.reversed() {
      let first = step.members[0]
      if step.isFix {
        let lambdas = step.members.map { lambda($0)! }
        for (index, member) in step.members.enumerated() { variables[member].lambda = lambdas[index] }
        result = .fix(step.members.map { variables[$0] }, lambdas, result)
      } else if variables[first].needsCheck {
        result = .sequence([.setLocal(variables[first], values[first]), result])
      } else if variables[first].name == Constant.false {
        result = .sequence([values[first], result])
      } else {
        result = .let([variables[first]], [values[first]], result)
      }
    }
    let early = variables.filter { $0.needsCheck }
    if early.isEmpty { return result }
    return .let(early, early.map { _ in .constant(Constant.undefined) }, result)
  }
}

/// Tarjan's algorithm; components come out with the used before their users.
private struct StronglyConnectedComponents {
  let members: [Int]
  let uses: [[Int]]
  var number: [Int] = []
  var low: [Int] = []
  var stack: [Int] = []
  var next = 1
  var components: [[Int]] = []

  init(members: [Int], uses: [[Int]]) {
    self.members = members
    self.uses = uses
    number = uses.map { _ in 0 }
    low = number
  }

  mutating func find() -> [[Int]] {
    for member in members where number[member] == 0 { visit(member) }
    return components
  }

  private mutating func visit(_ member: Int) {
    number[member] = next
    low[member] = next
    next += 1
    stack.append(member)
    for use in uses[member] where members.contains(use) {
      if number[use] == 0 {
        visit(use)
        low[member] = min(low[member], low[use])
      } else if stack.contains(use) {
        low[member] = min(low[member], number[use])
      }
    }
    if low[member] != number[member] { return }
    var component: [Int] = []
    while let last = stack.popLast() {
      component.append(last)
      if last == member { break }
    }
    components.append(component.reversed())
  }
}
