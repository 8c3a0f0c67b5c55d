// The ordering of recursive bindings: gives `letrec*` its meaning with as few boxes as it can. Procedures have no effect when they are made, so they can be
// made as late as their first use: before each other initialiser only those procedures are made that it can reach. What is referred to before it
// exists becomes an assigned variable that starts undefined. The procedures made together are split into strongly connected components, so that a loop
// used by its neighbours is still seen to be a loop.
//
// An initialiser that calls procedures may be entered again through a continuation. Then `letrec` and `letrec*` say that it assigns the same location
// again (R7RS 4.2.2), so its variable is an assigned one too; `letrec` assigns when all of them have been evaluated.
import GuestABI

struct RecursiveBindings {
  enum Rule {
    /// Internal definitions: an initialiser that is entered again binds its variable anew.
    case body
    case letrecStar, letrec
  }
  private enum Step {
    case procedures([Int])
    case value(Int)
    /// Values that are all evaluated before they are assigned.
    case together([Int])
  }

  private let variables: [Variable]
  private let values: [Expression]
  private let rule: Rule
  /// For each binding, the indices of the bindings that its value refers to.
  private var uses: [[Int]] = []
  /// Procedures that have not been made yet.
  private var isPending: [Bool]
  private var bound: [Bool]
  /// Searches for procedures so far, and for each binding the last one that came to it.
  private var searches = 0
  private var lastSearch: [Int]
  private var components: StronglyConnectedComponents
  /// The location exists before the value.
  private var isEarly: [Bool]
  /// In order.
  private var steps: [Step] = []
  nonisolated(unsafe) private static var groups = 0
  /// A number for a group of variables: `Variable.group`.
  static func newGroup() -> Int {
    groups += 1
    return groups
  }

  init(_ variables: [Variable], _ values: [Expression], _ rule: Rule) {
    self.variables = variables
    self.values = values
    self.rule = rule
    isPending = variables.map { _ in false }
    bound = isPending
    isEarly = isPending
    lastSearch = variables.map { _ in 0 }
    components = StronglyConnectedComponents(count: variables.count)
  }

  private func lambda(_ index: Int) -> Lambda? {
    if case .lambda(let lambda) = values[index], !variables[index].isAssigned { return lambda }
    return nil
  }

  mutating func order(_ body: Expression) -> Expression {
    findUses()
    var last: [Int] = []
    let areTogether = rule == .letrec && values.contains { refersDirectly($0) }
    for index in variables.indices {
      if lambda(index) != nil {
        isPending[index] = true
      } else if areTogether || rule != .body && !isSimple(values[index]) {
        makeEarly(index)
        if rule == .letrec { last.append(index) } else { evaluate(index) }
      } else {
        evaluate(index)
      }
    }
    if !last.isEmpty {
      let users = last.flatMap { uses[$0] }
      make(reachable(from: users))
      for index in last { for use in uses[index] where !bound[use] { makeEarly(use) } }
      steps.append(.together(last))
      for index in last { bound[index] = true }
    }
    make(variables.indices.filter { isPending[$0] })
    return assemble(body)
  }

  /// Evaluates a value now, and before it makes the procedures that it can reach.
  private mutating func evaluate(_ index: Int) {
    make(reachable(from: uses[index]))
    for use in uses[index] where !bound[use] { makeEarly(use) }
    steps.append(.value(index))
    bound[index] = true
  }

  /// The variable is there before its value is, and may be referred to.
  private mutating func makeEarly(_ index: Int) {
    variables[index].isAssigned = true
    variables[index].needsCheck = true
    isEarly[index] = true
  }

  /// Whether the evaluation of an expression needs a variable that is no procedure.
  private func refersDirectly(_ expression: Expression) -> Bool {
    var result = false
    walk(expression) { each, work in
      switch each {
      case .lambda, .fix: break
      case .local(let variable, _): if variable.group == Self.groups && lambda(variable.ordinal) == nil { result = true }
      default: if !result { pushSubexpressions(each, &work) }
      }
    }
    return result
  }

  /// Whether nothing can be entered again in the evaluation of an expression.
  private func isSimple(_ expression: Expression) -> Bool {
    var result = true
    walk(expression) { each, work in
      switch each {
      case .constant, .global, .local, .lambda: break
      case .call, .setLocal, .setGlobal, .define: result = false
      default: if result { pushSubexpressions(each, &work) }
      }
    }
    return result
  }

  private mutating func findUses() {
    let group = Self.newGroup()
    for index in variables.indices {
      variables[index].group = group
      variables[index].ordinal = index
    }
    var lastUser = variables.map { _ in -1 }
    for (index, value) in values.enumerated() {
      var found: [Int] = []
      Self.references(value, Self.groups, index, &lastUser, &found)
      uses.append(found)
    }
  }

