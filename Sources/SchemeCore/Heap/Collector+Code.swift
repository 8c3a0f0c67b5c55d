// Code that is kept when everything is collected: units whose procedures or frames were reached, with their partners. Their cells are roots then.
import GuestABI

extension Collector {
  /// Marks the unit of a procedure's or frame record's code.
  @inline(__always)
  mutating func noteCode(of object: Address, _ header: Word) {
    let kind = header & Header.kindMask
    if kind == Header.kindBits(.procedure) {
      markCode(CodeUnit.of(load32(object &+ 8)))
    } else if kind == Header.kindBits(.frame) {
      markCode(CodeUnit.of(load32(object &+ 8 &+ 8 * UInt32(FrameField.node))))
    }
  }

  mutating func markCode(_ unit: CodeUnit) {
    if unit.isMarked { return }
    mark(code: unit)
    unit.forEachPartner { if !$0.isMarked { mark(code: $0) } }
  }

  private mutating func mark(code unit: CodeUnit) {
    unit.isMarked = true
    unit.nextGray = grayCode
    grayCode = unit
  }
}
