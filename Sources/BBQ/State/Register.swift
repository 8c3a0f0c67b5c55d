// Registers of either class in one numbering, so that the state of the compiler is a few words of bits: 0 to 31 are the general registers, 32 to 63
// those for floats and vectors, by the codes that the instruction set gives them.

import WasmFormat

struct Register: Equatable {
  let number: UInt8

  @inline(__always) init(number: UInt8) { self.number = number }
  @inline(__always) static func general(_ code: UInt8) -> Register { Register(number: code) }
  @inline(__always) static func float(_ code: UInt8) -> Register { Register(number: code + 32) }
  static var none: Register { @inline(__always) get { Register(number: 0xFF) } }

  /// In the numbering of its class.
  @inline(__always) var code: UInt8 { number & 31 }
  /// Nonsense for `none`, as `bit` is.
  @inline(__always) var registerClass: RegisterClass { number < 32 ? .general : .float }
  @inline(__always) var bit: RegisterSet { 1 &<< RegisterSet(truncatingIfNeeded: number) }
  @inline(__always) func isIn(_ registerClass: RegisterClass) -> Bool { number >> 5 == (registerClass == .general ? 0 : 1) }
}

/// A register is a bit of it.
typealias RegisterSet = UInt64

extension RegisterSet {
  /// All registers of a class.
  @inline(__always)
  static func all(_ registerClass: RegisterClass) -> RegisterSet { registerClass == .general ? 0xFFFF_FFFF : 0xFFFF_FFFF_0000_0000 }

  /// The one with the lowest number; the set must not be empty.
  @inline(__always) var first: Register { Register(number: UInt8(truncatingIfNeeded: trailingZeroBitCount)) }

  /// Takes out the one with the lowest number; the set must not be empty.
  @inline(__always)
  mutating func removeFirst() -> Register {
    let register = first
    self &= self &- 1
    return register
  }
}
