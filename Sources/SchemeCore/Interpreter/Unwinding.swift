// Frame records: what a procedure that could not finish leaves in the heap, so that it can go on later.
//
// A record is an object: next record (towards the bottom of the stack), the node, the running procedure (or a fixnum when it is not needed), the
// slots that the node keeps. While the stack unwinds the records are chained from `Root.unwindHead` to `Root.unwindTail`. A record is never changed
// once the trampoline has it, so a continuation can be entered any number of times.
//
// Records are counted. While their number stays the same, no frame that is active can be entered again: what is known to that frame alone may be changed in
// place (`%reverse-own`).
import GuestABI

/// The fields of a frame record.
public enum FrameField {
  static let next = 0
  static let node = 1
  public static let procedure = 2
  public static let slots = 3
}

/// Whether a frame record is the call in the frame of an escape point. (No other call of that kind keeps the point in a slot.)
func isCatch(_ record: Word, of point: Word) -> Bool {
  let node = Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))
  if node.flags & Node.catchFlag == 0 { return false }
  for index in 0..<node.liveCount where record.field(FrameField.slots + index) == point { return true }
  return false
}

/// Appends a record of an interpreter frame; returns `unwind`. When the unwinding is an escape to this very frame, returns the result of its call. Frames that
/// a continuation takes the place of are not needed.
@inline(never)
func recordFrame(_ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  if runtimeState.action == UnwindAction.escape.rawValue {
    if node.flags & Node.catchFlag == 0 { return Constant.unwind }
    let point = runtimeState.roots[.escapeTarget]
    var isTarget = false
    node.forEachLive { slot in
      if let slot, load64(frame &+ UInt32(slot) &* 8) == point { isTarget = true }
    }
    return isTarget ? DynamicState.arrive() : Constant.unwind
  }
  if runtimeState.action == UnwindAction.throwToContinuation.rawValue { return Constant.unwind }
  let keepsAll = Debugging.keepsWholeFrame
  let record = allocateObject(.frame, words: FrameField.slots + node.liveCount + (keepsAll ? node.depth : 0))
  record.initializeField(FrameField.procedure, procedure)
  var field = FrameField.slots
  node.forEachLive { slot in
    record.initializeField(field, slot == nil ? procedure : load64(frame &+ UInt32(slot!) &* 8))
    field += 1
  }
  if keepsAll { storeFrame(record, from: field, frame, node.depth) }
  return append(record, node)
}

/// Appends a record of a frame of generated code, which has stored the values that the node keeps at `sp`; returns what `recordFrame` returns.
public func recordGeneratedFrame(_ sp: Address, _ node: Node) -> Word {
  let count = node.liveCount
  if runtimeState.action == UnwindAction.escape.rawValue {
    if node.flags & Node.catchFlag == 0 { return Constant.unwind }
    let point = runtimeState.roots[.escapeTarget]
    for index in 0..<UInt32(count) where load64(sp &+ index &* 8) == point { return DynamicState.arrive() }
    return Constant.unwind
  }
  if runtimeState.action == UnwindAction.throwToContinuation.rawValue { return Constant.unwind }
  let record = allocateObject(.frame, words: FrameField.slots + count)
  for index in 0..<count { record.initializeField(FrameField.slots + index, load64(sp &+ UInt32(index) &* 8)) }
  let keepsProcedure = node.flags & Node.keepAllFlag != 0 || node.live & Node.liveProcedure != 0
  record.initializeField(
    FrameField.procedure, keepsProcedure ? record.field(FrameField.slots + count - 1) : .fixnum(0))
  return append(record, node)
}

/// The same for the debugger at a node that failed: after what the node keeps at `sp` comes the frame, in which only what the node uses is stored.
public func recordFailedFrame(_ sp: Address, _ node: Node) -> Word {
  if !Debugging.keepsWholeFrame { return recordGeneratedFrame(sp, node) }
  let count = node.liveCount
  let uses = node.uses
  let record = allocateObject(.frame, words: FrameField.slots + count + node.depth)
  for index in 0..<count { record.initializeField(FrameField.slots + index, load64(sp &+ UInt32(index) &* 8)) }
  for slot in 0..<node.depth {
    record.initializeField(FrameField.slots + count + slot, uses & Node.bit(slot) != 0 ? load64(sp &+ UInt32(count + slot) &* 8) : Constant.undefined)
  }
  let keepsProcedure = node.flags & Node.keepAllFlag != 0 || node.live & Node.liveProcedure != 0
  record.initializeField(FrameField.procedure, keepsProcedure ? record.field(FrameField.slots + count - 1) : .fixnum(0))
  return append(record, node)
}