  /// The bindings that an expression refers to.
  private static func references(
    _ expression: Expression, _ group: Int, _ user: Int, _ lastUser: inout [Int], _ found: inout [Int]
  ) {
    walk(expression) { each, work in
      switch each {
      case .local(let variable, _), .setLocal(let variable, _):
        if variable.group == group && lastUser[variable.ordinal] != user {
          lastUser[variable.ordinal] = user
          found.append(variable.ordinal)
        }
      default: break
      }
      pushSubexpressions(each, &work)
    }
  }

  /// The pending procedures that can be reached from some bindings, in order.
  private mutating func reachable(from start: [Int]) -> [Int] {
    var seen: [Int] = []
    var work = start.filter { isPending[$0] }
    searches += 1
    while let index = work.popLast() {
      if lastSearch[index] == searches { continue }
      lastSearch[index] = searches
      seen.append(index)
      for use in uses[index] where isPending[use] { work.append(use) }
    }
    return seen.sorted()
  }

  /// Makes some pending procedures now; what they use that does not exist yet gets a box.
  private mutating func make(_ members: [Int]) {
    if members.isEmpty { return }
    for member in members {
      isPending[member] = false
      bound[member] = true
    }
    var group: [Int] = []
    for member in members {
      for use in uses[member] where !bound[use] { makeEarly(use) }
      // A procedure that became assigned while its neighbours were ordered is a value like any other.
      if variables[member].isAssigned { steps.append(.value(member)) } else { group.append(member) }
    }
    for component in components.find(group, uses) { steps.append(.procedures(component)) }
  }

  private func assemble(_ body: Expression) -> Expression {
    var result = body
    for step in steps.reversed() {
      switch step {
      case .procedures(let members):
        let lambdas = members.map { lambda($0)! }
        for (index, member) in members.enumerated() { variables[member].lambda = lambdas[index] }
        result = .fix(members.map { variables[$0] }, lambdas, result)
      case .value(let index):
        if isEarly[index] {
          result = .sequence([.setLocal(variables[index], values[index]), result])
        } else if variables[index].name == Constant.false {
          result = .sequence([values[index], result])
        } else {
          result = .let([variables[index]], [values[index]], result)
        }
      case .together(let members):
        let temporaries = members.map { Variable(Constant.false, owner: variables[$0].owner) }
        var parts: [Expression] = []
        for (index, member) in members.enumerated() { parts.append(.setLocal(variables[member], .local(temporaries[index], .none))) }
        result = .let(temporaries, members.map { values[$0] }, .sequence(parts + [result]))
      }
    }
    let early = variables.indices.filter { isEarly[$0] }.map { variables[$0] }
    if early.isEmpty { return result }
    return .let(early, early.map { _ in .constant(Constant.undefined) }, result)
  }
}

/// Tarjan's algorithm, with a stack of its own; components come out with the used before their users. No procedure is looked at again when others are
/// split later.
private struct StronglyConnectedComponents {
  private var uses: [[Int]] = []
  private var isMember: [Bool]
  private var number: [Int]
  private var low: [Int]
  private var isOnStack: [Bool]
  private var stack: [Int] = []
  private var path: [(member: Int, nextUse: Int)] = []
  private var next = 1
  private var components: [[Int]] = []

  init(count: Int) {
    isMember = [Bool](repeating: false, count: count)
    isOnStack = isMember
    number = [Int](repeating: 0, count: count)
    low = number
  }

  mutating func find(_ members: [Int], _ uses: [[Int]]) -> [[Int]] {
    self.uses = uses
    components = []
    for member in members { isMember[member] = true }
    for member in members where number[member] == 0 {
      enter(member)
      while !path.isEmpty { advance() }
    }
    return components
  }

  private mutating func enter(_ member: Int) {
    number[member] = next
    low[member] = next
    next += 1
    stack.append(member)
    isOnStack[member] = true
    path.append((member, 0))
  }

  /// One step at the end of the path: into a member that it uses, or back.
  private mutating func advance() {
    let (member, position) = path[path.count - 1]
    if position < uses[member].count {
      path[path.count - 1].nextUse += 1
      let use = uses[member][position]
      if !isMember[use] { return }
      if number[use] == 0 {
        enter(use)
      } else if isOnStack[use] {
        low[member] = min(low[member], number[use])
      }
      return
    }
    path.removeLast()
    if let user = path.last { low[user.member] = min(low[user.member], low[member]) }
    if low[member] != number[member] { return }
    var component: [Int] = []
    while let last = stack.popLast() {
      isOnStack[last] = false
      component.append(last)
      if last == member { break }
    }
    components.append(component.reversed())
  }
}
