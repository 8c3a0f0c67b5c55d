// What an x86-64 processor has, found out by a few instructions of our own.

import RuntimeLayout

enum X64Features {
  #if arch(x86_64)
    static func ofThisProcessor() -> ProcessorFeatures {
      guard let memory = try? ExecutableMemory(size: 4096), let block = memory.allocate(128) else { return [] }
      var asm = X64Assembler()
      asm.push(.rbx)
      // Leaf 7: bits 3 and 8 of ebx; leaf 0x8000_0001: bit 5 of ecx.
      asm.move(.rax, constant: 7)
      asm.arithmetic(.xor, .w32, .rcx, .rcx)
      asm.processorIdentification()
      asm.move(.w32, .r8, .rbx)
      asm.move(.rax, constant: 0x8000_0001)
      asm.processorIdentification()
      asm.move(.w32, .rax, .rcx)
      asm.shift(.shl, .w64, .rax, by: 32)
      asm.arithmetic(.or, .w64, .rax, .r8)
      asm.pop(.rbx)
      asm.ret()
      memory.write(UnsafeRawBufferPointer(asm.code.bytes), at: block.offset)
      typealias Query = @convention(c) () -> UInt64
      let words = unsafeBitCast(memory.address(block.offset), to: Query.self)()
      var features: ProcessorFeatures = []
      if words & (1 << 3) != 0 { features.insert(.bmi1) }
      if words & (1 << 8) != 0 { features.insert(.bmi2) }
      if words & (1 << 37) != 0 { features.insert(.lzcnt) }
      return features
    }
  #endif
}

extension X64Assembler {
  /// cpuid.
  mutating func processorIdentification() {
    code.reserve(2)
    code.byte(0x0F)
    code.byte(0xA2)
  }
}
