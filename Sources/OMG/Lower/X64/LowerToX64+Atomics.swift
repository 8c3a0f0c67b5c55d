// Atomic accesses. Loads are plain ones: the processor makes loads in order, and no store of its own waits while an atomic one, which is an exchange, is
// made. What changes memory is one instruction, but for and, or and xor whose result somebody wants.

import MachineCode
import RuntimeLayout

extension LowerToX64 {
  mutating func atomicStore(_ value: Value) {
    let source = register(at(value).pointee.b)
    let address = address(ofAccess: value)
    begin()
    use(source)
    use(address)
    end(.atomicStore, variant(value), address)
  }

  mutating func atomicArithmetic(_ value: Value, _ op: ArithmeticOp) {
    if useCounts[value.number] == 0 { return atomicUpdate(value, op) }
    if op == .add { return exchange(value, .exchangeAdd) }
    let source = register(at(value).pointee.b)
    let address = address(ofAccess: value)
    begin()
    define(definition(value), X64RegisterFile.number(.rax))
    useLate(source)
    useLate(address)
    end(.atomicUpdate, variant(value, op), address)
  }

  mutating func atomicExchange(_ value: Value) { if useCounts[value.number] == 0 { atomicStore(value) } else { exchange(value, .exchange) } }

  /// By an instruction that takes the operand's register for its result.
  private mutating func exchange(_ value: Value, _ opcode: X64Opcode) {
    let source = register(at(value).pointee.b)
    let address = address(ofAccess: value)
    begin()
    redefine(definition(value))
    use(source)
    use(address)
    end(opcode, variant(value), address)
  }

  /// Where nobody wants what was there before.
  private mutating func atomicUpdate(_ value: Value, _ op: ArithmeticOp) {
    if let constant = constantOperand(value) {
      let address = address(ofAccess: value)
      begin()
      use(address)
      return end(.lockedConstant, variant(value, op), immediate: constant, address)
    }
    let source = register(at(value).pointee.b)
    let address = address(ofAccess: value)
    begin()
    use(source)
    use(address)
    end(.locked, variant(value, op), address)
  }

  /// As many bits of a constant as memory has, if an instruction can hold them.
  private mutating func constantOperand(_ value: Value) -> Int32? {
    let operand = at(strip(at(value).pointee.b))
    guard operand.pointee.operation == .constant else { return nil }
    let bits = operand.pointee.immediate
    switch graph.pointee.accessSize(value) {
    case 1: return Int32(Int8(truncatingIfNeeded: bits))
    case 2: return Int32(Int16(truncatingIfNeeded: bits))
    case 4: return Int32(truncatingIfNeeded: bits)
    default: return Int32(exactly: bits)
    }
  }

  mutating func atomicCompareExchange(_ value: Value) {
    let expected = register(at(value).pointee.b)
    let replacement = register(at(value).pointee.c)
    let address = address(ofAccess: value)
    let rax = X64RegisterFile.number(.rax)
    begin()
    define(definition(value), rax)
    use(expected, rax)
    useLate(replacement)
    useLate(address)
    end(.compareExchange, variant(value), address)
  }

  private mutating func useLate(_ address: X64Address) {
    if address.base == .register { useLate(address.register) }
    if address.index.exists { useLate(address.index) }
  }

  mutating func atomicFence() {
    begin()
    end(.fence, 0)
  }

  mutating func alignmentCheck(_ value: Value) {
    let mask = Int64(at(value).pointee.index) - 1
    let excess = at(value).pointee.immediate
    var address = register(at(value).pointee.a)
    if excess != 0 {
      let sum = makeInteger()
      begin()
      define(sum)
      use(address)
      end(.addConstant, X64Variant(.w32).raw, payload: excess)
      address = sum
    }
    begin()
    use(address)
    end(.testConstant, X64Variant(.w32).raw, payload: mask)
    trap(.notEqual, .unalignedAtomic)
  }

  private mutating func variant(_ value: Value, _ op: ArithmeticOp = .add) -> UInt16 {
    X64AtomicVariant(size: graph.pointee.accessSize(value), op).raw
  }
}
