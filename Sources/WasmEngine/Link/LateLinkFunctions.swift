// The functions of `latch_jit` (WasmFormat's LateLinkInterface) as the guest calls them. They return numbers, and never trap for what the guest does wrong.

import FaultHandler
import RuntimeLayout
import WasmFormat

struct LateLinkFunctions {
  private let state: LateLinkState
  private let store: Store

  init(_ state: LateLinkState, _ store: Store) {
    self.state = state
    self.store = store
  }

  /// With their names, always in the same order.
  func all() -> [(name: String, function: Function)] {
    let state = state
    var all: [(name: String, function: Function)] = []
    func define(_ name: String, _ function: Function) { all.append((name, function)) }
    define(LateLinkInterface.version, Function(store) { (_: borrowing Caller) -> Int32 in LateLinkInterface.currentVersion })
    define(
      LateLinkInterface.link,
      Function(store) { (caller: borrowing Caller, pointer: UInt32, length: UInt32, flags: Int32) throws -> Int32 in
        try state.forGuest(caller, pointer, length, flags) { bytes in try state.link(bytes, flags: flags).handle }
      })
    define(
      LateLinkInterface.linkAsync,
      Function(store) { (caller: borrowing Caller, pointer: UInt32, length: UInt32, flags: Int32) throws -> Int32 in
        try state.forGuest(caller, pointer, length, flags) { bytes in try state.linkInBackground(bytes, flags: flags) }
      })
    define(LateLinkInterface.state, Function(store) { (_: borrowing Caller, handle: Int32) throws -> Int32 in try state.state(handle) })
    define(
      LateLinkInterface.unlink,
      Function(store) { (_: borrowing Caller, handle: Int32) -> Int32 in state.unlink(handle)?.rawValue ?? 0 })
    define(
      LateLinkInterface.counts,
      Function(store) { (caller: borrowing Caller, handle: Int32, pointer: UInt32, capacity: UInt32) throws -> Int32 in
        guard let counts = state.counts(handle) else { return LinkFailure.noSuchHandle.rawValue }
        let stored = counts.prefix(Int(capacity) / 8)
        return try state.put(stored, at: pointer, caller) ? Int32(counts.count) : LinkFailure.outsideMemory.rawValue
      })
    define(
      LateLinkInterface.message,
      Function(store) { (caller: borrowing Caller, pointer: UInt32, capacity: UInt32) throws -> Int32 in
        let text = Array((state.lastFailure.map { "\($0)" } ?? "").utf8)
        return try state.put(text.prefix(Int(capacity)), at: pointer, caller) ? Int32(text.count) : LinkFailure.outsideMemory.rawValue
      })
    return all
  }
}

extension LateLinkState {
  /// Calls `body` with bytes of the guest's memory; what it throws becomes a number where that is the guest's business.
  fileprivate func forGuest(
    _ caller: borrowing Caller, _ pointer: UInt32, _ length: UInt32, _ flags: Int32, _ body: (UnsafeRawBufferPointer) throws -> Int32
  ) throws -> Int32 {
    if isPullOnly { return LinkState.pullOnly }
    if flags & ~LinkFlag.all != 0 { return LinkFailure.badFlags.rawValue }
    do {
      let start = try guest(calledBy: caller.instance).memory(caller.store).address(of: Int(pointer), count: Int(length))
      return try body(UnsafeRawBufferPointer(start: start, count: Int(length)))
    } catch {
      return try LinkFailure(error).rawValue
    }
  }

  /// Stores words or bytes in the guest's memory; false if they do not fit there.
  fileprivate func put<Element: BitwiseCopyable>(_ elements: ArraySlice<Element>, at pointer: UInt32, _ caller: borrowing Caller) throws -> Bool {
    if elements.isEmpty { return true }
    let count = elements.count * MemoryLayout<Element>.stride
    guard let target = try? guest(calledBy: caller.instance).memory(caller.store).address(of: Int(pointer), count: count) else { return false }
    elements.withUnsafeBytes { target.copyMemory(from: $0.baseAddress!, byteCount: count) }
    return true
  }
}

extension InstanceStorage {
  /// See `FunctionCount`.
  var functionCounts: [UInt64] {
    (0..<recordCount).map { function in
      guard let tierUp = module.tierUp else { return 0 }
      let left = count(function)
      let spent = left == Tuning.neverHot ? 0 : UInt64(max(Int64(tierUp.hotCount) - Int64(left), 0))
      let tier =
        switch tierUp.stage(CompilePlace(function: function)) {
        case .baseline: FunctionCount.baseline
        case .waiting: FunctionCount.waiting
        case .optimized: FunctionCount.optimized
        case .refused: FunctionCount.refused
        }
      return min(spent, FunctionCount.spentMask) | tier << FunctionCount.tierShift
    }
  }
}
