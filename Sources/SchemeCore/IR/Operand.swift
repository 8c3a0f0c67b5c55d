// An operand of an IR node: where a value is that needs no computation. One 32-bit word, so that a node holds its operands inline.
//
//   slot      (index * 8) | 0     word `index` of the frame
//   free      (index * 8) | 1     free variable `index` of the procedure that runs
//   constant  cell | 2            an 8-byte cell that holds the value (and that the collector updates)
//   global    symbol | 3          a global variable that is known to be defined (a definition is never undone)
//   self      4                   the procedure that runs
import GuestABI

public struct Operand: Equatable {
  public var bits: UInt32

  public enum Kind: UInt32 {
    case slot = 0
    case free = 1
    case constant = 2
    case global = 3
    case procedure = 4
  }

  @inline(__always) public init(bits: UInt32) { self.bits = bits }

  public static func slot(_ index: Int) -> Operand { Operand(bits: UInt32(index) << 3) }
  public static func free(_ index: Int) -> Operand { Operand(bits: UInt32(index) << 3 | 1) }
  public static func constant(cell: Address) -> Operand { Operand(bits: cell | 2) }
  public static func global(_ symbol: Word) -> Operand { Operand(bits: symbol.address | 3) }
  public static var procedure: Operand { Operand(bits: 4) }
  /// For nodes that have no use for an operand: a slot that is never read.
  public static var none: Operand { Operand(bits: 0) }

  public var kind: Kind { Kind(rawValue: bits & 7).unsafelyUnwrapped }
  /// The index of a slot or free variable.
  public var index: Int { Int(bits >> 3) }
  /// The address of a constant's cell or a global's symbol.
  public var address: Address { bits & ~7 }

  /// The offset of free variable `index` from a procedure's wrapped word.
  @inline(__always)
  public static func freeOffset(_ index: Int) -> Int { Tag.offset(Tag.procedure, 2 + index) }

  /// The constant of a constant operand.
  public var constantValue: Word? { kind == .constant ? load64(address) : nil }

  /// The value, in a frame, for a running procedure.
  @inline(__always)
  func value(_ frame: Address, _ procedure: Word) -> Word {
    if bits & 7 == 0 { return load64(frame &+ bits) }
    return valueElsewhere(procedure)
  }

  @inline(__always)
  private func valueElsewhere(_ procedure: Word) -> Word {
    switch bits & 7 {
    case 1: return load64(UInt32(truncatingIfNeeded: procedure) &+ UInt32(Operand.freeOffset(0) &- 1) &+ bits)
    case 2: return load64(bits &- 2)
    case 3: return load64(bits &- 3 &+ UInt32(SymbolLayout.value))
    default: return procedure
    }
  }
}
