// Where a program spends its time, with the calls that led there: at a sample the stack unwinds as for an interruption, the frame records tell which procedures are
// active, and the program goes on. Frames that have been recorded are resumed one by one as they are returned to, so a sample costs what is new on the stack.
//
// A profile of allocation takes a sample whenever some memory has been given out, at the next poll, so what is allocated belongs to who polls then.
//
// Samples are a tree: a node for each procedure under what called it. Calls of a procedure by itself are one node. What is inlined in compiled code belongs to the procedure
// that it is inlined in, tail calls are missing as in backtraces, and primitives belong to what polls after them.
import GuestABI

public enum StackProfile {
  /// Samples unwind.
  nonisolated(unsafe) public static var isOn = false
  /// The procedure that was polling; none between two steps of the trampoline.
  nonisolated(unsafe) static var leaf = Func(0)

  private struct Entry {
    let function: Address
    let parent: Int
    var firstChild = 0
    var next = 0
    var samples = 0
    var bytes: UInt64 = 0
  }

  /// The root is entry 0.
  nonisolated(unsafe) private static var entries: [Entry] = []
  nonisolated(unsafe) private static var bytesBefore: UInt64 = 0
  /// For nodes whose records do not tell their procedures: an open hash table of both addresses.
  nonisolated(unsafe) private static var knownNodes: [Address] = []
  nonisolated(unsafe) private static var knownFunctions: [Address] = []
  nonisolated(unsafe) private static var knownCount = 0
  /// Of a deep recursion only the innermost frames are looked at.
  private static let deepest = 400

  /// Samples are taken when memory is given out; the host takes none.
  nonisolated(unsafe) static var isOfAllocation = false

  public static func start(ofAllocation: Bool) {
    isOn = true
    isOfAllocation = ofAllocation
    entries = [Entry(function: 0, parent: 0)]
    knownNodes = [Address](repeating: 0, count: 1024)
    knownFunctions = knownNodes
    knownCount = 0
    bytesBefore = Heap.statistics.allocatedBytes
  }

  /// Some memory has been given out: asks for a sample, unless the host wants something.
  @inline(never)
  static func noteAllocation() {
    if currentInterrupt() != 0 { return }
    runtimeState.interrupt = InterruptReason.sample
    runtimeState.requestPoll(PollReason.interrupt)
  }

  /// Notes the frames that the trampoline has, and makes the first step of going on.
  static func takeSample() -> Word {
    runtimeState.busy &+= 1
    note()
    runtimeState.busy &-= 1
    let pending = Debugging.pendingAction
    Debugging.pendingAction = nil
    if let pending {
      runtimeState.action = pending.rawValue
      return Constant.unwind
    }
    return runtimeState.roots[.continuation].isTrue ? DebugLevels.enterFrame(Constant.unspecified) : Constant.unspecified
  }

  private static func note() {
    var path: [Address] = []
    func add(_ function: Func) { if function.address != 0 && path.last != function.address { path.append(function.address) } }
    add(leaf)
    var record = runtimeState.roots[.continuation]
    var count = 0
    while record.isTrue && count < deepest {
      add(function(of: record))
      record = record.field(FrameField.next)
      count += 1
    }
    var entry = 0
    for function in path.reversed() { entry = child(of: entry, function) }
    entries[entry].samples += 1
    let bytes = Heap.statistics.allocatedBytes
    entries[entry].bytes += bytes &- bytesBefore
    bytesBefore = bytes
  }

  private static func function(of record: Word) -> Func {
    let procedure = record.field(FrameField.procedure)
    if procedure.isProcedure { return Func(procedureFunction(procedure)) }
    let node = UInt32(truncatingIfNeeded: record.field(FrameField.node))
    var slot = Int(node >> 3) & (knownNodes.count - 1)
    while knownNodes[slot] != 0 {
      if knownNodes[slot] == node { return Func(knownFunctions[slot]) }
      slot = (slot + 1) & (knownNodes.count - 1)
    }
    let function = DebugFrame(record).function
    // Rather look again than grow: few nodes are on any stack.
    if knownCount < 700 {
      knownNodes[slot] = node
      knownFunctions[slot] = function.address
      knownCount += 1
    }
    return function
  }

  private static func child(of parent: Int, _ function: Address) -> Int {
    var child = entries[parent].firstChild
    while child != 0 {
      if entries[child].function == function { return child }
      child = entries[child].next
    }
    entries.append(Entry(function: function, parent: parent, next: entries[parent].firstChild))
    entries[parent].firstChild = entries.count - 1
    return entries.count - 1
  }

  /// Calls `visit` with each node of the tree but the root, callers before callees: its depth from 1, its procedure (nil if that is gone by now), samples in it and not in
  /// what it called, and bytes allocated between these samples and those before. Ends the profile.
  public static func finish(_ visit: (_ depth: Int, _ function: Func?, _ samples: Int, _ bytes: UInt64) -> Void) {
    isOn = false
    isOfAllocation = false
    func walk(_ parent: Int, _ depth: Int) {
      var child = entries[parent].firstChild
      while child != 0 {
        let entry = entries[child]
        visit(depth, Profile.exists(Func(entry.function)) ? Func(entry.function) : nil, entry.samples, entry.bytes)
        walk(child, depth + 1)
        child = entry.next
      }
    }
    if !entries.isEmpty {
      if entries[0].samples > 0 { visit(1, nil, entries[0].samples, entries[0].bytes) }
      walk(0, 1)
    }
    entries = []
    knownNodes = []
    knownFunctions = []
  }
}
