// Infers the types of labels' parameters: walks the function as the generator does, with the types of the last walk, until they stay the same.
//
// A loop's parameter whose first value is of unknown type, but which the loop itself only gives fixnums, or only flonums, is *presumed* to be one
// from the start: the jump into the loop checks it, and goes back to the interpreter if it is not.
//
//     (let loop ((x x0) (sum 0.)) (if (< x 0.) sum (loop (- x 1.) (+ sum x))))       x0 is checked once; x and sum are doubles
import GuestABI
import SchemeCore

/// The types of all labels' parameters, by `Node.labelNumber`; nothing is known of them where they have not been inferred.
struct LabelTypes {
  fileprivate(set) var parameters: [[StaticType]] = []
  func parameters(of label: Node) -> [StaticType] {
    parameters.isEmpty ? [StaticType](repeating: .any, count: label.count) : parameters[label.labelNumber]
  }
}

struct TypeInference {
  let unit: CompilationUnit
  let speculates: Bool
  /// The function is one of a module, not one that is inlined.
  private let isOwn: Bool
  /// What is known at the start.
  let start: TypeState
  /// The join of what is returned.
  private(set) var returned = StaticType.unvisited
  /// The join of what jumps give each parameter in this walk.
  private var joins: [[StaticType]] = []
  /// Which parameters get values of unknown type from outside of their loop.
  private var isOpen: [[Bool]] = []
  /// The loops whose bodies are being walked.
  private var isInside: [Bool] = []
  /// The last walk's result.
  private var last: [[StaticType]] = []

  private static let maximumWalks = 6

  init(_ unit: CompilationUnit, speculates: Bool, from start: TypeState, isInlined: Bool = false) {
    self.unit = unit
    isOwn = !isInlined
    self.speculates = speculates
    self.start = start
  }

  mutating func infer(needsResult: Bool = false) -> LabelTypes {
    var count = 0
    number(unit.function.body, &count)
    if count == 0 {
      if needsResult { walk() }
      return LabelTypes()
    }
    for _ in 0..<TypeInference.maximumWalks {
      walk()
      let found = joins.indices.map { result($0) }
      if found == last { return LabelTypes(parameters: found) }
      last = found
    }
    returned = .any
    return LabelTypes(parameters: last.map { [StaticType](repeating: .any, count: $0.count) })
  }

  /// Numbers the labels, and makes room for their types.
  private mutating func number(_ start: Node, _ count: inout Int) {
    var node = start
    while true {
      switch node.kind {
      case .label:
        node.labelNumber = count
        count += 1
        joins.append([StaticType](repeating: .unvisited, count: node.count))
        isOpen.append([Bool](repeating: false, count: node.count))
        isInside.append(false)
        number(node.body, &count)
      case .branch, .branchOperation: number(node.alternative, &count)
      case .return, .jump, .tailCall, .tailApply: return
      default: break
      }
      node = node.next
    }
  }

  private func result(_ label: Int) -> [StaticType] {
    joins[label].indices.map { index in
      let join = joins[label][index]
      if isOpen[label][index] { return join.isFixnum ? .fixnum : join == .flonum ? .flonum : .any }
      return join == .unvisited ? .any : join
    }
  }

  private mutating func walk() {
    for label in joins.indices {
      for index in joins[label].indices {
        joins[label][index] = .unvisited
        isOpen[label][index] = false
      }
    }
    returned = .unvisited
    let function = unit.function
    let state = start
    guard let rest = unit.rest else { return walk(function.body, state) }
    if rest.kind == .label {
      for index in 0..<rest.count { isOpen[rest.labelNumber][index] = speculates }
      if !speculates { for index in 0..<rest.count { joins[rest.labelNumber][index] = .any } }
      walkBody(rest, state)
    } else {
      walk(rest.next, state)
    }
    for label in rest.labelsAround(in: function).reversed() { walkBody(label, state) }
  }

  private mutating func walkBody(_ label: Node, _ before: TypeState) {
    let number = label.labelNumber
    let types = last.isEmpty ? result(number) : last[number]
    var state = before
    for (index, type) in types.enumerated() { state.bind(label.slot + index, type) }
    let wasInside = isInside[number]
    isInside[number] = label.isLoop
    walk(label.body, state)
    isInside[number] = wasInside
  }

  private mutating func walk(_ start: Node, _ before: TypeState) {
    var node = start
    var state = before
    while true {
      if node.isSelfCall { node = node.next }
      switch node.kind {
      case .return:
        returned = returned.join(state.type(node.a))
        return
      case .tailCall, .tailApply:
        returned = .any
        return
      case .jump: return join(node, state)
      case .branch: walk(node.alternative, state)
      case .branchOperation where node.isPresumedCurrent && speculates && isOwn: break
      case .branchOperation:
        state.refineOperands(node, speculates: speculates)
        var other = state
        other.refineWhereFalse(node)
        walk(node.alternative, other)
        state.refineWhereTrue(node)
      case .label:
        walk(node.next, state)
        return walkBody(node, state)
      default:
        let type = state.result(node, speculates: speculates)
        state.refineOperands(node, speculates: speculates)
        if node.bindsSlot { state.bind(node.slot, type) }
      }
      node = node.next
    }
  }

  private mutating func join(_ jump: Node, _ state: TypeState) {
    let label = Node(jump.payload)
    let number = label.labelNumber
    for index in 0..<jump.count {
      let type = state.type(jump.argument(index))
      if type == .any && label.isLoop && !isInside[number] && speculates && jump.mayPresume(unit.function) {
        isOpen[number][index] = true
      } else {
        joins[number][index] = joins[number][index].join(type)
      }
    }
  }
}

extension Node {
  /// A test of whether a global holds the procedure that it held when the code was made, as it does now and always has where the test was made: its alternative is left to
  /// the interpreter.
  var isPresumedCurrent: Bool {
    guard operation == .isCurrent, kind == .branchOperation, feedback & Feedback.other == 0 else { return false }
    return Word(load32(a.address + UInt32(SymbolLayout.knownFunc))) == b.constantValue
  }

  var isLoop: Bool { flags & Node.loopFlag != 0 }

  /// Whether a jump into a loop may presume types. (Where all slots are kept, not all that a frame would hold has been bound at a jump.)
  func mayPresume(_ function: Func) -> Bool { feedback & Feedback.other == 0 && !function.keepsAllSlots }

  /// The labels in whose scope a loop's label or a call is, outermost first. (A loop's own body is in its scope.)
  func labelsAround(in function: Func) -> [Node] {
    var open: [Node] = []
    _ = find(from: function.body, &open)
    return open
  }

  private func find(from start: Node, _ open: inout [Node]) -> Bool {
    var node = start
    while true {
      if node == self { return true }
      switch node.kind {
      case .branch, .branchOperation:
        if find(from: node.alternative, &open) { return true }
      case .label:
        if !node.isLoop && find(from: node.body, &open) { return true }
        open.append(node)
        if node.isLoop && find(from: node.body, &open) { return true }
        if find(from: node.next, &open) { return true }
        open.removeLast()
        return false
      case .return, .jump, .tailCall, .tailApply: return false
      default: break
      }
      node = node.next
    }
  }
}

extension Func {
  /// The number of slots that generated code has locals for.
  var slotCount: Int { max(frameSlots, entrySlots) }
}
