// Code that is kept when everything is collected: units whose procedures or frames were reached, with their partners. Their cells are roots then.
import GuestABI

extension CodeStore {
  /// Marks the unit of a procedure's or frame record's code; other objects have none.
  @inline(__always)
  static func noteCode(of object: Address, _ header: Word) {
    let kind = header & Header.kindMask
    if kind == Header.kindBits(.procedure) {
      mark(CodeUnit.of(load32(object &+ 8)))
    } else if kind == Header.kindBits(.frame) {
      mark(CodeUnit.of(load32(object &+ 8 &+ 8 * UInt32(FrameField.node))))
    }
  }

  /// Marks a unit and those that live and die with it, their cells to be looked at.
  static func mark(_ unit: CodeUnit) {
    if unit.isMarked { return }
    addGray(unit)
    unit.forEachPartner { if !$0.isMarked { addGray($0) } }
  }

  private static func addGray(_ unit: CodeUnit) {
    unit.isMarked = true
    unit.nextGray = codeState.gray
    codeState.gray = unit
  }

  /// A marked unit whose cells are still to be looked at.
  static func takeGray() -> CodeUnit? {
    let unit = codeState.gray
    if unit == .none { return nil }
    codeState.gray = unit.nextGray
    return unit
  }

  /// Says of each that it has not been found.
  static func unmark() {
    codeState.gray = .none
    forEachUnit { $0.isMarked = false }
  }
}
