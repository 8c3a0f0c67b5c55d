// Writes the code of a machine function whose operands have their places: one machine instruction after the other, with the allocator's edits in
// between; after the code come out-of-line traps, jump tables and constants. What is the same for every instruction set stands here; the
// code of an instruction is the instruction set's (CodeTarget).

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout
import WasmFormat

struct CodeEmitter<Target: CodeTarget & ~Copyable>: ~Copyable {
  var asm = Target(capacity: 16 << 10)
  unowned(unsafe) var module = ModuleInformation.empty
  var needs = FrameNeeds()
  var callSites = RawArray<CallSite>(capacity: 64)
  var trapSites = RawArray<TrapSite>(capacity: 64)
  var pendingTraps = RawArray<PendingTrap>(capacity: 16)
  var tables = RawArray<JumpTable>(capacity: 4)
  /// By block: the number of its table, or −1.
  var tableNumbers = RawArray<Int32>(capacity: 128)
  /// Where the last call returns to; the calls after which something is caught, and the blocks that they end; and by block the landing at its start.
  var lastReturn: UInt32 = 0
  var handlers = HandlerTableBuilder()
  var handledBlocks = RawArray<Int32>(capacity: 16)
  var landings = RawArray<Landing>(capacity: 128)
  var pool = RawArray<PoolConstant>(capacity: 16)
  /// Where tables and constants are.
  var codeData = RawArray<CodeData>(capacity: 4)
  var typeSites = RawArray<TypeSite>(capacity: 4)

  // What is being written.
  var instructions: ArrayView<MachineInstruction>
  var operands: ArrayView<Operand>
  var allocated: ArrayView<Allocation>
  var blocks: ArrayView<MachineBlock>
  var blockNumbers: ArrayView<UInt32>
  var vectors: ArrayView<V128>
  var blockCount = 0
  var edits: ArrayView<Edit>
  var editCount = 0

  /// By block: its label; and the block where a jump to it ends, if it is nothing but a jump.
  var labels = RawArray<Label>(capacity: 128)
  var targets = RawArray<UInt32>(capacity: 128)
  /// By block, and for the end: about how many bytes of code come before it.
  var estimates = RawArray<Int32>(capacity: 128)
  var nearJumps = NearJumps()
  /// Where small loops are in the code.
  var placement = LoopPlacement()
  var layout = FrameLayout()
  /// The preserved registers that the function changes.
  var saved: RegisterSet = 0
  /// The block at whose start they are saved, −1 for none; and whether the block at hand is one of those that have to restore them.
  var saveHead = -1
  var restores = false

  /// The present block's first comparison is the one before, with its operands exchanged; for the first instruction that runs on its flags.
  var isMirrored = false
  /// By block: 1 if its first comparison is left out so.
  var mirrored = RawArray<UInt8>(capacity: 128)

  /// The instruction at hand, its places, and the block that comes next in the code.
  var current: UnsafeMutablePointer<MachineInstruction>
  var places: ArrayView<Allocation>
  var nextBlock = 0

  init() {
    let function = MachineFunction()
    let allocations = Allocations()
    // Set before use.
    instructions = function.instructions.view
    operands = function.operands.view
    blocks = function.blocks.view
    blockNumbers = function.blockNumbers.view
    vectors = function.vectors.view
    allocated = allocations.operands.view
    edits = allocations.edits.view
    current = function.instructions.base
    places = allocated
  }

