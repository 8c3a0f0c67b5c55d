// Labels, jumps, calls. An unresolved use keeps the offset of the previous one in its displacement bits, in words, plus one; 0 ends the
// chain.

extension ARM64Assembler {
  public mutating func makeLabel() -> Label {
    labels.append(LabelState(position: -1, isBound: false))
    return Label(index: Int32(truncatingIfNeeded: labels.count - 1))
  }

  /// Makes the label mean the next instruction.
  public mutating func bind(_ label: Label) {
    let here = Int32(truncatingIfNeeded: offset)
    var use = labels[Int(label.index)].position
    while use >= 0 {
      let instruction = code.load32(at: Int(use))
      let isShort = instruction >> 26 != 0b000101
      let link = isShort ? (instruction >> 5) & 0x7FFFF : instruction & 0x3FF_FFFF
      let distance = UInt32(bitPattern: (here - use) / 4)
      if isShort {
        code.store32((instruction & 0xFF00_001F) | ((distance & 0x7FFFF) << 5), at: Int(use))
      } else {
        code.store32((instruction & 0xFC00_0000) | (distance & 0x3FF_FFFF), at: Int(use))
      }
      use = link == 0 ? -1 : Int32(link - 1) * 4
    }
    labels[Int(label.index)] = LabelState(position: here, isBound: true)
  }

  /// The displacement bits for a use at the present offset.
  private mutating func reference(_ label: Label) -> UInt32 {
    let state = labels[Int(label.index)]
    let here = Int32(truncatingIfNeeded: offset)
    if state.isBound { return UInt32(bitPattern: (state.position - here) / 4) }
    labels[Int(label.index)].position = here
    return state.position < 0 ? 0 : UInt32(state.position / 4) + 1
  }

  public mutating func jump(_ label: Label) { word(0x1400_0000 | (reference(label) & 0x3FF_FFFF)) }

  public mutating func jump(_ condition: ARM64Condition, _ label: Label) {
    word(0x5400_0000 | ((reference(label) & 0x7FFFF) << 5) | UInt32(condition.rawValue))
  }

  /// Jumps if the register is zero, or if it is not.
  public mutating func jumpIfZero(_ width: Width, _ register: XRegister, negated: Bool = false, _ label: Label) {
    let opcode: UInt32 = negated ? 0x3500_0000 : 0x3400_0000
    word(opcode | sizeBit(width) | ((reference(label) & 0x7FFFF) << 5) | UInt32(register.code))
  }

  public mutating func jump(_ register: XRegister) { word(0xD61F_0000 | (UInt32(register.code) << 5)) }
  public mutating func call(_ register: XRegister) { word(0xD63F_0000 | (UInt32(register.code) << 5)) }
  public mutating func ret() { word(0xD65F_03C0) }

  /// An explicit trap: `udf #0` would look like zeroed memory, so `brk`.
  public mutating func trap(_ reason: UInt16 = 0) { word(0xD420_0000 | (UInt32(reason) << 5)) }
}
