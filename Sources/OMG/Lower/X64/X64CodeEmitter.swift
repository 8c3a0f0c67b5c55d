// Writes the code of a machine function whose operands have their places. One machine instruction after the other, with the allocator's edits in
// between; behind the code come out-of-line traps, jump tables and constants.
//
// r11 and xmm15 are free within each instruction. The frame is described in X64FrameNeeds.swift.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout

struct X64CodeEmitter: ~Copyable {
  var asm = X64Assembler(capacity: 16 << 10)
  unowned(unsafe) var view = ModuleView.empty
  var needs = X64FrameNeeds()
  var callSites = RawArray<CallSite>(capacity: 64)
  var trapSites = RawArray<TrapSite>(capacity: 64)
  var pendingTraps = RawArray<PendingTrap>(capacity: 16)
  var tables = RawArray<JumpTable>(capacity: 4)
  /// By block: the number of its table, or −1.
  var tableNumbers = RawArray<Int32>(capacity: 128)
  /// Where the last call returns to; the calls that something is caught behind, and the blocks that they end; and by block the landing at its start.
  var lastReturn: UInt32 = 0
  var handlers = HandlerTableBuilder()
  var handledBlocks = RawArray<Int32>(capacity: 16)
  var landings = RawArray<Landing>(capacity: 128)
  var pool = RawArray<PoolConstant>(capacity: 16)

  // What is being written.
  var instructions: UnsafePointer<MachineInstruction>
  var operands: UnsafePointer<Operand>
  var allocated: UnsafePointer<Allocation>
  var blocks: UnsafePointer<MachineBlock>
  var blockNumbers: UnsafePointer<UInt32>
  var blockCount = 0
  var edits: UnsafePointer<Edit>
  var editCount = 0
  var slotCount = 0

  /// By block: its label; and the block where a jump to it ends, if it is nothing but a jump.
  var labels = RawArray<Label>(capacity: 128)
  var targets = RawArray<UInt32>(capacity: 128)
  /// By block, and for the end: about how many bytes of code are in front of it. Forward jumps are short ones where that is near.
  var estimates = RawArray<Int32>(capacity: 128)
  var shortJumps = RawArray<ShortJump>(capacity: 16)
  /// Off when an estimate has turned out to be wrong.
  var usesShortJumps = true
  var missed = false
  /// Where small loops are in the code.
  var placement = LoopPlacement()
  /// The present block's first comparison is the one before, with its operands exchanged; for the first instruction that runs on its flags.
  var isMirrored = false
  /// By block: 1 if its first comparison is left out in this way.
  var mirrored = RawArray<UInt8>(capacity: 128)
  var hasFrame = true
  /// Bytes of the frame below rbp.
  var frameSize = 0
  /// Bytes below rbp in front of the slots.
  var slotBase = 0
  /// The preserved registers that the function changes, and by their number in `GPR.preserved` where it keeps what was in them, from rbp.
  var saved: RegisterSet = 0
  var savedWords: InlineArray<3, Int> = [0, 0, 0]
  /// The block at whose start they are saved, −1 for none; and whether the block at hand is one of those that have to restore them.
  var saveHead = -1
  var restores = false

  /// The instruction at hand, its places, and the block that comes next in the code.
  var current: UnsafePointer<MachineInstruction>
  var places: UnsafePointer<Allocation>
  var nextBlock = 0

  struct JumpTable {
    var label: Label
    var firstSuccessor: Int
    var count: Int
  }

  /// A forward jump with a byte for the distance.
  struct ShortJump {
    var field: Int
    var block: Int
  }

  struct PoolConstant {
    var label: Label
    var bits: UInt64
    /// Twice, at a multiple of 16.
    var isWide: Bool
  }

  init() {
    let function = MachineFunction()
    let allocations = Allocations()
    // Set before use.
    instructions = UnsafePointer(function.instructions.base)
    operands = UnsafePointer(function.operands.base)
    blocks = UnsafePointer(function.blocks.base)
    blockNumbers = UnsafePointer(function.blockNumbers.base)
    allocated = UnsafePointer(allocations.operands.base)
    edits = UnsafePointer(allocations.edits.base)
    current = instructions
    places = allocated
  }

