// What the compiler hands to the linker: position-independent code and the places that depend on where things are.

import MachineCode
import RuntimeLayout

/// A `call rel32` or `jmp rel32` to a function of the same module.
public struct CallSite: Sendable {
  /// Offset of the 4-byte displacement field in the code; it lies within one aligned 8-byte word.
  public var fieldOffset: UInt32
  /// The callee's index in the function index space; never an imported function.
  public var callee: UInt32
  /// A jump (tail call) rather than a call.
  public var isTail: Bool
}

/// One function's code. Owns its memory.
public struct CompiledFunction: ~Copyable {
  public let code: [UInt8]
  public let callSites: [CallSite]
  /// Sorted by code offset.
  public let trapSites: [TrapSite]
  public let frameSize: Int
}
