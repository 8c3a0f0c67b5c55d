// The registers of x86-64 as the allocator knows them: integer ones by their codes, SSE ones from 32 on.
//
// r14 and r15 are pinned, rbp and rsp make the frame. r11 and xmm15 belong to the emitter, within one machine instruction.

import MachineCode

enum X64RegisterFile: RegisterFile {
  static var allocatable: RegisterSet { integers | floats }
  static var preserved: RegisterSet { RegisterSet(GPR.preserved[0].bit | GPR.preserved[1].bit | GPR.preserved[2].bit) }
  @inline(__always) static var preservedCount: Int { 3 }
  @inline(__always) static func preserved(_ ordinal: Int) -> PhysicalRegister { number(GPR.preserved[ordinal]) }
  /// rax rcx rdx rbx rsi rdi r8 r9 r10 r12 r13.
  private static var integers: RegisterSet { 0b0011_0111_1100_1111 }
  /// xmm0–xmm14.
  private static var floats: RegisterSet { 0x7FFF << 32 }

  /// Preferred first: those that need no prefix, and among them those that no instruction wants for itself. Last those that have to be saved.
  private static let integerOrder: [GPR] = [.rsi, .rdi, .rax, .rcx, .rdx, .r8, .r9, .r10, .rbx, .r12, .r13]

  static func describe(_ function: UnsafeMutablePointer<MachineFunction>) {
    function.pointee.allocatable = allocatable
    function.pointee.preserved = preserved
    function.pointee.integerScratch = number(.r11)
    function.pointee.floatScratch = float(15)
    for register in integerOrder { function.pointee.order.append(number(register)) }
    for code in 0..<15 as Range<UInt8> { function.pointee.order.append(float(code)) }
  }

  @inline(__always) static func number(_ register: GPR) -> PhysicalRegister { PhysicalRegister(register.code) }
  @inline(__always) static func float(_ code: UInt8) -> PhysicalRegister { PhysicalRegister(32 + code) }

  @inline(__always) static func integerArgument(_ index: Int) -> PhysicalRegister { number(.argument(index)) }
  @inline(__always) static func floatArgument(_ index: Int) -> PhysicalRegister { float(UInt8(index)) }
  @inline(__always) static var integerResult: PhysicalRegister { number(.rax) }
  @inline(__always) static var floatResult: PhysicalRegister { float(0) }
}