  /// The code; valid until the next call.
  mutating func emit(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ needs: X64FrameNeeds, _ view: ModuleView
  ) -> CompiledFunction {
    self.view = view
    self.needs = needs
    instructions = UnsafePointer(function.instructions.base)
    operands = UnsafePointer(function.operands.base)
    blocks = UnsafePointer(function.blocks.base)
    blockNumbers = UnsafePointer(function.blockNumbers.base)
    blockCount = function.blocks.count
    allocated = UnsafePointer(allocations.operands.base)
    edits = UnsafePointer(allocations.edits.base)
    editCount = allocations.edits.count
    slotCount = allocations.slotCount
    saved = allocations.written & function.preserved
    saveHead = saved == 0 ? -1 : allocations.saves.head
    layOutFrame()
    findJumpBlocks()
    estimateBlocks()
    usesShortJumps = true
    placement.reset()
    repeat {
      reset()
      prologue()
      emitBlocks(allocations.saves)
      if missed { usesShortJumps = false }
    } while missed || placement.isWorthRepeating()
    emitTraps()
    emitTables()
    emitPool()
    listHandlers()
    return CompiledFunction(
      code: UnsafeRawBufferPointer(asm.code.bytes),
      callSites: UnsafeBufferPointer(start: callSites.base, count: callSites.count),
      trapSites: UnsafeBufferPointer(start: trapSites.base, count: trapSites.count),
      handlers: handlers.table(frameSize: frameSize), frameSize: frameSize,
      clobbers: clobbers(allocations))
  }

  /// What calls of this code change. Whoever it leaves to by a tail call may change everything.
  private func clobbers(_ allocations: borrowing Allocations) -> RegisterSet {
    if needs.hasTailCalls || frameSize > StackLayout.largestUnprobedFrame { return KnownClobbers.unknown }
    return allocations.written & ~saved
  }

  private mutating func reset() {
    asm.reset()
    callSites.removeAll()
    trapSites.removeAll()
    pendingTraps.removeAll()
    tables.removeAll()
    pool.removeAll()
    shortJumps.removeAll()
    handlers.removeAll()
    handledBlocks.removeAll()
    missed = false
    placement.begin(blockCount: blockCount)
    mirrored.setCount(blockCount)
    mirrored.base.update(repeating: 0, count: blockCount)
    tableNumbers.setCount(blockCount)
    tableNumbers.base.update(repeating: -1, count: blockCount)
    labels.removeAll()
    for _ in 0..<blockCount { labels.append(asm.makeLabel()) }
    landings.setCount(blockCount)
  }

  // MARK: Blocks

  /// Finds the blocks that are nothing but a jump.
  private mutating func findJumpBlocks() {
    targets.setCount(blockCount)
    var edit = 0
    for block in 0..<blockCount {
      let record = blocks + block
      targets[block] = UInt32(block)
      while edit < editCount, edits[edit].before < record.pointee.firstInstruction { edit += 1 }
      let hasEdits = edit < editCount && edits[edit].before < record.pointee.endInstruction
      guard block > 0, block != saveHead, !hasEdits, record.pointee.endInstruction == record.pointee.firstInstruction + 1,
        (instructions + Int(record.pointee.firstInstruction)).pointee.opcode == X64Opcode.jump.rawValue
      else { continue }
      targets[block] = blockNumbers[Int(record.pointee.firstSuccessor)]
    }
    for block in 0..<blockCount where targets[block] != UInt32(block) {
      var target = Int(targets[block])
      var steps = 0
      while targets[target] != UInt32(target), steps < 16, target != block {
        target = Int(targets[target])
        steps += 1
      }
      // A circle of jumps stays as it is.
      targets[block] = targets[target] == UInt32(target) ? UInt32(target) : UInt32(block)
    }
  }

  private mutating func emitBlocks(_ saves: borrowing SaveRegion) {
    var edit = 0
    for block in 0..<blockCount {
      if targets[block] != UInt32(block) {
        placement.leave(block, at: asm.offset)
        continue
      }
      nextBlock = block + 1
      while nextBlock < blockCount, targets[nextBlock] != UInt32(nextBlock) { nextBlock += 1 }
      let record = blocks + block
      let last = endOfLoop(block)
      if last >= 0 {
        let estimate = Int(estimates[last + 1] - estimates[block]) * 5 / 8
        asm.align(placement.alignment(at: asm.offset, estimate: estimate, last: last))
      }
      bind(block)
      restores = saved != 0 && saves.contains(block)
      if block == saveHead, block > 0 { saveRegisters() }
      isMirrored = false
      emitInstructions(of: block, firstEdit: &edit, mayRepeatComparison: true)
      placement.leave(block, at: asm.offset)
    }
  }

