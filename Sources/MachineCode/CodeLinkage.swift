// The seam between the engine and an instruction set: how pieces of code are tied together, and where an instruction set is chosen.
//
// Nothing outside folders named after an instruction set knows one. Whoever adds a second one (ARM64 has an assembler so far) writes, layer by
// layer, beside what is there for x86-64:
//
//   RuntimeLayout    CallingConvention.swift: the column of registers in the table of roles. The frame and the rest of the convention are common.
//   MachineCode      ARM64/ARM64Linkage.swift, a CodeLinkage; the choice is HostLinkage below.
//   BBQ              ARM64/, a MacroAssembler, one file for each of X64's; the choice is HostEmitter in MacroAssembler.swift.
//   OMG              Lower/ARM64, a BackEnd with its TargetFacts; the choice is HostBackEnd in Lower/BackEnd.swift.
//   FaultHandler     Boundary_aarch64.S with what Boundary_x86_64.S defines: entering and leaving compiled code, stubs, helper thunks
//                    (Boundary_unsupported.c lists them); Registers.h has the names of the registers in signal contexts.
//
// and golden files for the tests of the three layers, which are compiled and run on every host.

import RuntimeLayout

/// How code of an instruction set is tied to other code. Sites and targets are offsets in the code region; writes go to its writable view.
public protocol CodeLinkage {
  /// How far a direct call reaches in either direction: code regions are not larger.
  static var reach: Int { get }

  /// Bytes of a lazy stub.
  static var stubSize: Int { get }

  /// Writes the stub of a function that is not compiled yet: code that takes the function's index along to the address in the context's word
  /// `InstanceContext.lazyThunk`, with all arguments in their places.
  static func writeStub(at place: UnsafeMutableRawPointer, function: UInt32)

  /// Points a direct call or jump, a `CallSite` of a compiler for this instruction set, to another target. One atomic store: threads may run
  /// the code meanwhile, and go to the old target or to the new one.
  static func retarget(_ region: UnsafeMutableRawPointer, site: Int, to target: Int)

  /// Makes code that has been written through the writable view visible to all threads that may execute it from now on.
  static func publish(_ code: UnsafeRawPointer, count: Int)
}

/// That of the machine that this runs on. See OMG's HostBackEnd for machines without code.
public typealias HostLinkage = X64Linkage
