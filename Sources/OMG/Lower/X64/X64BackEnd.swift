// x86-64 as the optimizing tier sees it: LowerToX64 selects instructions, X64RegisterFile says what the allocator may use, X64CodeEmitter writes
// the code, X64Printer makes it readable. What lowering knows of the frame goes to the emitter past the allocator (FrameNeeds).

import CompilerInterface
import MachineCode

struct X64BackEnd: BackEnd, ~Copyable {
  typealias Printer = X64Printer

  /// No conditional move between SSE registers; immediates and displacements are signed and have 32 bits.
  static var facts: TargetFacts { TargetFacts(largestOffset: 0x7FFF_FFFF, testMaskBits: 31, selectsFloats: false) }

  private var lowering = LowerToX64()
  private var emitter = X64CodeEmitter()
  private var needs = FrameNeeds()

  init() {}

  mutating func lower(_ graph: inout Graph, into function: inout MachineFunction) {
    needs = lowering.run(&graph, into: &function)
  }

  mutating func emit(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ module: ModuleInformation
  ) -> CompiledFunction {
    emitter.emit(function, allocations, needs, module)
  }
}