  /// The code of a block's instructions, with the allocator's edits between them.
  mutating func emitInstructions(of block: Int, firstEdit edit: inout Int, mayRepeatComparison: Bool) {
    let first = Int(blocks[block].firstInstruction)
    for index in first..<Int(blocks[block].endInstruction) {
      current = instructions + index
      places = allocated + Int(current.pointee.firstOperand)
      if index == first, mayRepeatComparison, edit == editCount || edits[edit].before > UInt32(index), repeatsComparison(block) { continue }
      while edit < editCount, edits[edit].before <= UInt32(index) {
        if edits[edit].before == UInt32(index) { apply(edits[edit]) }
        edit += 1
      }
      current = instructions + index
      places = allocated + Int(current.pointee.firstOperand)
      emitInstruction(block)
    }
  }

  /// A block's code begins.
  @inline(__always)
  private mutating func bind(_ block: Int) {
    asm.bind(labels[block])
    var index = shortJumps.count - 1
    while index >= 0 {
      let jump = shortJumps[index]
      if jump.block == block {
        let distance = asm.offset - jump.field - 1
        if distance > 127 { missed = true }
        asm.code.storeByte(UInt8(truncatingIfNeeded: distance), at: jump.field)
        shortJumps[index] = shortJumps[shortJumps.count - 1]
        _ = shortJumps.removeLast()
      }
      index -= 1
    }
  }

  /// Guesses how long the code of each block is.
  private mutating func estimateBlocks() {
    estimates.setCount(blockCount + 1)
    var bytes: Int32 = 0
    var edit = 0
    for block in 0..<blockCount {
      estimates[block] = bytes
      let record = blocks + block
      for index in Int(record.pointee.firstInstruction)..<Int(record.pointee.endInstruction) {
        bytes += X64Opcode(rawValue: instructions[index].opcode).unsafelyUnwrapped.row.isLong ? 60 : 7
      }
      while edit < editCount, edits[edit].before < record.pointee.endInstruction {
        bytes += 5
        edit += 1
      }
      if record.pointee.successorCount == 1, isDispatcher(successor(block, 0), from: block) { bytes += 60 }
    }
    estimates[blockCount] = bytes
    if saved == 0 { return }
    // Saving and restoring.
    let words = Int32(4 * saved.nonzeroBitCount)
    var more: Int32 = 0
    for block in 0...blockCount {
      estimates[block] += more
      if block == blockCount { break }
      if block == saveHead { more += words }
      if blocks[block].successorCount == 0 { more += words }
    }
  }

  /// The last block that jumps back to a block, if that is the head of a loop (else -1). Cold blocks do not count.
  private mutating func endOfLoop(_ block: Int) -> Int {
    let record = blocks + block
    var end = -1
    if record.pointee.loopDepth == 0 || record.pointee.isCold { return end }
    for index in 0..<Int(record.pointee.predecessorCount) {
      let predecessor = Int(blockNumbers[Int(record.pointee.firstPredecessor) + index])
      if predecessor >= block, !blocks[predecessor].isCold { end = max(end, predecessor) }
    }
    return end
  }

  /// A successor of a block, behind all jumps.
  @inline(__always)
  mutating func successor(_ block: Int, _ index: Int) -> Int {
    Int(targets[Int(blockNumbers[Int(blocks[block].firstSuccessor) + index])])
  }

  // MARK: Edits

  private mutating func apply(_ edit: Edit) {
    switch edit.kind {
    case .move:
      if edit.registerClass == .integer {
        if edit.source.isSlot {
          asm.load(.w64, gpr(edit.target), slot(edit.source))
        } else if edit.target.isSlot {
          asm.store(.w64, slot(edit.target), gpr(edit.source))
        } else {
          asm.move(.w64, gpr(edit.target), gpr(edit.source))
        }
      } else if edit.source.isSlot {
        asm.loadFloat(.f64, xmm(edit.target), slot(edit.source))
      } else if edit.target.isSlot {
        asm.storeFloat(.f64, slot(edit.target), xmm(edit.source))
      } else {
        asm.moveFloat(xmm(edit.target), xmm(edit.source))
      }
    case .rematerialize:
      let keepsFlags = X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped.row.readsFlags
      current = instructions + Int(edit.instruction)
      switch X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped {
      case .constant: constant(gpr(edit.target), current.pointee.payload, keepsFlags: keepsFlags)
      case .floatConstant: floatConstant(xmm(edit.target))
      default: load(edit.target)
      }
    }
  }

  // MARK: Places

