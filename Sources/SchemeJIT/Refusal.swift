// What the code generator leaves to the interpreter, and why. This is the whole list.
import SchemeCore

/// Why a procedure is not compiled. Raw values are stored in `Func.reason`.
public enum Refusal: UInt8 {
  case none = 0
  /// More than `JITTuning.maximumVariables`.
  case tooManyVariables
  /// More nodes than `JITTuning.maximumNodes`.
  case tooLarge
  /// Primitives and continuations are the runtime's own code.
  case builtIn
  /// `BreakPoints.refusal`.
  case breakPoint

  public var explanation: StaticString {
    switch self {
    case .none: ""
    case .tooManyVariables: "has too many variables"
    case .tooLarge: "is too large"
    case .builtIn: "is built in"
    case .breakPoint: "has a break point"
    }
  }

  static func reason(for function: Func) -> Refusal {
    if function.kind != .lambda { return .builtIn }
    if function.hasBreakPoint { return .breakPoint }
    if function.frameSlots > JITTuning.maximumVariables { return .tooManyVariables }
    if countNodes(function.body, JITTuning.maximumNodes) > JITTuning.maximumNodes { return .tooLarge }
    return .none
  }

  private static func countNodes(_ start: Node, _ limit: Int) -> Int {
    var count = 0
    var node = start
    while count <= limit {
      count += 1
      switch node.kind {
      case .branch, .branchOperation:
        count += countNodes(node.alternative, limit - count)
        node = node.next
      case .label:
        count += countNodes(node.body, limit - count)
        node = node.next
      case .return, .jump, .tailCall, .tailApply: return count
      default: node = node.next
      }
    }
    return count
  }
}
