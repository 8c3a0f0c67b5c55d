// Traps as Swift errors.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Execution of wasm code was stopped by a fault in the program.
///
/// ```swift
/// do {
///   try function()
/// } catch let trap as Trap where trap.reason == .integerDivideByZero {
///   print(trap)   // wasm trap: integer divide by zero, and a line for each active function
/// }
/// ```
public struct Trap: Error, Sendable {
  /// What went wrong.
  public let reason: TrapReason
  /// The wasm functions that were active since the last entry from the host, innermost first; at most 64.
  public let backtrace: [TrapFrame]
  /// What is known besides: the segment that does not fit, say.
  public let detail: String?

  /// A trap of the host's own making: a host function that throws it stops the wasm code that has called it.
  public init(_ reason: TrapReason, backtrace: [TrapFrame] = [], detail: String? = nil) {
    self.reason = reason
    self.backtrace = backtrace
    self.detail = detail
  }
}

extension TrapReason {
  /// What went wrong, in the specification's words.
  public var message: String {
    switch self {
    case .unreachable: "unreachable"
    case .memoryOutOfBounds: "out of bounds memory access"
    case .tableOutOfBounds: "out of bounds table access"
    case .undefinedElement: "undefined element"
    case .uninitializedElement: "uninitialized element"
    case .indirectCallTypeMismatch: "indirect call type mismatch"
    case .integerDivideByZero: "integer divide by zero"
    case .integerOverflow: "integer overflow"
    case .invalidConversionToInteger: "invalid conversion to integer"
    case .stackOverflow: "call stack exhausted"
    case .nullReference: "null reference"
    case .nullFunctionReference: "null function reference"
    case .unalignedAtomic: "unaligned atomic"
    case .expectedSharedMemory: "expected shared memory"
    case .interrupted: "interrupted"
    case .timeLimitExceeded: "time limit exceeded"
    case .outOfFuel: "out of fuel"
    }
  }
}

extension Trap: CustomStringConvertible {
  /// The reason, and a line for each function that was active; repeated ones are counted.
  public var description: String {
    "wasm trap: \(reason.message)\(detail.map { " (\($0))" } ?? "")\(Backtrace.lines(backtrace))"
  }
}

extension Trap {
  /// The trap that the fault handler recorded last on this thread.
  static func last() -> Trap {
    let reason = TrapReason(rawValue: UInt8(truncatingIfNeeded: latch_last_trap().pointee.reason)) ?? .unreachable
    return Trap(reason, backtrace: Backtrace.last())
  }
}
