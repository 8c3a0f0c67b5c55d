// Saving what becomes hot: while a program runs, the functions of its module that the optimizing compiler has done are compiled once more, for a saved
// module. (Code that runs has addresses of this process in it.) A thread does that which takes no processor from anybody, if the system can say so.

import OMG
import RuntimeLayout
import SavedModules
import WasmFormat

/// Makes a saved module of a module that runs, with the machine code of what has become hot and what the module was loaded with.
///
/// ```swift
/// let recorder = HotCodeRecorder(module)
/// recorder.start()
/// try instance.function("run")!()
/// if let saved = recorder.finish() { print(saved.count, "bytes for Module(engine, serialized:)") }
/// ```
public final class HotCodeRecorder {
  private let recording: Recording

  /// For a module of an engine with `Tier.auto`; with another tier nothing is hot.
  public init(_ module: Module) { recording = Recording(module) }

  deinit { _ = recording.stop() }

  /// Begins, on a thread of its own. Returns false if the system refuses one.
  @discardableResult
  public func start() -> Bool {
    BackgroundThread.start(stackSize: Tuning.compileThreadStackSize) { [recording] in
      BackgroundThread.giveWay(altogether: true)
      recording.run()
    }
  }

  /// Ends it: the bytes of the saved module, or nil if there is no code that the module was not loaded with. What became hot at last, or found no processor,
  /// is compiled now, for as much time as is given.
  public func finish(within time: Duration = .milliseconds(10)) -> [UInt8]? {
    guard recording.stop() else { return nil }
    let end = MonotonicClock.nanoseconds + UInt64(max(time / .nanoseconds(1), 0))
    // Without a thread to compile on, what there is will do.
    _ = try? withCompilerStack { [recording] in
      var compiler = OMGCompiler()
      recording.record(&compiler) { MonotonicClock.nanoseconds >= end }
    }
    return recording.finish()
  }
}

private final class Recording: @unchecked Sendable {
  private let module: Module
  private let monitor = Monitor()
  // Under the monitor.
  private var builder: SavedModuleBuilder?
  private var added = 0
  private var refused: Set<Int> = []
  private var isStopped = false
  /// The bytes have been given away. A thread may still compile: what it was given stays.
  private var isFinished = false

  /// Between two looks at what has become hot.
  private static let interval: UInt64 = 30_000_000

  init(_ module: Module) { self.module = module }

  /// False if the thread cannot be told: it has the lock and finds no processor.
  func stop() -> Bool {
    let isTold: Void? = monitor.locked(withinMilliseconds: 50) {
      isStopped = true
      monitor.wakeAll()
    }
    return isTold != nil
  }

  func run() {
    var compiler = OMGCompiler()
    while isWanted() { record(&compiler) { monitor.locked { isStopped } } }
  }

  /// Waits for a while. Whether to go on.
  private func isWanted() -> Bool {
    monitor.locked {
      if !isStopped { monitor.wait(nanoseconds: Self.interval) }
      return !isStopped
    }
  }

  /// Compiles what has become hot and has no code here, until it is to stop.
  func record(_ compiler: inout OMGCompiler, isOver: () -> Bool) {
    for function in module.tierUp?.optimizedFunctions ?? [] {
      guard let input = input(function) else { continue }
      if isOver() { return }
      let compiled = compiler.compile(input)
      monitor.locked {
        // Somebody else may have been faster.
        if isFinished || builder?.has(function) != false { return }
        if let compiled {
          builder?.add(compiled, of: function)
          added += 1
        } else {
          refused.insert(function)
        }
      }
      compiler.trim()
    }
  }

  /// What to compile for a function; nil if there is code of it, or cannot be.
  private func input(_ function: Int) -> OMGInput? {
    monitor.locked {
      if isFinished { return nil }
      if builder == nil { begin() }
      return builder?.has(function) == false && !refused.contains(function) ? builder?.input(function) : nil
    }
  }

  private func begin() {
    let engine = module.engine
    do throws(ModuleError) {
      var builder = try SavedModuleBuilder(module.buffer, engine.savedModuleSettings, limits: engine.configuration.limits.module)
      // What is inlined into functions that have run may never have been looked at.
      if module.information.validatesLazily && module.saved == nil { try builder.validate() }
      if let saved = module.saved { builder.add(allOf: saved) }
      self.builder = consume builder
    } catch {
      isFinished = true
    }
  }

  func finish() -> [UInt8]? {
    monitor.locked {
      if isFinished { return nil }
      isFinished = true
      return added > 0 ? builder?.finish() : nil
    }
  }
}
