// The seam between the optimizing tier and an instruction set. Build, Passes, Analysis and RegisterAllocation stand on this side of it and know of
// the machine what BackEnd, TargetFacts and MachineFunction tell them; what stands on the other side is in a folder of its own (Lower/X64).
// Files of such folders mirror each other. A second instruction set needs here:
//
//   selection       an InstructionSelector and its extensions of Lowering (Lower/Common), which has what is the same for all instruction sets:
//                   Graph → MachineFunction. All contracts are at the head of MachineFunction.swift
//   register file   a RegisterFile
//   emission        a CodeTarget, which its assembler becomes, and its extensions of CodeEmitter (Emit), which has what is the same for all
//                   instruction sets: MachineFunction and Allocations → code, trap sites, call sites, handler tables (CompiledFunction). At
//                   the head of Allocations.swift is what the allocator promises and expects
//   printer         names of instructions and registers for dumps and golden files
//   facts           its row of TargetFacts
//
// and a place in the choice of HostBackEnd. What the other layers need is listed in MachineCode's CodeLinkage.swift.

import CompilerInterface

/// An instruction set's half of the optimizing tier. Keeps its working memory from function to function.
protocol BackEnd: ~Copyable {
  associatedtype Printer: MachinePrinter

  static var facts: TargetFacts { get }

  init()

  /// Instruction selection. Splits critical edges of the graph.
  mutating func lower(_ graph: inout Graph, into function: inout MachineFunction)

  /// The code of the function that was lowered last, whose registers have been allocated. It lives in the back end's memory until the next call.
  mutating func emit(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ module: ModuleInformation
  ) -> CompiledFunction
}

/// The back end for the machine that this runs on. Where there is none yet x86-64's code is made all the same, for inspection and for tests; the
/// engine is not built there (FaultHandler's Boundary_unsupported.c).
typealias HostBackEnd = X64BackEnd
