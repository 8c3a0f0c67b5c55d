// Labels, jumps, calls. A label's unresolved uses form a chain through their own displacement fields, so labels cost 8 bytes
// each and binding walks only that label's uses.

/// A place in the code, before or after it is known.
public struct Label: Equatable, Sendable {
  public let index: Int32
  @inline(__always) public init(index: Int32) { self.index = index }
  public static var none: Label { Label(index: -1) }
}

struct LabelState {
  /// Bound: the offset. Unbound: offset of the newest use's displacement field, or −1.
  var position: Int32
  var isBound: Bool
}

extension X64Assembler {
  @inline(__always)
  public mutating func makeLabel() -> Label {
    labels.append(LabelState(position: -1, isBound: false))
    return Label(index: Int32(truncatingIfNeeded: labels.count - 1))
  }

  public mutating func isUsedOrBound(_ label: Label) -> Bool { labels[Int(label.index)].position >= 0 }

  /// The offset of a bound label.
  public mutating func offset(of label: Label) -> Int { Int(labels[Int(label.index)].position) }

  /// Makes the label mean the next instruction.
  public mutating func bind(_ label: Label) {
    let here = Int32(truncatingIfNeeded: offset)
    var use = labels[Int(label.index)].position
    while use >= 0 {
      let next = Int32(bitPattern: code.load32(at: Int(use)))
      code.store32(UInt32(bitPattern: here - use - 4), at: Int(use))
      use = next
    }
    labels[Int(label.index)] = LabelState(position: here, isBound: true)
  }

  /// Writes a 32-bit displacement to the label, relative to the end of the field.
  @inline(__always)
  mutating func displacement(to label: Label) {
    let state = labels[Int(label.index)]
    let here = Int32(truncatingIfNeeded: offset)
    if state.isBound {
      code.word32(UInt32(bitPattern: state.position - here - 4))
    } else {
      code.word32(UInt32(bitPattern: state.position))
      labels[Int(label.index)].position = here
    }
  }

  /// A word of data: the label relative to the word's end.
  public mutating func displacementWord(to label: Label) {
    code.reserve(4)
    displacement(to: label)
  }

  public mutating func jump(_ label: Label) {
    code.reserve(8)
    let state = labels[Int(label.index)]
    if state.isBound, state.position - Int32(offset) - 2 >= -128 {
      code.byte(0xEB)
      code.byte(UInt8(truncatingIfNeeded: state.position - Int32(offset) - 1))
      return
    }
    code.byte(0xE9)
    displacement(to: label)
  }

  public mutating func jump(_ condition: Condition, _ label: Label) {
    code.reserve(8)
    let state = labels[Int(label.index)]
    if state.isBound, state.position - Int32(offset) - 2 >= -128 {
      code.byte(0x70 | condition.rawValue)
      code.byte(UInt8(truncatingIfNeeded: state.position - Int32(offset) - 1))
      return
    }
    code.byte(0x0F)
    code.byte(0x80 | condition.rawValue)
    displacement(to: label)
  }

  /// A short conditional jump over code that follows at once; returns the place to hand to `endSkip`.
  @inline(__always)
  public mutating func skip(_ condition: Condition) -> Int {
    code.reserve(2)
    code.byte(0x70 | condition.rawValue)
    code.byte(0)
    return offset
  }

  /// Ends the code that `skip` jumps over: fewer than 128 bytes.
  @inline(__always)
  public mutating func endSkip(_ start: Int) {
    precondition(offset - start < 128)
    code.storeByte(UInt8(truncatingIfNeeded: offset - start), at: start - 1)
  }

  @inline(__always)
  public mutating func jump(_ register: GPR) { encode(.w32, 0xFF, reg: 4, rm: register.code) }
  @inline(__always)
  public mutating func jump(_ address: Address) { encode(.w32, 0xFF, reg: 4, address) }
  @inline(__always)
  public mutating func call(_ register: GPR) { encode(.w32, 0xFF, reg: 2, rm: register.code) }
  @inline(__always)
  public mutating func call(_ address: Address) { encode(.w32, 0xFF, reg: 2, address) }

  /// `call rel32` or `jmp rel32` to a place filled in later. The displacement field does not cross an 8-byte boundary (relative to the
  /// start of the code, which must be aligned). Returns the field's offset.
  public mutating func patchable(isJump: Bool) -> Int {
    code.reserve(16)
    while (offset + 1) & 7 > 4 { code.byte(0x90) }
    code.byte(isJump ? 0xE9 : 0xE8)
    let field = offset
    code.word32(0)
    return field
  }

  @inline(__always)
  public mutating func ret() {
    code.reserve(1)
    code.byte(0xC3)
  }

  /// Returns and pops `bytes` of arguments.
  public mutating func ret(popping bytes: Int) {
    if bytes == 0 { return ret() }
    code.reserve(3)
    code.byte(0xC2)
    code.byte(UInt8(truncatingIfNeeded: bytes))
    code.byte(UInt8(truncatingIfNeeded: bytes >> 8))
  }

  @inline(__always)
  public mutating func leave() {
    code.reserve(1)
    code.byte(0xC9)
  }

  /// The undefined instruction: an explicit trap.
  @inline(__always)
  public mutating func trap() {
    code.reserve(2)
    code.byte(0x0F)
    code.byte(0x0B)
  }

  /// `lea register, [rip + label]`.
  public mutating func loadAddress(_ register: GPR, of label: Label) {
    code.reserve(8)
    code.byte(register.code >= 8 ? 0x4C : 0x48)
    code.byte(0x8D)
    code.byte(((register.code & 7) << 3) | 5)
    displacement(to: label)
  }

  /// Fills with no-ops up to a multiple of `alignment`, in as few instructions as possible.
  public mutating func align(_ alignment: Int) {
    var missing = (alignment - offset % alignment) % alignment
    code.reserve(missing)
    while missing > 0 {
      let length = min(missing, 9)
      for position in 0..<length { code.byte(Self.noOps(length, position)) }
      missing -= length
    }
  }

  /// The recommended multi-byte no-ops.
  private static func noOps(_ length: Int, _ position: Int) -> UInt8 {
    let prefixCount = length > 8 ? 1 : length == 6 ? 1 : 0
    if length == 1 { return 0x90 }
    if length == 2 { return position == 0 ? 0x66 : 0x90 }
    if position < prefixCount { return 0x66 }
    switch position - prefixCount {
    case 0: return 0x0F
    case 1: return 0x1F
    case 2:
      switch length - prefixCount {
      case 3: return 0x00
      case 4: return 0x40
      case 5: return 0x44
      case 7: return 0x80
      default: return 0x84
      }
    default: return 0
    }
  }
}
