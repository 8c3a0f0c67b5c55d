// A frame of a debug level, read from its record: where it is, and what its variables hold.
//
// A record has the slots that are needed to go on. One of the interpreter has all slots after them, if it was made for the debugger; then nothing is missing. In
// a frame of compiled code a variable that is not needed any more has no value.
import GuestABI

struct DebugFrame {
  let record: Word
  let node: Node
  let function: Func

  init(_ record: Word) {
    self.record = record
    node = Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))
    let procedure = record.field(FrameField.procedure)
    function = procedure.isProcedure ? Func(procedureFunction(procedure)) : Self.function(of: node)
  }

  /// Nodes do not know their functions, so all code is looked through.
  private static func function(of node: Node) -> Func {
    if node.kind == .label { return node.owner }
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda && function.contains(node) { return function }
      function = function.previous
    }
    return Func(0)
  }

  /// Where a record's frame is; none for a frame of the library.
  static func position(_ record: Word) -> SourcePosition {
    var node = Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))
    if node.kind == .label {
      // A loop's place is the first one in its body.
      let function = node.owner
      node = node.body
      while node.isBinding && !Sources.isUserCode(node.position) { node = node.next }
      if node.kind == .label || !Sources.isUserCode(node.position) { return Sources.isUserCode(function.position) ? function.position : .none }
    }
    return Sources.isUserCode(node.position) ? node.position : .none
  }

  var position: SourcePosition { Self.position(record) }

  /// The node whose scope the frame is in.
  private var scopeNode: Node { node.kind == .label ? node.body : node.isBreakPoint ? function.body : node }
  /// Parameters that will be in boxes are not yet.
  private func isBoxed(_ variable: ScopedVariable) -> Bool {
    if !variable.isBox || variable.operand.kind != .slot { return variable.isBox }
    return !node.isBreakPoint && (node.kind != .label || variable.operand.index < node.slot)
  }

  var variables: [ScopedVariable] { function.address == 0 ? [] : function.variables(at: scopeNode) }

  /// The field of the record that holds a slot, if there is one.
  func field(ofSlot slot: Int) -> Int? {
    let count = record.payloadWords
    if node.kind == .label { return FrameField.slots + slot < count ? FrameField.slots + slot : nil }
    let isPlace = count < FrameField.slots + node.liveCount || node.kind == .tailCall || node.kind == .tailApply
    var field = FrameField.slots
    var found: Int?
    if !isPlace {
      node.forEachLive { live in
        if live == slot { found = field }
        field += 1
      }
    }
    return found ?? fieldAmongAll(ofSlot: slot)
  }

  /// The same among all slots, where the record has them.
  func fieldAmongAll(ofSlot slot: Int) -> Int? {
    if node.kind == .label || node.flags & Node.keepAllFlag != 0 { return nil }
    let isTail = node.kind == .tailCall || node.kind == .tailApply
    let first = FrameField.slots + (isTail ? 0 : node.liveCount)
    return slot < node.depth && first + node.depth <= record.payloadWords ? first + slot : nil
  }

  /// The slot, or box, of a variable as it is; nil if it is not kept.
  func word(_ variable: ScopedVariable) -> (word: Word, isBox: Bool)? {
    let isBox = isBoxed(variable)
    let procedure = record.field(FrameField.procedure)
    let word: Word
    switch variable.operand.kind {
    case .slot:
      guard let field = field(ofSlot: variable.operand.index) else { return nil }
      word = record.field(field)
    case .free:
      if !procedure.isProcedure { return nil }
      word = procedure.field(1 + variable.operand.index)
    case .constant: word = load64(variable.operand.address)
    case .global: word = symbolValue(.pointer(variable.operand.address, Tag.object))
    case .procedure:
      if !procedure.isProcedure { return nil }
      word = procedure
    }
    return !isBox && word == Constant.undefined ? nil : (word, isBox)
  }

  /// Whether the program can go on here with a value, as far as the record goes.
  var isResumable: Bool {
    switch node.kind {
    case .tailCall, .tailApply, .label: true
    default: record.payloadWords >= FrameField.slots + node.liveCount
    }
  }

  /// Whether the node can be done again.
  var isRepeatable: Bool {
    node.flags & Node.keepAllFlag != 0 || record.payloadWords >= FrameField.slots + node.liveCount + node.depth
  }

  /// Puts all slots that the record has at the bottom of the stack.
  func restoreSlots() {
    let frame = runtimeState.stackBase
    let count = node.kind == .label ? node.slot + node.count : node.depth
    for slot in 0..<count {
      store64(frame &+ UInt32(slot) &* 8, field(ofSlot: slot).map { record.field($0) } ?? Constant.undefined)
    }
  }
}

extension Word {
  /// The frame records from this one on, innermost first, of programs' own code.
  func forEachDebugFrame(_ visit: (_ index: Int, _ record: Word) -> Bool) {
    var record = self
    var index = 0
    while record.isTrue {
      if DebugFrame.position(record) != .none {
        if !visit(index, record) { return }
        index += 1
      }
      record = record.field(FrameField.next)
    }
  }
}
