// Expressions in a frame of a debug level: its variables are visible as those of a procedure around the expression, which is a closure over them.
//
// A variable that its program assigns is a box, which the closure shares. One that the program never assigns gets a box for the evaluation if the expression assigns it;
// afterwards the frame gets the value: the rest of the call sees it, but no procedure that has been made before.
import GuestABI

final class FrameScope {
  private let frame: DebugFrame
  private let level: Int
  private let owner: Lambda
  private var variables: [(variable: Variable, source: ScopedVariable, wasAssigned: Bool)] = []
  let environment: Environment
  let scope: Scope
  /// The slots of variables that the expression assigns, and where their boxes are among the closure's variables.
  private var assigned: [(slot: Int, index: Int)] = []

  /// Nil if there is no frame.
  init?() {
    guard let (frame, _) = DebugLevels.selectedFrame else { return nil }
    self.frame = frame
    level = DebugLevels.count
    environment = frame.function.address == 0 ? .interaction : frame.function.environment
    owner = Lambda(name: Constant.false, position: .none)
    scope = Scope(parent: Scope(environment, lambda: owner), lambda: owner)
    for source in frame.variables {
      let variable = Variable(source.name, owner: owner)
      variable.isAssigned = frame.word(source)?.isBox ?? false
      scope.bind(source.name, variable)
      variables.append((variable, source, variable.isAssigned))
    }
  }

  /// After expansion, when the free variables of the expression are known.
  func check(_ lambda: Lambda) throws(SyntaxError) {
    for (index, free) in lambda.free.enumerated() {
      guard let (variable, source, wasAssigned) = variables.first(where: { $0.variable === free }) else { continue }
      guard frame.word(source) != nil else {
        throw SyntaxError("the variable has no value here: compiled code does not need it any more", source.name, .none)
      }
      if variable.isAssigned == wasAssigned { continue }
      let sharers = variables.filter { $0.source.operand == source.operand }.count
      guard source.operand.kind == .slot, sharers == 1 else {
        throw SyntaxError("the variable cannot be assigned here, since nothing in its program assigns it", source.name, .none)
      }
      assigned.append((source.operand.index, index))
    }
  }

  /// Gives a closure its variables.
  func fill(_ procedure: Word, _ lambda: Lambda) {
    for (index, free) in lambda.free.enumerated() {
      guard let (_, source, _) = variables.first(where: { $0.variable === free }), let (word, _) = frame.word(source) else { continue }
      procedure.setField(1 + index, assigned.contains { $0.index == index } ? makeBox(word) : word)
    }
  }

  /// Whether something is to be done after the evaluation, for which the closure has to be kept.
  var assigns: Bool { !assigned.isEmpty }

  /// After the evaluation: the frame gets what was assigned.
  func takeBack(_ procedure: Word) {
    DebugLevels.assign(assigned.map { ($0.slot, procedure.field(1 + $0.index).field(0)) }, inLevel: level)
  }
}