  /// The code; valid until the next call.
  mutating func emit(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ needs: FrameNeeds, _ module: ModuleInformation
  ) -> CompiledFunction {
    self.module = module
    self.needs = needs
    instructions = function.instructions.view
    operands = function.operands.view
    blocks = function.blocks.view
    blockNumbers = function.blockNumbers.view
    vectors = function.vectors.view
    blockCount = function.blocks.count
    allocated = allocations.operands.view
    edits = allocations.edits.view
    editCount = allocations.edits.count
    saved = allocations.written & function.preserved
    saveHead = saved == 0 ? -1 : allocations.saves.head
    layout.layOut(Target.Registers.self, needs, slots: allocations.slotWidths, saved: saved)
    findJumpBlocks()
    estimateBlocks()
    nearJumps.reset()
    placement.reset()
    repeat {
      reset()
      Target.prologue(&self)
      emitBlocks(allocations.saves)
    } while nearJumps.isWorthRepeating() || placement.isWorthRepeating()
    emitTraps()
    emitTables()
    emitPool()
    listHandlers()
    return CompiledFunction(
      code: UnsafeRawBufferPointer(asm.bytes),
      callSites: UnsafeBufferPointer(callSites.slice(0, count: callSites.count)),
      trapSites: UnsafeBufferPointer(trapSites.slice(0, count: trapSites.count)),
      handlers: handlers.table(frameSize: layout.size),
      data: UnsafeBufferPointer(codeData.slice(0, count: codeData.count)),
      typeSites: UnsafeBufferPointer(typeSites.slice(0, count: typeSites.count)), frameSize: layout.size, clobbers: clobbers(allocations))
  }

  /// What calls of this code change. Whoever it leaves to by a tail call may change everything.
  private func clobbers(_ allocations: borrowing Allocations) -> RegisterSet {
    if needs.hasTailCalls || layout.size > StackLayout.largestUnprobedFrame { return KnownClobbers.unknown }
    return allocations.written & ~saved
  }

  private mutating func reset() {
    asm.reset()
    callSites.removeAll()
    trapSites.removeAll()
    pendingTraps.removeAll()
    codeData.removeAll()
    typeSites.removeAll()
    tables.removeAll()
    pool.removeAll()
    handlers.removeAll()
    handledBlocks.removeAll()
    nearJumps.begin()
    placement.begin(blockCount: blockCount)
    mirrored.fill(0, count: blockCount)
    tableNumbers.fill(-1, count: blockCount)
    labels.removeAll()
    for _ in 0..<blockCount { labels.append(asm.makeLabel()) }
    landings.setCount(blockCount)
  }

  // MARK: Blocks

  private mutating func emitBlocks(_ saves: borrowing SaveRegion) {
    var edit = 0
    for block in 0..<blockCount {
      if targets[block] != UInt32(block) {
        placement.leave(block, at: asm.offset)
        continue
      }
      nextBlock = block + 1
      while nextBlock < blockCount, targets[nextBlock] != UInt32(nextBlock) { nextBlock += 1 }
      let last = endOfLoop(block)
      if last >= 0 {
        let estimate = Int(estimates[last + 1] - estimates[block]) * 5 / 8
        asm.align(placement.alignment(at: asm.offset, estimate: estimate, last: last))
      }
      asm.bind(labels[block])
      restores = saved != 0 && saves.contains(block)
      nearJumps.end(at: block, &asm)
      isMirrored = false
      if block == saveHead, block > 0 { Target.saveRegisters(&self) }
      emitInstructions(of: block, firstEdit: &edit, mayLeaveOutFirst: true)
      placement.leave(block, at: asm.offset)
    }
  }

  @inline(__always)
  private mutating func go(to index: Int) {
    current = instructions.at(index)
    places = allocated.slice(Int(current.pointee.firstOperand), count: Int(current.pointee.operandCount))
  }

  /// The code of a block's instructions, with the allocator's edits between them.
  mutating func emitInstructions(of block: Int, firstEdit edit: inout Int, mayLeaveOutFirst: Bool) {
    let first = Int(blocks[block].firstInstruction)
    for index in first..<Int(blocks[block].endInstruction) {
      go(to: index)
      if index == first, mayLeaveOutFirst, edit == editCount || edits[edit].before > UInt32(index), Target.isFirstRedundant(block, &self) {
        continue
      }
      while edit < editCount, edits[edit].before <= UInt32(index) {
        if edits[edit].before == UInt32(index) { Target.apply(edits[edit], &self) }
        edit += 1
      }
      go(to: index)
      Target.emitInstruction(block, &self)
    }
  }
}