  @inline(__always)
  mutating func gpr(_ place: Allocation) -> GPR { GPR(UInt8(truncatingIfNeeded: place.raw)) }
  @inline(__always)
  mutating func xmm(_ place: Allocation) -> XMM { XMM(UInt8(truncatingIfNeeded: place.raw &- 32)) }
  @inline(__always)
  mutating func gpr(_ operand: Int) -> GPR { gpr(places[operand]) }
  @inline(__always)
  mutating func xmm(_ operand: Int) -> XMM { xmm(places[operand]) }

  @inline(__always)
  mutating func slot(_ place: Allocation) -> Address {
    Address(.rbp, Int32(truncatingIfNeeded: -(slotBase + 8 * (place.slot + 1))))
  }

  @inline(__always) var variant: X64Variant { X64Variant(raw: current.pointee.variant) }
  @inline(__always) var immediate: Int32 { Int32(truncatingIfNeeded: current.pointee.payload) }

  /// Where operand `operand` is if not in a register: in memory, by the instruction's address, or in a slot. With a trap site: the next
  /// instruction must be the access.
  @inline(__always)
  mutating func memory(_ operand: Int) -> Address? {
    if current.pointee.auxiliary != 0 { return address() }
    let place = places[operand]
    return place.isRegister ? nil : slot(place)
  }

  /// The instruction's address; notes a trap site if the access may fault.
  mutating func address() -> Address {
    let packed = X64PackedAddress(raw: current.pointee.auxiliary)
    if packed.reason != 0 {
      trapSites.append(
        TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: current.pointee.wasmOffset, rawReason: packed.reason - 1))
    }
    var last = Int(current.pointee.operandCount)
    var index: UInt8 = 0xFF
    if packed.hasIndex {
      last -= 1
      index = gpr(last).code
    }
    let displacement = Int32(truncatingIfNeeded: current.pointee.payload >> 32)
    var address: Address
    switch packed.base {
    case .register: address = Address(gpr(last - 1), displacement)
    case .memory: address = Address(.r15, displacement)
    case .context: address = Address(.r14, displacement)
    case .frame: address = Address(.rbp, displacement)
    case .stack: address = Address(.rsp, displacement)
    case .outgoing: address = Address(.rbp, outgoing + displacement)
    case .pool: return .relative(to: poolLabel(UInt64(bitPattern: current.pointee.payload), isWide: false))
    case .zero, .none: address = .withoutBase(displacement)
    }
    address.index = index
    address.scale = packed.scale
    return address
  }

  // MARK: Behind the code

  /// A label for an explicit trap of the instruction at hand.
  mutating func trapLabel(_ reason: TrapReason) -> Label {
    let label = asm.makeLabel()
    pendingTraps.append(PendingTrap(label: label, reason: reason, wasmOffset: current.pointee.wasmOffset))
    return label
  }

  /// The next instruction may fault.
  @inline(__always)
  mutating func site(_ reason: TrapReason) {
    trapSites.append(
      TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: current.pointee.wasmOffset, reason: reason))
  }

  private mutating func emitTraps() {
    for index in 0..<pendingTraps.count {
      let pending = pendingTraps[index]
      asm.bind(pending.label)
      trapSites.append(
        TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: pending.wasmOffset, reason: pending.reason))
      asm.trap()
    }
  }

  private mutating func emitTables() {
    for index in 0..<tables.count {
      let table = tables[index]
      asm.align(4)
      asm.bind(table.label)
      let start = asm.offset
      asm.code.reserve(4 * table.count)
      for position in 0..<table.count {
        let target = labels[Int(targets[Int(blockNumbers[table.firstSuccessor + position])])]
        asm.code.word32(UInt32(truncatingIfNeeded: asm.offset(of: target) - start))
      }
    }
  }

  mutating func poolLabel(_ bits: UInt64, isWide: Bool) -> Label {
    // The newest ones are the likeliest.
    var index = pool.count - 1
    while index >= max(0, pool.count - 32) {
      if pool[index].bits == bits, pool[index].isWide == isWide { return pool[index].label }
      index -= 1
    }
    let label = asm.makeLabel()
    pool.append(PoolConstant(label: label, bits: bits, isWide: isWide))
    return label
  }

  private mutating func emitPool() {
    if pool.count == 0 { return }
    asm.align(16)
    for isWide in [true, false] {
      for index in 0..<pool.count where pool[index].isWide == isWide {
        asm.bind(pool[index].label)
        asm.code.reserve(16)
        asm.code.word64(pool[index].bits)
        if isWide { asm.code.word64(pool[index].bits) }
      }
    }
  }
}
