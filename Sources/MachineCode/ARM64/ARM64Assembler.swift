// The ARM64 assembler: instruction encoding on a code buffer, in extensions by kind; this file has the state. The same shape as the
// x86-64 one.

import RawCollections

public struct ARM64Assembler: ~Copyable {
  public var code: CodeBuffer
  var labels: RawArray<LabelState>

  public init(capacity: Int = 4096) {
    code = CodeBuffer(capacity: capacity)
    labels = RawArray(capacity: 64)
  }

  /// Offset of the next instruction.
  @inline(__always) public var offset: Int { code.count }

  @inline(__always)
  public mutating func word(_ instruction: UInt32) {
    code.reserve(4)
    code.word32(instruction)
  }

  /// The width's bit 31.
  @inline(__always)
  func sizeBit(_ width: Width) -> UInt32 { width == .w64 ? 0x8000_0000 : 0 }
}
