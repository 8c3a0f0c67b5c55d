// What single instructions may do, where the table of operations says less than their arguments do: divisions by constants and accesses that were
// proven to be within memory do not trap.

extension Graph {
  /// What the instruction does where it stands.
  @inline(__always)
  func effects(_ value: Value) -> Effects {
    let effects = at(value).pointee.operation.effects
    return effects.contains(.traps) && !mayTrap(value) ? effects.subtracting(.traps) : effects
  }

  /// Whether executing the instruction where it stands may end in a trap.
  func mayTrap(_ value: Value) -> Bool {
    let instruction = at(value)
    if instruction.pointee.isSafe { return false }
    switch instruction.pointee.operation {
    case .load, .store, .atomicLoad, .atomicStore, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange, .atomicCompareExchange:
      return module.memories[Int(instruction.pointee.index)].isGuarded
    default: return instruction.pointee.operation.effects.contains(.traps) && !isPureDivision(value)
    }
  }

  /// Whether its value depends on its arguments alone and it may be executed wherever they are there.
  @inline(__always)
  func isPure(_ value: Value) -> Bool { at(value).pointee.operation.isPure || isPureDivision(value) }

  /// Whether it is a division by a constant for which no dividend traps.
  func isPureDivision(_ value: Value) -> Bool {
    let instruction = at(value)
    switch instruction.pointee.operation {
    case .divideSigned: return constant(instruction.pointee.b).map { $0 != 0 && $0 != -1 } ?? false
    case .divideUnsigned, .remainderSigned, .remainderUnsigned: return constant(instruction.pointee.b).map { $0 != 0 } ?? false
    default: return false
    }
  }
}
