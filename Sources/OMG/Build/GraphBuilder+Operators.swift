// The operators one by one, but for calls, memory and control structures.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension GraphBuilder {
  /// Builds the operator at the cursor.
  mutating func operatorAtCursor() throws(OMGRefusal) {
    let offset = cursor.pc - frame.body
    wasmOffset = UInt32(truncatingIfNeeded: frame.bodyOffset + offset)
    let row = cursor.row(rows)
    let opcode = row.pointee.opcode
    switch opcode {
    case .nop: break
    case .unreachable: trap(.unreachable)
    case .block, .loop, .if: try enterStructure(opcode, at: offset)
    case .else: try elseOperator()
    case .end: try endOperator()
    case .br: try branch()
    case .brIf: try branchIf()
    case .brTable: try branchTable()
    case .return: try returnOperator()
    case .call: try call(functionIndex())
    case .returnCall: try tailCall(functionIndex())
    case .callIndirect, .returnCallIndirect: try callIndirect(isTail: opcode == .returnCallIndirect)
    case .callRef, .returnCallRef: try callReference(isTail: opcode == .returnCallRef)
    case .brOnNull: try branchOnNull()
    case .brOnNonNull: try branchOnNonNull()
    case .throw: try throwTag()
    case .throwRef: try throwReference()
    case .tryTable: enterTry()

    case .drop: _ = pop()
    case .select, .selectTyped:
      if opcode == .selectTyped { cursor.skip(.types) }
      let condition = pop()
      let other = pop()
      let first = pop()
      push(emit(Instruction(.select, graph[first].type, first, other, condition)))
    case .localGet: push(graph.resolve(locals[frame.localBase + cursor.index()]))
    case .localSet:
      let value = pop()
      locals[frame.localBase + cursor.index()] = value
    case .localTee:
      let value = graph.resolve(stack[stack.count - 1])
      locals[frame.localBase + cursor.index()] = value
    case .globalGet:
      let index = globalIndex()
      push(emit(Instruction(.globalGet, ValueKind(module.globals[index].type), index: UInt32(index))))
    case .globalSet:
      let index = globalIndex()
      let value = pop()
      var instruction = Instruction(.globalSet, .none, value)
      instruction.index = UInt32(index)
      _ = emit(instruction)

    case .i32Const: push(constant(.i32, Int64(UInt32(truncatingIfNeeded: cursor.signed(bits: 32)))))
    case .i64Const: push(constant(.i64, cursor.signed(bits: 64)))
    case .f32Const: push(constant(.f32, Int64(cursor.fixed32())))
    case .f64Const: push(constant(.f64, Int64(bitPattern: cursor.fixed64())))

    case .v128Const: push(emit(Instruction(vector: cursor.fixed128())))
    case .v128Load8Lane, .v128Load16Lane, .v128Load32Lane, .v128Load64Lane, .v128Store8Lane, .v128Store16Lane, .v128Store32Lane, .v128Store64Lane:
      accessLane(row)

    case .refNull:
      cursor.skip(.heapType)
      push(constant(.i64, 0))
    case .refIsNull:
      let reference = pop()
      push(emit(Instruction(.equal, .i32, reference, constant(.i64, 0))))
    case .refAsNonNull:
      let taken = emit(Instruction(.equal, .i32, stack[stack.count - 1], constant(.i64, 0)))
      trap(.nullReference, if: taken)
    case .refFunc: functionReference(functionIndex())

    case .tableGet:
      let table = tableIndex()
      var instruction = Instruction(.tableGet, .i64, pop())
      instruction.index = UInt32(table)
      push(emit(instruction))
    case .tableSet:
      let table = tableIndex()
      let value = pop()
      var instruction = Instruction(.tableSet, .none, pop(), value)
      instruction.index = UInt32(table)
      _ = emit(instruction)
    case .tableSize:
      let table = tableIndex()
      push(emit(Instruction(.tableSize, ValueKind(module.tables[table].indexType), index: UInt32(table))))
    case .memorySize:
      let memory = memoryIndex()
      push(emit(Instruction(.memorySize, ValueKind(module.memories[memory].indexType), index: UInt32(memory))))
    case .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop:
      helper(opcode)

    case .atomicFence:
      cursor.skip(.fence)
      _ = emit(Instruction(.atomicFence, .none))
    case .i64Add128, .i64Sub128, .i64MulWideS, .i64MulWideU: wide(opcode)
    default:
      switch row.pointee.family {
      case .load, .store: access(row)
      case .atomic(let operation): atomic(operation, row)
      case .numeric(let operation): numeric(operation, row)
      case .vector(let operation, let shape): vector(operation, shape, row)
      case .other: preconditionFailure("the operator \(row.pointee.name) has no case")
      }
    }
  }

  private mutating func numeric(_ operation: NumericOperation, _ row: UnsafePointer<OpcodeRow>) {
    let type = ValueKind(row.pointee.result)
    let right = pop()
    if operation == .equalsZero {
      push(emit(Instruction(.equal, type, right, constant(graph[right].type, 0))))
    } else if row.pointee.operandCount == 1 {
      push(emit(Instruction(Operation(operation), type, right)))
    } else {
      push(emit(Instruction(Operation(operation), type, pop(), right)))
    }
  }

  private mutating func vector(_ operation: VectorOperation, _ shape: LaneShape, _ row: UnsafePointer<OpcodeRow>) {
    if operation == .shuffle {
      let lanes = cursor.fixed128()
      let second = pop()
      return push(emit(Instruction(shuffle: lanes, pop(), second)))
    }
    let lane = row.pointee.immediates == .lane ? cursor.byte() : 0
    let operation = module.choose(operation)
    let count = operation.operandCount
    let third = count == 3 ? pop() : Value.none
    let second = count >= 2 ? pop() : Value.none
    push(emit(Instruction(operation, shape, lane: lane, pop(), second, third)))
  }

  /// 128-bit arithmetic on pairs of low and high words.
  private mutating func wide(_ opcode: Opcode) {
    let fourth = pop()
    let third = pop()
    if opcode == .i64MulWideS || opcode == .i64MulWideU {
      push(emit(Instruction(.multiply, .i64, third, fourth)))
      push(emit(Instruction(opcode == .i64MulWideS ? .multiplyHighSigned : .multiplyHighUnsigned, .i64, third, fourth)))
      return
    }
    let second = pop()
    let first = pop()
    let isAddition = opcode == .i64Add128
    let operation: Operation = isAddition ? .add : .subtract
    let low = emit(Instruction(operation, .i64, first, third))
    let carry = emit(Instruction(.lessUnsigned, .i32, isAddition ? low : first, isAddition ? first : third))
    let word = emit(Instruction(.extendUnsigned, .i64, carry))
    let high = emit(Instruction(operation, .i64, second, fourth))
    push(low)
    push(emit(Instruction(operation, .i64, high, word)))
  }
}
