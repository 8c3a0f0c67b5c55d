// Compiling a function with the optimizing compiler and letting the program have the code.
//
// Compilation holds no lock. Installing holds the lock of the module's code, which the program takes only to compile something in the
// baseline tier, to make an instance or to drop one: it waits for that at most. What can be done before is done before (StagedCode).

import CompilerInterface
import FaultHandler
import RuntimeLayout
import WasmFormat

extension Module {
  /// Called on a thread of the queue. Afterwards the place is optimized or refused.
  func optimize(_ place: CompilePlace, _ compiler: inout OptimizingCompiler) {
    guard let tierUp else { return }
    let start = MonotonicClock.nanoseconds
    guard let compiled = compileTimed(place, &compiler) else {
      if place.loop < 0 {
        withCodeInBackground { $0.settle(place.function) }
        engine.noteRefusal(compiler.refusal)
      }
      return tierUp.set(place, .refused)
    }
    let end = MonotonicClock.nanoseconds
    let codeSize = compiled.code.count
    var pause: UInt64 = 0
    var replaced = 0
    var address: UInt?
    if let region = try? engine.runtime.codeRegion(), var staged = try? StagedCode(compiled, of: place.function, owner: self, in: region) {
      address = withCodeInBackground { code in
        let start = MonotonicClock.nanoseconds
        defer { pause = MonotonicClock.nanoseconds - start }
        if place.loop >= 0 { return code.add(&staged, owner: self) }
        replaced = code.codeSize(of: place.function)
        let address = code.install(place.function, &staged, isFinal: true, owner: self)
        bodies?.clobbers.note(place.function, compiled.clobbers)
        return address
      }
    }
    announce(place, .omg, compiled, at: address ?? 0, since: start)
    engine.note { statistics in
      if address != nil { statistics.replacedBytes += replaced }
      if place.loop < 0 {
        statistics.optimized.add(
          functions: 1, wasmBytes: declarations.bodies[place.function].count, codeBytes: codeSize, nanoseconds: end - start)
      } else {
        statistics.loopEntries.add(
          functions: 1, wasmBytes: declarations.bodies[place.function].count, codeBytes: codeSize, nanoseconds: end - start)
      }
      statistics.longestInstallPause = max(statistics.longestInstallPause, pause)
    }
    // Only now may others look for it.
    tierUp.set(place, address == nil ? .refused : .optimized, address: address ?? 0)
  }

  private func compileTimed(_ place: CompilePlace, _ compiler: inout OptimizingCompiler) -> CompiledFunction? {
    guard engine.configuration.debug.timesPhases else { return compiler.compile(self, place) }
    var observer = OptimizerObserver()
    var times: [(String, UInt64)] = []
    observer.time = { times.append(($0, $1)) }
    defer { engine.note { for (name, time) in times { $0.addPhase(name, time) } } }
    return compiler.compile(self, place, observer)
  }

  /// Changes the module's code on a thread of the queue, which does not stand in line for the lock: who does is given it even while it has no
  /// processor, and the program, which takes it again and again, would have to wait until it gets one. (2,100 installs in Scheme programs on two
  /// processors with two other busy processes: standing in line made the program wait 180 to 430 times, mostly for milliseconds; now 3 to 21 times.
  /// The lock is held for 2 µs, in one of a hundred cases for 16 µs or more.)
  func withCodeInBackground<Result>(_ body: (inout ModuleCode) -> Result) -> Result {
    while true {
      if let result = code.withLockIfAvailable({ body(&$0) }) { return result }
      BackgroundThread.sleep(microseconds: 20)
    }
  }

  /// Puts the functions in the queue that the module itself says are hot, the hottest first. The program does not wait for them: they start in
  /// the baseline tier if they are called before.
  func requestMarkedFunctions() {
    guard tierUp != nil, bodies != nil, !declarations.customSections.isEmpty else { return }
    let priorities = declarations.compilationPriorities(in: UnsafeRawBufferPointer(start: bytes, count: byteCount))
    let marked = priorities.filter { $0.optimization != nil && $0.optimization != CompilationPriority.runsOnce }
    requestOptimization(of: marked.sorted(by: { $0.optimization! < $1.optimization! }).map { Int($0.function) - importedFunctionCount })
  }

  /// Puts the first of some valid functions in the queue.
  func requestOptimization(of functions: some Sequence<Int>) {
    guard let tierUp, let bodies else { return }
    for function in functions.prefix(Tuning.markedFunctions) where bodies.isValid[function] != 0 {
      let place = CompilePlace(function: function)
      guard engine.runtime.queue.request(place, of: self) else { continue }
      if engine.configuration.debug.waitsForOptimizer { engine.runtime.queue.wait(for: place, of: tierUp) }
    }
  }

  /// For Tier.omg: compiles those of some functions that the optimizing compiler does, on this thread, if its stack has room for that.
  func optimize(_ functions: Range<Int>, _ code: inout ModuleCode) throws {
    guard let bodies, UInt(bitPattern: latch_stack_headroom()) > UInt(Tuning.compileThreadStackSize) else { return }
    try engine.runtime.optimizingCompilers.use { compiler in
      for function in functions where !code.isCompiled(function) {
        if bodies.isValid[function] == 0 { try validate(function) }
        bodies.noteValid(function)
        let start = MonotonicClock.nanoseconds
        guard let compiled = compiler.compile(self, CompilePlace(function: function)) else {
          engine.noteRefusal(compiler.refusal)
          continue
        }
        let time = MonotonicClock.nanoseconds - start
        let codeBytes = compiled.code.count
        let address = try code.install(
          function, compiled, at: code.region.place(compiled.code), isFinal: true, owner: self)
        bodies.clobbers.note(function, compiled.clobbers)
        announce(CompilePlace(function: function), .omg, compiled, at: address, since: start)
        engine.note {
          $0.optimized.add(
            functions: 1, wasmBytes: declarations.bodies[function].count, codeBytes: codeBytes, nanoseconds: time)
        }
        compiler.trim()
      }
    }
  }
}
