// The short paths of a procedure that is too large to be inlined: tests that lead from its start to a value, without a call.
//
//     (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))         the path where (< n 2) holds
//
// They are generated where the procedure is called, and the call itself is made where none of them has led to a value. Nothing has happened by then but tests, which
// the procedure makes once more. So what the code at the call was not made for is the call's business, too: nothing goes back to the interpreter.
//
// That pays where the paths are taken often, as the interpreter has counted; paths that are hardly taken are left out.
import GuestABI
import SchemeCore

struct EarlyExits {
  /// The nodes from which on no path, or none that is taken often, leads to a value: the call is made there.
  private(set) var ends: [Address] = []
  /// The nodes that are left.
  private var budget: Int
  private let chain: [Func]
  private let calls: UInt32
  /// The labels in scope, and how often what follows them has led to a value; nil: it does not.
  private var labels: [(node: Address, taken: UInt32?)] = []

  /// nil: the procedure has none at a call with so many arguments, or they do not pay.
  init?(of callee: Func, taking count: Int, within budget: Int, in chain: [Func]) {
    if !callee.canBeInlined || callee.hasRest || callee.parameters != count { return nil }
    self.budget = budget
    self.chain = chain + [callee]
    calls = callee.calls
    guard let taken = path(callee.body), pays(taken, JITTuning.earlyExitShare) else { return nil }
    used = budget - self.budget
  }

  /// The nodes of the paths.
  private(set) var used = 0

  /// Whether so many of the calls are one in `share`. Where none was counted, as when everything is compiled at once, nothing is known against it.
  private func pays(_ taken: UInt32, _ share: UInt32) -> Bool { calls == 0 || taken &* share >= calls }

  /// How often paths from a node have led to a value; nil: none does.
  private mutating func path(_ start: Node) -> UInt32? {
    var node = start
    while true {
      // The first iteration of a procedure that calls itself.
      if node.isSelf { node = node.body }
      if let taken = rest(node) { return taken }
      budget -= 1
      if budget < 0 { return nil }
      switch node.kind {
      case .jump: return labels.last { $0.node == node.payload }?.taken
      case .operation where node.operation.isTest, .move, .boxRef, .globalRef: break
      case .call: if !isTest(node) { return nil }
      case .branch: return branch(node)
      case .branchOperation: return node.operation.isTest ? branch(node) : nil
      case .label: return node.isLoop ? nil : label(node)
      default: return nil
      }
      node = node.next
    }
  }

  /// The same if nothing on any path from a node has to be left to the call.
  private mutating func rest(_ node: Node) -> UInt32? {
    var rules = InliningRules(budget: budget, in: chain)
    guard rules.allowsRest(node), let taken = node.returnsCounted else { return nil }
    budget = rules.budget
    return taken
  }

  /// A call of a predicate, or an accessor.
  private mutating func isTest(_ node: Node) -> Bool {
    var rules = InliningRules(budget: budget, in: chain)
    if !rules.allowsWithoutEffect(node) { return false }
    budget = rules.budget
    return true
  }

  private mutating func branch(_ node: Node) -> UInt32? {
    let (then, otherwise) = (side(node.next), side(node.alternative))
    if then == nil && otherwise == nil { return nil }
    if then == nil { ends.append(node.next.address) }
    if otherwise == nil { ends.append(node.alternative.address) }
    return (then ?? 0) &+ (otherwise ?? 0)
  }

  private mutating func side(_ start: Node) -> UInt32? {
    let (endsBefore, budgetBefore) = (ends.count, budget)
    if let taken = path(start), pays(taken, JITTuning.earlyExitPathShare) { return taken }
    ends.removeLast(ends.count - endsBefore)
    budget = max(budget, budgetBefore - 1)
    return nil
  }

  private mutating func label(_ node: Node) -> UInt32? {
    let taken = side(node.body)
    if taken == nil { ends.append(node.body.address) }
    labels.append((node.address, taken))
    defer { labels.removeLast() }
    return path(node.next)
  }
}

extension InlineOperation {
  /// Whether it has no effect, allocates nothing and is done in place, as far as it succeeds.
  fileprivate var isTest: Bool {
    switch self {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative, .isOdd, .isEven, .eq, .eqv, .not, .isNull,
      .isPair, .isSymbol, .isString,
      .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF, .isExactInteger, .isRecordOf, .isCurrent, .charEqual, .charLess, .charGreater,
      .charLessEqual,
      .charGreaterEqual:
      true
    case .add, .subtract, .car, .cdr, .cadr, .cddr, .caar, .cdar, .caddr, .cdddr, .cadddr, .vectorRef, .vectorLength, .stringRef, .stringLength,
      .bytevectorRef,
      .bytevectorLength, .recordRef, .charToInteger, .memq, .assq:
      true
    default: false
    }
  }
}

extension Node {
  /// How often the paths from here have ended with a value in the interpreter; nil: some go on at a label that is around here.
  fileprivate var returnsCounted: UInt32? {
    var sum: UInt32 = 0
    let nodes = reachableNodes()
    for node in nodes {
      if node.kind == .return { sum &+= node.returns }
      if node.kind == .jump && !nodes.contains(Node(node.payload)) { return nil }
    }
    return sum
  }
}
