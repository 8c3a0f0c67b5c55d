// Why code traps, and the table that tells the fault handler so.
//
// Every instruction of compiled code that may fault has a TrapSite: the `ud2` of an explicit check or of `unreachable`,
// a load or store in guarded memory, a division, a read of a (possibly null) function record. A function's sites are
// sorted by code offset. (Call instructions have entries of the same kind, for backtraces.) The one fault without a site is stack overflow: any instruction of compiled code that
// touches the guard zone below a wasm stack (see StackLayout).

public enum TrapReason: UInt8, Sendable, CaseIterable {
  case unreachable = 0
  case memoryOutOfBounds = 1
  case tableOutOfBounds = 2
  /// call_indirect with an index past the end of the table.
  case undefinedElement = 3
  /// call_indirect through a null element.
  case uninitializedElement = 4
  case indirectCallTypeMismatch = 5
  case integerDivideByZero = 6
  case integerOverflow = 7
  case invalidConversionToInteger = 8
  case stackOverflow = 9
  /// A null reference where a non-null one is needed.
  case nullReference = 10
  /// Execution was stopped from outside.
  case interrupted = 11
  /// The time was over that `Engine.withTimeLimit` gave.
  case timeLimitExceeded = 12
  /// call_ref of a null reference.
  case nullFunctionReference = 13
  /// An atomic access at an address that is no multiple of its size.
  case unalignedAtomic = 14
  /// memory.atomic.wait on a memory that is not shared.
  case expectedSharedMemory = 15
  /// The store's fuel was used up.
  case outOfFuel = 16
}

/// 12 bytes; the C fault handler reads arrays of it: `{ uint32_t code_offset; uint32_t wasm_offset; uint32_t reason; }`.
public struct TrapSite: Sendable {
  /// Offset of the faulting instruction from the start of the function's code.
  public var codeOffset: UInt32
  /// Offset of the operator from the start of the module's bytes.
  public var wasmOffset: UInt32
  /// A TrapReason's raw value.
  public var reason: UInt32

  /// In place of a reason: no fault happens here; the byte is the last one of a call instruction, for backtraces.
  @inline(__always) public static var callReason: UInt32 { 255 }

  @inline(__always)
  public init(returnOffset: UInt32, wasmOffset: UInt32) {
    codeOffset = returnOffset &- 1
    self.wasmOffset = wasmOffset
    reason = TrapSite.callReason
  }

  @inline(__always)
  public init(codeOffset: UInt32, wasmOffset: UInt32, reason: TrapReason) {
    self.init(codeOffset: codeOffset, wasmOffset: wasmOffset, rawReason: UInt32(reason.rawValue))
  }

  /// - Parameter rawReason: a TrapReason's raw value.
  @inline(__always)
  public init(codeOffset: UInt32, wasmOffset: UInt32, rawReason: UInt32) {
    self.codeOffset = codeOffset
    self.wasmOffset = wasmOffset
    reason = rawReason
  }
}
