// Which functions were active when something stopped: made from the return addresses that the fault handler has collected on this thread.

import FaultHandler
import WasmFormat

/// One function of a backtrace.
///
/// ```swift
/// do {
///   try function()
/// } catch let trap as Trap {
///   for frame in trap.backtrace { print(frame.functionName ?? "?", frame.functionIndex, frame.moduleOffset ?? 0) }
/// }
/// ```
public struct TrapFrame: Sendable, Equatable, CustomStringConvertible {
  /// In the function index space of its module.
  public let functionIndex: UInt32
  /// From the module's name section; without that, the name under which the function is exported.
  public let functionName: String?
  /// Where in the module's bytes the operator is: the trapping one, or the call that has not returned.
  public let moduleOffset: Int?

  /// `fib (wasm function 12) at offset 0x1f3`.
  public var description: String {
    var text = functionName.map { "\(WasmName.shown($0)) (wasm function \(functionIndex))" } ?? "wasm function \(functionIndex)"
    if let moduleOffset { text += " at offset 0x\(String(moduleOffset, radix: 16))" }
    return text
  }
}

/// The functions that were active, innermost first.
enum Backtrace {
  /// What the fault handler has collected last on this thread.
  static func last() -> [TrapFrame] {
    let record = latch_last_trap()
    var frames: [TrapFrame] = []
    withUnsafeBytes(of: record.pointee.frames) { bytes in
      let addresses = bytes.bindMemory(to: UInt.self)
      for index in 0..<Int(record.pointee.frame_count) {
        // A return address may be the first byte after its function; the call's entry is at its last byte.
        let address = index == 0 && record.pointee.starts_at_fault ? addresses[index] : addresses[index] - 1
        if let frame = frame(address) { frames.append(frame) }
      }
    }
    return frames
  }

  private static func frame(_ address: UInt) -> TrapFrame? {
    guard let code = latch_code_find(address), let owner = code.pointee.owner else { return nil }
    let module = Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
    let offset = offset(of: address, in: code.pointee)
    // A callee that has become part of its caller's code is found by the operator's place.
    if let place = offset.flatMap(module.functionAndModule(at:)) {
      return TrapFrame(
        functionIndex: place.function, functionName: place.module.functionName(Int(place.function))?.string, moduleOffset: place.offset)
    }
    let function = code.pointee.function_index
    return TrapFrame(functionIndex: function, functionName: module.functionName(Int(function))?.string, moduleOffset: offset)
  }

  private static func offset(of address: UInt, in code: latch_code) -> Int? {
    var site = latch_site()
    let isFound = withUnsafePointer(to: code) { latch_find_site($0, UInt32(address - code.start), &site) }
    return isFound ? Int(site.wasm_offset) : nil
  }

  /// How many functions may call each other in a circle that is folded.
  private static let longestCircle = 8

  /// A line for each frame, indented; but what repeats itself three times or more, as endless recursion does, stands there once, with a count.
  static func lines(_ frames: [TrapFrame]) -> String {
    var text = ""
    var index = 0
    while index < frames.count {
      let (length, count) = circle(frames[index...])
      for frame in frames[index..<index + length] {
        text += "\n  in \(frame)"
        if length == 1 && count > 1 { text += ", \(count) times" }
      }
      if length > 1 && count > 1 { text += "\n  these \(length) lines \(count) times" }
      index += length * count
    }
    return text
  }

  /// The shortest sequence at the beginning that is repeated, and how often it stands there in all; a single frame if nothing is.
  private static func circle(_ frames: ArraySlice<TrapFrame>) -> (length: Int, count: Int) {
    for length in 1...longestCircle where frames.count >= 3 * length {
      let first = frames.prefix(length)
      var count = 1
      while frames.dropFirst(count * length).starts(with: first) { count += 1 }
      if count >= 3 { return (length, count) }
    }
    return (1, 1)
  }
}
