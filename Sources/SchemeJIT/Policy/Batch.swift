// Which procedures are compiled together: their module's functions call each other directly.
import GuestABI
import SchemeCore

struct Batch {
  private(set) var units: [CompilationUnit] = []

  /// A hot procedure and what else has been called often enough, the newest first.
  static func warm(around hot: Func) -> Batch {
    var batch = Batch()
    batch.add(hot)
    var function = Func.newest
    while function.address != 0 && batch.units.count < JITTuning.maximumBatch {
      if function.kind == .lambda && function.calls >= JITTuning.warmCalls { batch.add(function) }
      function = function.previous
    }
    return batch
  }

  /// The same with the rest of a loop of the procedure, unless the procedure cannot be compiled.
  static func warm(around hot: Func, _ loop: Node) -> Batch {
    var batch = warm(around: hot)
    if Refusal.reason(for: hot) == .none { batch.units.append(CompilationUnit(hot, restFrom: loop)) }
    return batch
  }

  /// What follows a call that is often returned to with a frame record, and what follows others of its procedure that are returned to.
  static func resumptions(with call: Node) -> Batch {
    var batch = Batch()
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda && !function.isTopLevel {
        var calls: [Node] = []
        var nodes = JITTuning.resumedNodes
        collectCalls(from: function.body, &calls, &nodes)
        if calls.contains(call) {
          if nodes < 0 || Refusal.reason(for: function) != .none { return batch }
          batch.units.append(CompilationUnit(function, restFrom: call))
          for other in calls where other != call && other.resumptions > 0 && batch.units.count < JITTuning.maximumResumptions {
            if !other.isResumedInGeneratedCode { batch.units.append(CompilationUnit(function, restFrom: other)) }
          }
          return batch
        }
      }
      function = function.previous
    }
    return batch
  }

  /// The calls of a function that are no tail calls, up to a number of nodes.
  private static func collectCalls(from start: Node, _ calls: inout [Node], _ nodes: inout Int) {
    var node = start
    while nodes >= 0 {
      nodes -= 1
      switch node.kind {
      case .branch, .branchOperation: collectCalls(from: node.alternative, &calls, &nodes)
      case .label: collectCalls(from: node.body, &calls, &nodes)
      case .call: calls.append(node)
      case .return, .jump, .tailCall, .tailApply: return
      default: break
      }
      node = node.next
    }
  }

  /// A procedure whose code is to be replaced, and those whose code calls that code directly.
  static func callers(of replaced: Func) -> Batch {
    var batch = Batch()
    batch.units.append(CompilationUnit(replaced))
    var function = Func.newest
    while function.address != 0 && batch.units.count < JITTuning.maximumBatch {
      if function.kind == .lambda && function.state == .compiled && function != replaced && calls(replaced, from: function.body) {
        batch.units.append(CompilationUnit(function))
      }
      function = function.previous
    }
    return batch
  }

  /// The lambda expressions' procedures among some, the newest first, as long as the batch may grow.
  private static func newest(while goesOn: (Func, Batch) -> Bool, of isWanted: (Func) -> Bool) -> Batch {
    var batch = Batch()
    var function = Func.newest
    while function.address != 0 && goesOn(function, batch) {
      if function.kind == .lambda && isWanted(function) { batch.add(function) }
      function = function.previous
    }
    return batch
  }

  /// The procedures made after one.
  static func made(after before: Func) -> Batch {
    newest(while: { function, _ in function != before }, of: { _ in true })
  }

  /// So much of everything that is not compiled as goes into one module, the newest first.
  static func uncompiled() -> Batch {
    newest(while: { _, batch in batch.units.count < JITTuning.maximumFrozenBatch }, of: { _ in true })
  }

  /// Everything that was called and is not compiled.
  static func recorded() -> Batch {
    newest(while: { _, _ in true }, of: { $0.calls > 0 && !$0.isTopLevel })
  }

  /// Adds a procedure unless it is there, is compiled, or cannot be: then that is written down.
  private mutating func add(_ function: Func) {
    if function.state != .interpreted || units.contains(where: { $0.function == function }) { return }
    let refusal = Refusal.reason(for: function)
    if refusal != .none {
      function.state = .refused
      function.reason = refusal.rawValue
      return
    }
    units.append(CompilationUnit(function))
  }
}
