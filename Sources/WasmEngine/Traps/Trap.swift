// Traps as Swift errors, and the other errors of the engine.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Execution of wasm code was stopped by a fault in the program.
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
public struct TrapFrame: Sendable {
  /// In the function index space of its module.
  public let functionIndex: UInt32
  /// From the module's name section.
  public let functionName: String?
  /// Where in the module's bytes the trapping operator is; known for the innermost function only.
  public let moduleOffset: Int?
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
    }
  }
}

extension Trap: CustomStringConvertible {
  public var description: String {
    var text = "wasm trap: \(reason.message)"
    for frame in backtrace {
      text += "\n  in function \(frame.functionIndex)"
      if let name = frame.functionName { text += " <\(name)>" }
      if let offset = frame.moduleOffset { text += " at byte \(offset)" }
    }
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
        // A return address may be the first byte after its function.
        let isFault = index == 0
        guard let code = latch_code_find(isFault ? addresses[index] : addresses[index] - 1), let owner = code.pointee.owner
        else { continue }
        let module = Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
        let function = code.pointee.function_index
        frames.append(
          TrapFrame(
            functionIndex: function, functionName: module.declarations.functionNames[function]?.string,
            moduleOffset: isFault ? offset(of: addresses[index], in: code.pointee) : nil))
      }
    }
    return Trap(reason, backtrace: frames)
  }

  private static func offset(of address: UInt, in code: latch_code) -> Int? {
    guard let sites = code.sites else { return nil }
    let codeOffset = UInt32(address - code.start)
    for index in 0..<Int(code.site_count) where sites[index].code_offset == codeOffset {
      return Int(sites[index].wasm_offset)
    }
    return nil
  }
}
