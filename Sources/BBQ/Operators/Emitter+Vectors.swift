// Vectors. They are in float registers, all 16 bytes of them; constants go to registers at once.

import MachineCode
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func vectorConstant(_ value: V128) {
    let target = hint(.float)
    let register = destination(target, .float)
    asm.load(register, vector: value)
    pushResult(register, target, type: .v128)
  }

  mutating func vector(_ operation: VectorOperation, _ shape: LaneShape, lanes: V128) {
    let count = operation.operandCount
    var c = count == 3 ? pop() : Operand.constant(0, type: .unknown)
    var b = count >= 2 ? pop() : Operand.constant(0, type: .unknown)
    var a = pop()
    Assembler.vector(&self, operation, shape, lanes: lanes, &a, &b, &c)
  }

  mutating func accessLane(_ opcode: Opcode, lane: UInt8, memory: Int, offset: UInt64) {
    let row = rows + OpcodeTable.index(of: opcode)
    let size = 1 << Int(row.pointee.alignment)
    var value = pop()
    var index = pop()
    let register = row.pointee.hasResult ? own(&value) : use(&value)
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    if module.memories[memory].isGuarded { site(.memoryOutOfBounds) }
    if row.pointee.hasResult {
      asm.loadLane(width: 8 * size, lane, register, access.address)
    } else {
      asm.storeLane(width: 8 * size, lane, access.address, register)
      release(value)
    }
    release(index)
    if access.temporary != .none { release(access.temporary) }
    if row.pointee.hasResult { push(value) }
  }
}
