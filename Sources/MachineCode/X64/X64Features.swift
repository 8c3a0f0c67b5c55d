// What an x86-64 processor has, found out by a few instructions of our own.

import RuntimeLayout

enum X64Features {
  #if arch(x86_64)
    static func ofThisProcessor() -> ProcessorFeatures {
      guard let memory = try? ExecutableMemory(size: 4096) else { return [] }
      // Leaf 7: bits 3, 5 and 8 of ebx; leaf 0x8000_0001: bit 5 of ecx.
      let words = run(in: memory) { asm in
        asm.move(.rax, constant: 7)
        asm.arithmetic(.xor, .w32, .rcx, .rcx)
        asm.processorIdentification()
        asm.move(.w32, .r8, .rbx)
        asm.move(.rax, constant: 0x8000_0001)
        asm.processorIdentification()
        asm.move(.w32, .rax, .rcx)
      }
      var features: ProcessorFeatures = []
      // The system has to save the registers, too: leaf 1, bits 27 and 28 of ecx, and bits 1 and 2 of the extended control register 0.
      let first = leaf1(memory)
      if first & (1 << 19) != 0 { features.insert(.sse41) }
      if first & (3 << 27) == 3 << 27, run(in: memory, { $0.extendedControlRegister() }) >> 32 & 6 == 6 {
        features.insert(.avx)
        if words & (1 << 5) != 0 { features.insert(.avx2) }
        if first & (1 << 12) != 0 { features.insert(.fma) }
      }
      if words & (1 << 3) != 0 { features.insert(.bmi1) }
      if words & (1 << 8) != 0 { features.insert(.bmi2) }
      if words & (1 << 37) != 0 { features.insert(.lzcnt) }
      return features
    }

    /// ecx of leaf 1.
    private static func leaf1(_ memory: ExecutableMemory) -> UInt64 {
      run(in: memory) { asm in
        asm.arithmetic(.xor, .w32, .r8, .r8)
        asm.move(.rax, constant: 1)
        asm.processorIdentification()
        asm.move(.w32, .rax, .rcx)
      } >> 32
    }

    /// Runs some instructions. Returns r8, and eax in the upper half.
    private static func run(in memory: ExecutableMemory, _ instructions: (inout X64Assembler) -> Void) -> UInt64 {
      guard let block = memory.allocate(128) else { return 0 }
      var asm = X64Assembler()
      asm.push(.rbx)
      instructions(&asm)
      asm.shift(.shl, .w64, .rax, by: 32)
      asm.arithmetic(.or, .w64, .rax, .r8)
      asm.pop(.rbx)
      asm.ret()
      memory.write(UnsafeRawBufferPointer(asm.code.bytes), at: block.offset)
      typealias Query = @convention(c) () -> UInt64
      return unsafeBitCast(memory.address(block.offset), to: Query.self)()
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

  /// xgetbv of register 0; r8 becomes 0.
  mutating func extendedControlRegister() {
    arithmetic(.xor, .w32, .rcx, .rcx)
    arithmetic(.xor, .w32, .r8, .r8)
    code.reserve(3)
    code.byte(0x0F)
    code.byte(0x01)
    code.byte(0xD0)
  }
}
