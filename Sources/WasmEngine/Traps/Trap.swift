// Traps as Swift errors, and the other errors of the engine.

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
  public let reason: TrapReason
  /// The wasm functions that were active since the last entry from the host, innermost first; at most 64.
  public let backtrace: [TrapFrame]

  public init(_ reason: TrapReason, backtrace: [TrapFrame] = []) {
    self.reason = reason
    self.backtrace = backtrace
  }
}

/// One function of a backtrace.
public struct TrapFrame: Sendable, CustomStringConvertible {
  /// In the function index space of its module.
  public let functionIndex: UInt32
  /// From the module's name section.
  public let functionName: String?
  /// Where in the module's bytes the operator is: the trapping one, or the call that has not returned.
  public let moduleOffset: Int?

  /// `fib (wasm function 12) at offset 0x1f3`.
  public var description: String {
    var text = functionName ?? "?"
    text += " (wasm function \(functionIndex))"
    if let moduleOffset { text += " at offset 0x\(String(moduleOffset, radix: 16))" }
    return text
  }
}

/// The system refused memory or address space.
public struct ResourceError: Error, Sendable, CustomStringConvertible {
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// A function was called with arguments of other types than its parameters.
public struct CallError: Error, Sendable, CustomStringConvertible {
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
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
    case .interrupted: "interrupted"
    case .timeLimitExceeded: "time limit exceeded"
    }
  }
}

extension Trap: CustomStringConvertible {
  public var description: String {
    var text = "wasm trap: \(reason.message)"
    for frame in backtrace { text += "\n  in \(frame)" }
    return text
  }
}

extension Trap {
  /// The trap that the fault handler recorded last on this thread.
  static func last() -> Trap {
    let record = latch_last_trap()
    var frames: [TrapFrame] = []
    let reason = TrapReason(rawValue: UInt8(truncatingIfNeeded: record.pointee.reason)) ?? .unreachable
    withUnsafeBytes(of: record.pointee.frames) { bytes in
      let addresses = bytes.bindMemory(to: UInt.self)
      for index in 0..<Int(record.pointee.frame_count) {
        // A return address may be the first byte after its function; the call's entry is at its last byte.
        let address = index == 0 && record.pointee.starts_at_fault ? addresses[index] : addresses[index] - 1
        guard let code = latch_code_find(address), let owner = code.pointee.owner else { continue }
        let module = Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
        let offset = offset(of: address, in: code.pointee)
        // A callee that has become part of its caller's code is found by the operator's place.
        let function = offset.flatMap(module.function(at:)) ?? code.pointee.function_index
        frames.append(
          TrapFrame(
            functionIndex: function, functionName: module.functionName(Int(function))?.string, moduleOffset: offset))
      }
    }
    return Trap(reason, backtrace: frames)
  }

  private static func offset(of address: UInt, in code: latch_code) -> Int? {
    guard let sites = code.sites else { return nil }
    let codeOffset = UInt32(address - code.start)
    var low = 0
    var high = Int(code.site_count)
    while low < high {
      let middle = (low + high) / 2
      if sites[middle].code_offset < codeOffset { low = middle + 1 } else { high = middle }
    }
    guard low < Int(code.site_count), sites[low].code_offset == codeOffset else { return nil }
    return Int(sites[low].wasm_offset)
  }
}
