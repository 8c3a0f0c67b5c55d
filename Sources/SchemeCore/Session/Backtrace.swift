// The text of an uncaught error: what was raised, the innermost place in a program's own code, and the calls that led there, innermost first:
//
//     error: +: argument 1 must be a number, but is three
//       at prog.scm:4:7
//              (+ (car items) (total (cdr items)))))
//              ^
//       called from total at prog.scm:4:22 (2 times)
//       called from the top level at prog.scm:5:10
//
// The calls are the frame records of the continuation, so tail calls are missing. The library's own calls are left out. A long backtrace
// shows its beginning and its end.
import GuestABI

func describeRaised() -> [UInt8] {
  var text = [UInt8]("error: ".utf8)
  let raised = runtimeState.roots[.raised]
  text.append(contentsOf: raisedText(raised))
  if raised.isKind(.condition), raised.field(ConditionField.kind) == .fixnum(ErrorKind.unboundVariable.rawValue) {
    let irritants = raised.field(ConditionField.irritants)
    if irritants.isPair && car(irritants).isSymbol { text.append(contentsOf: Suggestions.text(for: car(irritants))) }
  }
  var backtrace = Backtrace(runtimeState.roots[.continuation])
  if let place = backtrace.place { Sources.appendPlace(place, to: &text) }
  backtrace.findFunctions()
  backtrace.append(to: &text)
  return text
}

private struct Backtrace {
  /// Calls of one place that follow each other.
  private struct Run {
    let node: Node
    var count = 1
    var function = Func(0)
  }

  /// How many runs are shown of the beginning and of the end.
  private static let shownFirst = 10
  private static let shownLast = 3

  /// Where it happened.
  private(set) var place: SourcePosition?
  private var first: [Run] = []
  private var last: [Run] = []
  /// Calls between the first runs and the last ones.
  private var omitted = 0

  init(_ continuation: Word) {
    var record = continuation
    while record.isTrue {
      let node = Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))
      if Sources.isUserCode(node.position) {
        if place == nil { place = node.position } else { add(node) }
      }
      record = record.field(FrameField.next)
    }
  }

  private mutating func add(_ node: Node) {
    if last.isEmpty {
      if let run = first.last, run.node == node {
        first[first.count - 1].count += 1
      } else if first.count < Self.shownFirst {
        first.append(Run(node: node))
      } else {
        last.append(Run(node: node))
      }
    } else if last[last.count - 1].node == node {
      last[last.count - 1].count += 1
    } else {
      if last.count == Self.shownLast { omitted += last.removeFirst().count }
      last.append(Run(node: node))
    }
  }

  /// Finds the functions that the calls are in. Nodes do not know theirs, so all code is looked through.
  mutating func findFunctions() {
    if first.isEmpty { return }
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda { look(into: function, from: function.body) }
      function = function.previous
    }
  }

  private mutating func look(into function: Func, from start: Node) {
    var node = start
    while true {
      if node.kind == .call || node.kind == .tailCall || node.kind == .apply || node.kind == .tailApply {
        for index in first.indices where first[index].node == node { first[index].function = function }
        for index in last.indices where last[index].node == node { last[index].function = function }
      }
      switch node.kind {
      case .branch, .branchOperation: look(into: function, from: node.alternative)
      case .label: look(into: function, from: node.body)
      case .tailCall where node.isSelfCall: break
      case .return, .jump, .tailCall, .tailApply: return
      default: break
      }
      node = node.next
    }
  }

  func append(to text: inout [UInt8]) {
    for run in first { append(run, to: &text) }
    if omitted > 0 {
      text.append(contentsOf: "\n  ... ".utf8)
      Sources.appendNumber(omitted, to: &text)
      text.append(contentsOf: omitted == 1 ? " more call ...".utf8 : " more calls ...".utf8)
    }
    for run in last { append(run, to: &text) }
  }

  private func append(_ run: Run, to text: inout [UInt8]) {
    text.append(contentsOf: "\n  called from ".utf8)
    let function = run.function
    if function.address == 0 || function.isTopLevel {
      text.append(contentsOf: "the top level".utf8)
    } else if function.name.isSymbol {
      text.append(contentsOf: SymbolTable.utf8(function.name))
    } else {
      text.append(contentsOf: "an anonymous procedure".utf8)
    }
    text.append(contentsOf: " at ".utf8)
    Sources.appendName(run.node.position, to: &text)
    if run.count > 1 {
      text.append(contentsOf: " (".utf8)
      Sources.appendNumber(run.count, to: &text)
      text.append(contentsOf: " times)".utf8)
    }
  }
}
