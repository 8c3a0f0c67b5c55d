// How a module's functions get from the baseline compiler to the optimizing one (Tier.auto).
//
//   1. Baseline code counts. When a function's count is spent, its code calls a thunk, which calls `tierUp` below on the program's thread.
//   2. That asks the queue to have the function compiled, or reminds it, and starts a new count. The program goes on.
//   3. A thread of the queue compiles the function, holding no lock, and installs the code (see Module+Optimization.swift).
//   4. A count that is spent at a loop after that comes from a frame that is still in baseline code: if that goes on for a while, the loop's entry is asked
//      for; when it is there, the next count that is spent at the loop goes on in it. Frames of large functions have to go on for longer, and
//      only a few loops of a function are entered, one after the other.
//   5. Code for an entry has, beside the function's loops, the rest of the loops around the one that is entered. A large function is therefore entered at
//      the outermost loop that its frame comes by: an interpreter in its dispatch loop comes by the loop around that, too, some time.
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

  fileprivate struct FunctionState {
    var stage = Stage.baseline
    /// Loops that have been compiled or refused.
    var loops: UInt8 = 0
    /// One is being compiled.
    var compilesLoop = false
    /// The millisecond of the first count that was spent at a loop after the function had been compiled; 0 for none.
    var firstHotLoop: UInt32 = 0
  }

  fileprivate struct LoopState {
    var stage = Stage.baseline
    var address: UInt = 0
    var isUsed = false
    /// In a large function, the loops around it, outermost first, and itself, once a count has been spent there.
    var nest: [CompilePlace]?
  }

  fileprivate struct State: ~Copyable {
    let functionCount: Int
    /// What all functions are at first.
    let first: Stage
    /// Empty until something is known of one of them.
    var functions: [FunctionState] = []
    var loops: [CompilePlace: LoopState] = [:]
  }

  /// What counts start with.
  let hotCount: Int32
  private let state: Mutex<State>

  init(functionCount: Int, hotCount: Int32, first: Stage = .baseline) {
    self.hotCount = hotCount
    state = Mutex(State(functionCount: functionCount, first: first))
  }

  func stage(_ place: CompilePlace) -> Stage {
    state.withLock { state in
      place.loop < 0 ? state.stage(place.function) : state.loops[place]?.stage ?? .baseline
    }
  }

  func set(_ place: CompilePlace, _ stage: Stage, address: UInt = 0) {
    state.withLock { state in
      state.note()
      if place.loop < 0 { return state.functions[place.function].stage = stage }
      var loop = state.loops[place] ?? LoopState()
      loop.stage = stage
      loop.address = address
      state.loops[place] = loop
      state.functions[place.function].compilesLoop = stage == .waiting
      if stage == .optimized || stage == .refused {
        state.functions[place.function].loops &+= 1
        // The frame may come by it before another one is wanted.
        state.functions[place.function].firstHotLoop = 0
      }
    }
  }

  /// Whether no function has been asked for.
  var isUntouched: Bool { state.withLock { state in state.functions.isEmpty } }

  /// Functions whose code is the optimizing compiler's.
  var optimizedFunctions: [Int] { state.withLock { state in (0..<state.functionCount).filter { state.stage($0) == .optimized } } }

  /// What to do about a count that was spent.
  enum Step {
    /// Have this compiled, or remind the compiler.
    case compile(CompilePlace)
    /// Go on at this address. `isFirst`: nobody has before.
    case enter(UInt, isFirst: Bool)
    /// Nothing now: the frame has to reach a loop first, or this loop has been refused, but there may be others.
    case goOn
    /// Nothing here, but ask again soon: there is an entry at a loop around this one.
    case lookAround
    /// Nothing, ever.
    case stay
  }

  /// The next step for a place whose count was spent, in this millisecond. `patience`: for how many milliseconds frames have to go on in baseline code when the
  /// function has been compiled, before a loop is. `nest`, for large functions: the loops around the place's, outermost first, and that loop itself.
  func step(_ place: CompilePlace, at now: UInt32, patience: Int, nest: (() -> [Int])? = nil) -> Step {
    state.withLock { state in
      switch state.stage(place.function) {
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
        state.loops[place] = loop
        return state.stepAtLoop(place, at: now, patience: patience, nest: nest)
      }
    }
  }
}

extension TierUp.State {
  fileprivate func stage(_ function: Int) -> TierUp.Stage { functions.isEmpty ? first : functions[function].stage }

  /// Makes room for what is known of functions.
  fileprivate mutating func note() {
    if functions.isEmpty { functions = Array(repeating: TierUp.FunctionState(stage: first), count: functionCount) }
  }

  /// The next step at a loop that has no entry, in a frame of a function that has been compiled.
  fileprivate mutating func stepAtLoop(_ place: CompilePlace, at now: UInt32, patience: Int, nest: (() -> [Int])?) -> TierUp.Step {
    let function = functions[place.function]
    if function.compilesLoop || function.loops >= Tuning.loopEntries { return .goOn }
    if patience == 0 { return .compile(place) }
    let first = function.firstHotLoop == 0 ? max(now, 1) : function.firstHotLoop
    functions[place.function].firstHotLoop = first
    let waited = Int(Int32(bitPattern: now &- first))
    guard let nest else { return waited < patience ? .goOn : .compile(place) }
    // Found once: where entries are looked for, counts are short.
    let around = loops[place]?.nest ?? nest().map { CompilePlace(function: place.function, loop: $0) }
    loops[place]?.nest = around
    // What is not in the table is a loop where no count has been spent.
    if waited < patience { return around.contains { loops[$0]?.stage == .optimized } ? .lookAround : .goOn }
    guard let best = around.first(where: { loops[$0]?.stage == .baseline }) else { return .goOn }
    return best == around.first || waited >= 4 * patience ? .compile(best) : .goOn
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
  let body = module.declarations.bodies[function]
  let compileTime = UInt64(body.count) * Tuning.compileByteTime
  let patience = debug.hotCount == nil ? Int(compileTime / 1_000_000) : 0
  let now = UInt32(truncatingIfNeeded: MonotonicClock.nanoseconds / 1_000_000)
  let nest = { LoopNest.loops(around: place.loop, in: module.buffer[body]) }
  func nextStep() -> TierUp.Step {
    tierUp.step(place, at: now, patience: patience, nest: body.count < Tuning.largeLoopEntry ? nil : nest)
  }
  var step = nextStep()
  if case .compile(let wanted) = step {
    if let trace = module.engine.trace { trace.moment("hot: \(module.shownName(wanted))", "tier-up") }
    let isQueued = queue.request(wanted, of: module)
    if isQueued && debug.waitsForOptimizer {
      queue.wait(for: wanted, of: tierUp)
      // A loop does not wait for a second count.
      step = nextStep()
      if place.loop >= 0, case .compile(place) = step, queue.request(place, of: module) {
        queue.wait(for: place, of: tierUp)
        step = nextStep()
      }
    }
  }
  switch step {
  case .compile, .goOn:
    instance.setCount(function, max(tierUp.hotCount, 1))
    return nil
  case .lookAround:
    instance.setCount(function, Tuning.shortCount)
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
