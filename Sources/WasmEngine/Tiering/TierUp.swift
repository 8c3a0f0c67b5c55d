// How a module's functions get from the baseline compiler to the optimizing one (Tier.auto).
//
//   1. Baseline code counts. When a function's count is spent, its code calls a thunk, which calls `tierUp` below on the program's thread.
//   2. That asks the queue to have the function compiled, or reminds it, and starts a new count. The program goes on.
//   3. A thread of the queue compiles the function, holding no lock, and installs the code (see Module+Optimization.swift).
//   4. A count that is spent at a loop after that comes from a frame that is still in baseline code: if that goes on for a while, the loop's entry is asked
//      for; when it is there, the next count that is spent at the loop goes on in it. Frames of large functions have to go on for longer, and
//      only a few loops of a function are entered.
//
// A function that the optimizing compiler does not do stays where it is, and its counts become so large that they are never spent.

import FaultHandler
import RuntimeLayout
import Synchronization
import WasmFormat

/// What the optimizing compiler is asked for: a function, or the entry into one at a loop.
struct CompilePlace: Hashable, Sendable {
  /// Counted from the first function that the module defines.
  var function: Int
  /// Offset of the `loop` operator in the body, or −1 for the function itself.
  var loop: Int = -1
}

/// A module's part in tiering.
final class TierUp: Sendable {
  enum Stage: UInt8 {
    case baseline
    case waiting
    case optimized
    case refused
  }

  private struct FunctionState {
    var stage = Stage.baseline
    /// Loops that have been compiled or refused.
    var loops: UInt8 = 0
    /// Counts that were spent at loops since the function was compiled.
    var hotLoops: UInt32 = 0
  }

  private struct LoopState {
    var stage = Stage.baseline
    var address: UInt = 0
    var isUsed = false
  }

  private struct State: ~Copyable {
    var functions: [FunctionState]
    var loops: [CompilePlace: LoopState] = [:]
  }

  /// What counts start with.
  let hotCount: Int32
  private let state: Mutex<State>

  init(functionCount: Int, hotCount: Int32) {
    self.hotCount = hotCount
    state = Mutex(State(functions: Array(repeating: FunctionState(), count: functionCount)))
  }

  func stage(_ place: CompilePlace) -> Stage {
    state.withLock { state in
      place.loop < 0 ? state.functions[place.function].stage : state.loops[place]?.stage ?? .baseline
    }
  }

  func set(_ place: CompilePlace, _ stage: Stage, address: UInt = 0) {
    state.withLock { state in
      if place.loop < 0 { return state.functions[place.function].stage = stage }
      state.loops[place] = LoopState(stage: stage, address: address)
      if stage == .optimized || stage == .refused { state.functions[place.function].loops &+= 1 }
    }
  }

  /// Functions whose code is the optimizing compiler's.
  var optimizedFunctions: [Int] { state.withLock { state in state.functions.indices.filter { state.functions[$0].stage == .optimized } } }

  /// What to do about a count that was spent.
  enum Step {
    /// Have this compiled, or remind the compiler.
    case compile(CompilePlace)
    /// Go on at this address. `isFirst`: nobody has before.
    case enter(UInt, isFirst: Bool)
    /// Nothing now: the frame has to reach a loop first, or this loop has been refused, but there may be others.
    case goOn
    /// Nothing, ever.
    case stay
  }

  /// The next step for a place whose count was spent. `patience`: how often that has to happen at loops of a compiled function before one is compiled.
  func step(_ place: CompilePlace, patience: Int) -> Step {
    state.withLock { state in
      switch state.functions[place.function].stage {
      case .baseline, .waiting: return .compile(CompilePlace(function: place.function))
      case .refused: return .stay
      case .optimized: break
      }
      if place.loop < 0 { return .goOn }
      let loop = state.loops[place] ?? LoopState()
      switch loop.stage {
      case .optimized:
        state.loops[place]?.isUsed = true
        return .enter(loop.address, isFirst: !loop.isUsed)
      case .refused: return .goOn
      case .waiting: return .compile(place)
      case .baseline:
        if state.functions[place.function].loops >= Tuning.loopEntries { return .goOn }
        if state.functions[place.function].hotLoops >= patience { return .compile(place) }
        state.functions[place.function].hotLoops += 1
        return .goOn
      }
    }
  }
}

/// Called by the thunks, with an instance's context: where to go on, or nil to stay.
let tierUp: @convention(c) (UnsafeMutableRawPointer, UInt32, UInt32) -> UnsafeRawPointer? = { context, index, loop in
  let (instance, function) = InstanceStorage.from(context).function(number: index)
  let module = instance.module
  guard let tierUp = module.tierUp else { return nil }
  let place = CompilePlace(function: function, loop: loop == .max ? -1 : Int(loop))
  let queue = module.engine.runtime.queue
  let debug = module.engine.configuration.debug
  let patience = debug.hotCount == nil ? module.declarations.bodies[function].count / Tuning.loopEntryBytes : 0
  var step = tierUp.step(place, patience: patience)
  if case .compile(let wanted) = step {
    if let trace = module.engine.trace { trace.moment("hot: \(module.shownName(wanted))", "tier-up") }
    let isQueued = queue.request(wanted, of: module)
    if isQueued && debug.waitsForOptimizer {
      queue.wait(for: wanted, of: tierUp)
      // A loop does not wait for a second count.
      step = tierUp.step(place, patience: patience)
      if place.loop >= 0, case .compile(place) = step, queue.request(place, of: module) {
        queue.wait(for: place, of: tierUp)
        step = tierUp.step(place, patience: patience)
      }
    }
  }
  switch step {
  case .compile, .goOn:
    instance.setCount(function, max(tierUp.hotCount, 1))
    return nil
  case .enter(let address, let isFirst):
    if let trace = module.engine.trace { trace.moment("entered: \(module.shownName(place))", "entry") }
    instance.setCount(function, tierUp.hotCount)
    module.engine.note {
      $0.loopEntriesTaken += 1
      if isFirst { $0.loopEntriesUsed += 1 }
    }
    return UnsafeRawPointer(bitPattern: address)
  case .stay:
    instance.setCount(function, Tuning.neverHot)
    return nil
  }
}
