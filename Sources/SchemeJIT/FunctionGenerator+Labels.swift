// Labels and jumps. A label's scope is a wasm block, after which comes its body, in a wasm loop if it is one; a jump passes arguments and is a `br`. The back
// edge of a loop polls.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// A label's scope in a block, its body after it, in a loop if it is one.
  mutating func label(_ node: Node) {
    let outer = state
    let isPending = pollIsPending
    if node.isSelf { pollIsPending = false }
    body.block()
    nesting += 1
    labels.append((node.address, nesting, false))
    path(node.next)
    nesting -= 1
    body.end()
    labels.removeLast()
    state = outer
    pollIsPending = isPending
    labelBody(node)
  }

  private mutating func labelBody(_ node: Node) {
    state.dropWords()
    for (index, type) in labelTypes.parameters(of: node).enumerated() { state.bind(node.slot + index, type) }
    if !node.isLoop { return path(node.body) }
    if node.isSelf {
      pollIsPending = true
      pollBase = node.slot
    }
    body.loop()
    nesting += 1
    labels.append((node.address, nesting, true))
    path(node.body)
    labels.removeLast()
    nesting -= 1
    body.end()
    body.unreachable()
  }

  /// From a loop on, with the interpreter's frame at sp, or after a call. The labels that are open around it get blocks, and their bodies after those, as
  /// if it were their scope; what was before it is left out.
  mutating func restOfFunction(from start: Node) {
    if start.kind == .label { loadFrame(of: start) } else { loadRecord(of: start) }
    lastFailure.node = 0
    let outer = TypeState(slots: function.slotCount, free: function.freeVariables)
    let open = start.labelsAround(in: function)
    for label in open {
      body.block()
      nesting += 1
      labels.append((label.address, nesting, false))
    }
    state = outer
    if start.kind == .label { labelBody(start) } else { path(start.next) }
    for label in open.reversed() {
      nesting -= 1
      body.end()
      labels.removeLast()
      state = outer
      labelBody(label)
    }
  }

  /// The slots at a loop from the interpreter's frame.
  private mutating func loadFrame(of loop: Node) {
    for index in 0..<(loop.slot + loop.count) { loadSlot(index, at: index) }
    entersLoop = true
    defer { entersLoop = false }
    for (index, type) in labelTypes.parameters(of: loop).enumerated() {
      require(type, .slot(loop.slot + index), loop.body)
    }
  }

  /// The slots after a call from its frame record, which comes in place of the procedure; the call's value is at sp.
  private mutating func loadRecord(of call: Node) {
    func load(_ field: Int, _ local: UInt32) {
      body.localGet(temporaryA)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1 + field)))
      body.localSet(local)
    }
    body.localGet(procedure)
    body.localSet(temporaryA)
    var field = FrameField.slots
    call.forEachLive { index in
      if let index { load(field, slot(index)) }
      field += 1
    }
    load(FrameField.procedure, procedure)
    loadSlot(call.slot, at: 0)
  }

  mutating func jump(_ node: Node) {
    let label = Node(node.payload)
    let types = labelTypes.parameters(of: label)
    var moved: [Int] = []
    preparedDoubles.removeAll()
    for index in 0..<node.count {
      let argument = node.argument(index)
      require(types[index], argument, node)
      let target = label.slot + index
      if argument == .slot(target) && (types[index] == .flonum) == (state.homes[target] != .word) { continue }
      moved.append(index)
    }
    for index in moved {
      if types[index] == .flonum { pushDouble(node.argument(index)) } else { push(node.argument(index)) }
    }
    for index in moved.reversed() {
      let target = label.slot + index
      body.localSet(types[index] == .flonum ? doubleLocal(slot: target) : slot(target))
    }
    var target = 0
    var isBack = false
    for entry in labels where entry.node == label.address {
      target = entry.nesting
      isBack = entry.isLoop
    }
    if isBack && !label.isSelf { pollLoop(label, node, types) }
    body.br(UInt32(nesting - target))
  }

  /// Makes sure that an operand has the type of the label's parameter that it is for, where that is presumed.
  private mutating func require(_ type: StaticType, _ operand: Operand, _ node: Node) {
    let known = state.type(operand)
    if known == .any {
      if type == .fixnum { requireFixnums(operand, operand, node) }
      if type == .flonum { requireFlonum(operand, node) }
    } else if (type.isFixnum && !known.isFixnum) || (type == .flonum && known != .flonum) {
      // What is known here of an inlined procedure's result was not known when types were inferred.
      body.i32Const(1)
      fail(if: node)
    }
  }

  private mutating func pollLoop(_ label: Node, _ jump: Node, _ types: [StaticType]) {
    isPollDue()
    ifUnlikely()
    nesting += 1
    var kept: [Int?] = []
    var needed: [Int?] = []
    var homes: [TypeState.Home] = []
    label.forEachLiveInLoop { slot in
      needed.append(slot)
      homes.append(.word)
      if let slot {
        let type = slot < label.slot ? state.slots[slot] : types[slot - label.slot]
        let isDouble = slot < label.slot ? state.homes[slot] != .word : type == .flonum
        if isDouble { homes[homes.count - 1] = .double }
        if isDouble || type.isPointerFree { return }
      }
      kept.append(slot)
    }
    for position in kept.indices { storeLive(kept[position], at: position) }
    body.i64Const(0)
    body.localGet(sp)
    body.i32Const(Int32(8 * kept.count))
    body.emit(.i32Add)
    body.i32Const(Int32(bitPattern: function.address))
    call(routines.pollLoop, .general)
    isUnwind()
    exit(if: Debugging.resumes ? .leavesLoop(jump: jump, stored: kept, kept: needed, homes: homes) : .failed(jump))
    for position in kept.indices { loadLive(kept[position], at: position) }
    nesting -= 1
    body.end()
  }
}

extension Node {
  /// What a loop's back edge must keep: what it needs from outside, its parameters, and the procedure (nil), if needed.
  func forEachLiveInLoop(_ visit: (Int?) -> Void) {
    if flags & Node.keepAllFlag != 0 {
      for index in 0..<(slot + count) { visit(index) }
      return visit(nil)
    }
    var rest = live & ~Node.liveProcedure
    while rest != 0 {
      visit(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    for index in slot..<(slot + count) { visit(index) }
    if live & Node.liveProcedure != 0 { visit(nil) }
  }
}
