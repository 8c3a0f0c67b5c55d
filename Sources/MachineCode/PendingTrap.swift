// An explicit check jumps to its trap, which both compilers place after the function's code, off the hot path.

import RuntimeLayout

public struct PendingTrap {
  /// Where the trapping instruction will be.
  public var label: Label
  public var reason: TrapReason
  /// Offset of the operator from the start of the module.
  public var wasmOffset: UInt32

  @inline(__always)
  public init(label: Label, reason: TrapReason, wasmOffset: UInt32) {
    self.label = label
    self.reason = reason
    self.wasmOffset = wasmOffset
  }
}
