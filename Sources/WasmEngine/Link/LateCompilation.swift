// Compiling modules that a guest wants linked, without the guest waiting. A background thread decodes, validates and compiles; instantiating is left to the
// thread that the store belongs to.

import RuntimeLayout
import Synchronization
import WasmFormat

/// A module that is being compiled, or waits for it.
final class LateCompilation: Sendable {
  private enum Stage {
    case waiting, cancelled
    case done(Result<Module, any Error>)
  }

  private let engine: Engine?
  /// Owned until it has been compiled.
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  let byteCount: Int
  private let isHot: Bool
  private let guest: GuestIndices?
  private let stage = Mutex(Stage.waiting)

  /// Stands for the compilation of a module that is compiled at once.
  static let none = LateCompilation()

  private init() {
    engine = nil
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    byteCount = 0
    isHot = false
    guest = nil
  }

  init(_ engine: Engine, _ source: UnsafeRawBufferPointer, to guest: GuestIndices, isHot: Bool) {
    self.engine = engine
    self.guest = guest
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 16)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
    byteCount = source.count
    self.isHot = isHot
  }

  deinit { if engine != nil { bytes.deallocate() } }

  /// What has come of it; nil while it lasts.
  func takeResult() -> Result<Module, any Error>? {
    stage.withLock { stage in
      guard case .done(let result) = stage else { return nil }
      return result
    }
  }

  /// Nobody wants it any more.
  func cancel() { stage.withLock { $0 = .cancelled } }

  func perform() {
    guard let engine, let guest, stage.withLock({ if case .waiting = $0 { true } else { false } }) else { return }
    let source = UnsafeRawBufferPointer(start: bytes.baseAddress, count: byteCount)
    let result = Result { try Module(engine, late: source, to: guest, isHot: isHot) }
    stage.withLock { stage in if case .waiting = stage { stage = .done(result) } }
  }
}

/// The thread that compiles them, in the order in which they come. It ends when there has been nothing to do for a while.
final class LateCompileQueue: @unchecked Sendable {
  private let monitor = Monitor()
  // Guarded by the monitor.
  private var waiting: [LateCompilation] = []
  private var isRunning = false

  /// False if there is no thread to be had.
  func submit(_ compilation: LateCompilation) -> Bool {
    let isAccepted = monitor.locked {
      if !isRunning { isRunning = BackgroundThread.start(stackSize: Tuning.compileThreadStackSize) { self.work() } }
      if isRunning { waiting.append(compilation) }
      return isRunning
    }
    if isAccepted { monitor.wakeAll() }
    return isAccepted
  }

  private func next() -> LateCompilation? {
    monitor.locked { () -> LateCompilation? in
      let deadline = MonotonicClock.nanoseconds + UInt64(Tuning.compileThreadPatience) * 1_000_000_000
      while waiting.isEmpty {
        if MonotonicClock.nanoseconds >= deadline {
          isRunning = false
          return nil
        }
        monitor.wait(nanoseconds: 1_000_000_000)
      }
      return waiting.removeFirst()
    }
  }

  private func work() { while let compilation = next() { compilation.perform() } }
}
