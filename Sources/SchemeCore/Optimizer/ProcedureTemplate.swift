// Small procedures of top level, or of the library, that call what they are given: their expressions are kept, so that calls of them with a known procedure can have
// code of their own (SpecializeCalls.swift).
//
//     (define (fold f result list) (if (pair? list) (fold f (f result (car list)) (cdr list)) result))       f is called
import GuestABI

final class ProcedureTemplate {
  /// The global that the procedure is defined as.
  let cell: Word
  /// A copy of the procedure that no form holds.
  let lambda: Lambda
  /// For each parameter, whether it is called, or given to a procedure that calls it.
  let calls: [Bool]
  /// For each parameter, whether all calls of the procedure in its own body pass it on.
  let isPassedOn: [Bool]
  /// The number of such calls, and whether it is a loop, or has some.
  let selfCalls: Int
  let isLoop: Bool
  let size: Int
  private(set) var function = Func(0)

  nonisolated(unsafe) private static var all: [ProcedureTemplate] = []
  /// From addresses of Funcs to places in `all`.
  nonisolated(unsafe) private static var places = WordTable(isPermanent: true)

  /// The template of a lambda that is the value of a definition; nil: it is not worth it.
  init?(_ lambda: Lambda, definedAs cell: Word) {
    if !lambda.parameters.contains(where: { $0.isCalled }) || lambda.hasRest || lambda.parameters.isEmpty
      || lambda.parameters.count > FuncLayout.maximumDirectArity || !lambda.variants.isEmpty
    {
      return nil
    }
    size = lambda.body.size(limit: OptimizerTuning.templateSize)
    if size >= OptimizerTuning.templateSize { return nil }
    var uses = ParameterUses(lambda, cell)
    // What the library does once it does best as it is, or the compiler knows it (`call-with-values`, `dynamic-wind`).
    uses.visit(isSmall: size <= OptimizerTuning.smallTemplateSize && Sources.isUserCode(lambda.position))
    if !uses.isUsable || !uses.calls.contains(true) { return nil }
    self.cell = cell
    calls = uses.calls
    isPassedOn = uses.isPassedOn
    selfCalls = uses.selfCalls
    isLoop = uses.hasLoop && selfCalls == uses.selfJumps()
    var copier = ExpressionCopier(in: lambda, isKept: true)
    self.lambda = copier.copy(lambda)
  }

  /// The procedure's Func has been made.
  func enter(_ function: Func) {
    self.function = function
    ProcedureTemplate.places.set(.fixnum(Int(function.address)), .fixnum(ProcedureTemplate.all.count))
    ProcedureTemplate.all.append(self)
  }

  /// That of what a call with so many arguments of a global's procedure reaches now.
  static func of(_ cell: Word, taking count: Int) -> ProcedureTemplate? {
    let known = load32(cell.address + UInt32(SymbolLayout.knownFunc))
    if known == 0 || all.isEmpty { return nil }
    let function = Func(known).variant(count) ?? Func(known)
    guard let place = places.value(.fixnum(Int(function.address))) else { return nil }
    let template = all[place.index]
    return template.lambda.takes(count) ? template : nil
  }

  /// Forgets those of Funcs that go.
  static func removeAll(where isGone: (Func) -> Bool) {
    if !all.contains(where: { isGone($0.function) }) { return }
    let kept = all.filter { !isGone($0.function) }
    all = []
    places.removeAll()
    for template in kept { template.enter(template.function) }
  }
}

/// What a procedure does with its parameters.
private struct ParameterUses {
  private let lambda: Lambda
  private let cell: Word
  private(set) var calls: [Bool]
  private(set) var isPassedOn: [Bool]
  private(set) var selfCalls = 0
  private(set) var isUsable = true
  private(set) var hasLoop = false

  init(_ lambda: Lambda, _ cell: Word) {
    self.lambda = lambda
    self.cell = cell
    calls = lambda.parameters.map { _ in false }
    isPassedOn = lambda.parameters.map { !$0.isAssigned }
  }

  private func isSelfCall(_ callee: Expression, _ arguments: [Expression]) -> Bool {
    if case .global(cell, _) = callee { return lambda.takes(arguments.count) }
    return false
  }

  private func parameter(_ expression: Expression) -> Int? {
    guard case .local(let variable, _) = expression, !variable.isAssigned else { return nil }
    return lambda.parameters.firstIndex { $0 === variable }
  }

  /// `isSmall`: calls that are made once count, too; else those in loops.
  mutating func visit(isSmall: Bool) {
    var callsOnce = calls
    var work = [(lambda.body, false)]
    while let (next, isInLoop) = work.popLast() {
      switch next {
      case .call(let callee, let arguments, _):
        if isSelfCall(callee, arguments) {
          selfCalls += 1
          hasLoop = true
          for (index, argument) in arguments.enumerated() where parameter(argument) != index { isPassedOn[index] = false }
        } else if case .global(let other, _) = callee, let template = ProcedureTemplate.of(other, taking: arguments.count) {
          for (index, argument) in arguments.enumerated() where template.calls[index] {
            if let own = parameter(argument) { calls[own] = true }
          }
        } else if let own = parameter(callee) {
          if isInLoop { calls[own] = true } else { callsOnce[own] = true }
        }
      case .define: isUsable = false
      // Where handlers go is known of the procedure that installs them (SchemeJIT's EscapeAnalysis).
      case .primitive(let row, _, _) where Primitives.operation(row) == .setHandlers: isUsable = false
      // The frame of such a call is known by the escape point in it, and must have no other one.
      case .global(catchSymbol, _): isUsable = false
      default: break
      }
      if case .fix(_, let lambdas, let body) = next {
        hasLoop = true
        for lambda in lambdas { work.append((lambda.body, true)) }
        work.append((body, isInLoop))
        continue
      }
      var parts: [Expression] = []
      pushSubexpressions(next, &parts)
      for part in parts { work.append((part, isInLoop)) }
    }
    if isSmall || selfCalls > 0 { for index in calls.indices where callsOnce[index] { calls[index] = true } }
    for index in calls.indices where selfCalls > 0 && !isPassedOn[index] { calls[index] = false }
  }

  /// How many of its calls of itself are in tail position, not counting those in local procedures.
  func selfJumps() -> Int {
    var count = 0
    var work = [lambda.body]
    while let next = work.popLast() {
      switch next {
      case .call(let callee, let arguments, _): if isSelfCall(callee, arguments) { count += 1 }
      case .if(_, let then, let otherwise): work += [then, otherwise]
      case .or(_, let second): work.append(second)
      case .sequence(let parts): work.append(parts[parts.count - 1])
      case .let(_, _, let body), .fix(_, _, let body): work.append(body)
      default: break
      }
    }
    return count
  }
}