/// Appends a record that only tells where an error happened; it cannot be resumed. Unwinding for other reasons needs none, since the frame has
/// nothing left to do. Returns `unwind`.
@inline(never)
public func recordPlace(_ node: Node, _ procedure: Word) -> Word {
  if runtimeState.action != UnwindAction.raise.rawValue { return Constant.unwind }
  let record = allocateObject(.frame, words: FrameField.slots)
  record.initializeField(FrameField.procedure, procedure)
  return append(record, node)
}

/// The same where the interpreter's frame is still as it was.
@inline(never)
func recordPlace(_ node: Node, _ procedure: Word, _ frame: Address) -> Word {
  if runtimeState.action != UnwindAction.raise.rawValue || !Debugging.keepsWholeFrame { return recordPlace(node, procedure) }
  let record = allocateObject(.frame, words: FrameField.slots + node.depth)
  record.initializeField(FrameField.procedure, procedure)
  storeFrame(record, from: FrameField.slots, frame, node.depth)
  return append(record, node)
}

/// Appends a record with which a loop goes on at the begin of its body: of all slots. Returns `unwind`.
@inline(never)
func recordLoop(_ label: Node, _ frame: Address, _ procedure: Word) -> Word {
  let count = label.slot + label.count
  let record = allocateObject(.frame, words: FrameField.slots + count)
  record.initializeField(FrameField.procedure, procedure)
  storeFrame(record, from: FrameField.slots, frame, count)
  return append(record, label)
}

/// The same for generated code, which has stored at `frame` what the loop needs; without a debugger, only where it was.
public func recordGeneratedLoop(_ procedure: Word, _ frame: Address, _ jump: Node) -> Word {
  if !Debugging.isInterruption { return recordPlace(jump, 0) }
  let label = Node(jump.payload)
  if label.flags & Node.keepAllFlag == 0 {
    for slot in 0..<label.slot where label.live & Node.bit(slot) == 0 { store64(frame &+ UInt32(slot) &* 8, Constant.undefined) }
  }
  return recordLoop(label, frame, procedure)
}

private func storeFrame(_ record: Word, from field: Int, _ frame: Address, _ count: Int) {
  for slot in 0..<count { record.initializeField(field + slot, load64(frame &+ UInt32(slot) &* 8)) }
}

private func append(_ record: Word, _ node: Node) -> Word {
  runtimeState.roots[.frameRecords] &+= .fixnum(1)
  if runtimeState.roots[.waitingContinuations].isPair { Continuation.takeFrames(record) }
  record.initializeField(FrameField.next, Constant.false)
  record.initializeField(FrameField.node, Word(node.address))
  if runtimeState.roots[.unwindHead] == Constant.false {
    runtimeState.roots[.unwindHead] = record
  } else {
    runtimeState.roots[.unwindTail].initializeField(FrameField.next, record)
  }
  runtimeState.roots[.unwindTail] = record
  return Constant.unwind
}

/// Goes on with a record's frame, its node's value having arrived. The frame is put at the bottom of the stack. May return `tailCall`.
func resume(_ record: Word, _ value: Word) -> Word {
  let node = Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))
  let frame = runtimeState.stackBase
  if node.kind == .call {
    if node.resumeEntry != 0 {
      typealias Rest = @convention(c) (Word, Address, Int32) -> Word
      store64(frame, value)
      return entry(node.resumeEntry, Rest.self)(record, frame, 0)
    }
    if node.countResumption() == Hotness.resumptionThreshold { return resumeCompiled(record, value, node) }
  }
  return resumeInterpreted(record, value, node)
}

/// A call has become hot by being returned to: asks for code that does so.
@inline(never)
private func resumeCompiled(_ record: Word, _ value: Word, _ node: Node) -> Word {
  JITHooks.compileResumption(node)
  return node.resumeEntry != 0 ? resume(record, value) : resumeInterpreted(record, value, node)
}

@inline(__always)
private func resumeInterpreted(_ record: Word, _ value: Word, _ node: Node) -> Word {
  let frame = runtimeState.stackBase
  fillWords(frame, count: node.depth, with: Constant.undefined)
  var field = FrameField.slots
  node.forEachLive { slot in
    if let slot { store64(frame &+ UInt32(slot) &* 8, record.field(field)) }
    field += 1
  }
  if node.bindsSlot { store64(frame &+ node.slotOffset, value) }
  return run(node.next, frame, record.field(FrameField.procedure))
}
