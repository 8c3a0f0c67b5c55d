// Temporaries: allocation, eviction, and getting operands into registers.

import WasmFormat

extension Emitter where Assembler: ~Copyable {
  /// A free temporary; an operand deep in the stack gives way if there is none.
  @inline(__always)
  mutating func allocate(_ registerClass: RegisterClass) -> Register {
    if free & .all(registerClass) == 0 { evictOldest(registerClass) }
    let candidates = free & .all(registerClass)
    let better = candidates & ~Assembler.allocatedLast
    let chosen = (better != 0 ? better : candidates).first
    free &= ~chosen.bit
    return chosen
  }

  @inline(never)
  private mutating func evictOldest(_ registerClass: RegisterClass) {
    for position in settled..<values.count where values[position].kind == .register && values[position].registerClass == registerClass {
      spill(position)
      settleDeep(position + 1)
      return
    }
    preconditionFailure("an operator needs more registers than there are temporaries")
  }

  @inline(__always)
  mutating func release(_ register: Register) { free |= register.bit }

  /// Gives back what a popped operand owns.
  @inline(__always)
  mutating func release(_ operand: Operand) { if operand.kind == .register { release(operand.register) } }

  /// Takes a free temporary.
  @inline(__always)
  mutating func claim(_ register: Register) { free &= ~register.bit }

  /// Makes a temporary free, moving the operand on the stack that owns it. Popped operands must not own it.
  mutating func vacate(_ register: Register) {
    guard temporaries & register.bit != 0, free & register.bit == 0 else { return }
    for position in settled..<values.count where values[position].kind == .register && values[position].register == register {
      spill(position)
      return
    }
  }

  /// A register to read the popped operand from. If that needs a temporary, the operand becomes its owner.
  @inline(__always)
  mutating func use(_ operand: inout Operand) -> Register {
    switch operand.kind {
    case .register: return operand.register
    case .local:
      let local = locals[operand.local]
      if local.home != .none {
        ensureInRegister(local)
        return local.home
      }
    default: break
    }
    return own(&operand)
  }

  /// A temporary with the operand's value that the caller may overwrite.
  mutating func own(_ operand: inout Operand) -> Register {
    if operand.kind == .register { return operand.register }
    let register = allocate(operand.registerClass)
    load(register, operand)
    let slot = operand.slot
    operand = .register(register, type: operand.type)
    operand.slot = slot
    return register
  }

  /// Moves the top operand to the result register, for good. Does not change the flags.
  mutating func bringIntoResultRegister() {
    let operand = pop()
    let result = Assembler.result(operand.registerClass)
    if operand.kind == .register && operand.register == result { return push(operand) }
    vacate(result)
    load(result, operand)
    release(operand)
    pushResultRegister(operand.type)
  }

  /// Pushes what is in the result register.
  mutating func pushResultRegister(_ type: MachineType) {
    let result = Assembler.result(type.registerClass)
    claim(result)
    push(.register(result, type: type))
  }
}
