// Calls of any kind of procedure with arguments in memory, and how execution crosses between interpreted and generated code.
import GuestABI

/// The call that a result of `Constant.tailCall` asks for.
public enum Pending {
  nonisolated(unsafe) public static var sp: Address = 0
  nonisolated(unsafe) public static var count: Int = 0
  public static var procedure: Word { runtimeState.roots[.pendingProcedure] }

  /// Asks the caller to make a call.
  @inline(__always)
  static func set(_ procedure: Word, _ sp: Address, _ count: Int) -> Word {
    runtimeState.roots[.pendingProcedure] = procedure
    self.sp = sp
    self.count = count
    return Constant.tailCall
  }
}

/// Calls a procedure, which has a Func, with the arguments at `sp`; never returns `tailCall`.
@inline(__always)
func call(_ callee: Word, _ function: Func, _ sp: Address, _ count: Int) -> Word {
  if function.isInterpreted(taking: count) {
    let calls = function.calls &+ 1
    if sp < runtimeState.stackLimit && calls < Hotness.threshold {
      function.calls = calls
      let result = run(function.start, sp, callee)
      return result == Constant.tailCall ? callPending() : result
    }
  }
  return callAny(callee, sp, count)
}

/// `call` for the less common cases.
@inline(never)
func callAny(_ callee: Word, _ sp: Address, _ count: Int) -> Word {
  let result = enter(callee, sp, count)
  return result == Constant.tailCall ? callPending() : result
}

/// Makes pending calls until there is a value.
@inline(never)
func callPending() -> Word {
  while true {
    let procedure = Pending.procedure
    let function = Func(procedureFunction(procedure))
    let result =
      function.state == .compiled
      ? callCompiled(function, procedure, Pending.sp, Pending.count) : enter(procedure, Pending.sp, Pending.count)
    if result != Constant.tailCall { return result }
  }
}

/// Runs a procedure with arguments at `sp`, once: may return `tailCall`. This is what the entry stubs call.
public func enter(_ callee: Word, _ sp: Address, _ count: Int) -> Word {
  var procedure = callee
  if callee.isProcedure {
    var function = Func(procedureFunction(callee))
    if function.hasRest, let variant = function.variant(count) {
      function = variant
      procedure = variant.procedure(of: callee)
      if function.state == .compiled { return Pending.set(procedure, sp, count) }
    }
    if function.kind == .lambda && function.state != .compiled
      && (count == function.parameters && !function.hasRest || gatherRest(function, sp, count))
    {
      function.calls &+= 1
      let slots = function.parameters + (function.hasRest ? 1 : 0)
      if sp >= runtimeState.stackLimit || function.calls >= Hotness.threshold {
        procedure = pollEntry(procedure, sp, slots)
        if procedure == Constant.unwind { return Constant.unwind }
        if function.state == .compiled { return Pending.set(procedure, sp, spreadRest(function, sp)) }
      }
      return run(function.start, sp, procedure)
    }
  }
  return callOther(callee, sp, count)
}

/// Calls what is not an interpreted procedure that takes these arguments: compiled code, primitives, continuations; anything else is an error.
@inline(never)
func callOther(_ callee: Word, _ sp: Address, _ count: Int) -> Word {
  if !callee.isProcedure { return raiseNotAProcedure(callee) }
  let function = Func(procedureFunction(callee))
  switch function.kind {
  case .lambda:
    if function.state != .compiled || !function.accepts(count) { return raiseWrongArgumentCount(callee, count) }
    return Pending.set(callee, sp, count)
  case .primitive:
    if !function.accepts(count) { return raiseWrongArgumentCount(callee, count) }
    return Primitives.function(function.primitive)(sp, Int32(count))
  case .continuation: return Continuation.enter(callee, sp, arguments: listOfArguments(sp, from: 0, to: count))
  case .parameter: return callParameter(callee, sp, count)
  }
}

/// A call's callee is not a procedure: perhaps because its global is not defined.
@inline(never)
public func raiseBadCallee(_ node: Node, _ callee: Word) -> Word {
  if callee == Constant.undefined && node.a.kind == .global {
    return raiseUnboundVariable(.pointer(node.a.address, Tag.object))
  }
  return raiseNotAProcedure(callee)
}

@inline(never)
public func raiseWrongArgumentCount(_ callee: Word, _ count: Int) -> Word {
  let function = Func(procedureFunction(callee))
  let maximum =
    switch function.kind {
    case .primitive: function.maximumArguments
    case .parameter: 1
    default: function.hasRest ? -1 : function.parameters
    }
  return raiseWrongArgumentCount(named: function.name, given: count, minimum: function.parameters, maximum: maximum)
}

/// The table index of a function as something that can be called.
@inline(__always)
func entry<Function>(_ index: UInt32, _ type: Function.Type) -> Function {
  unsafeBitCast(UInt(index), to: Function.self)
}

/// Calls generated code. (The arguments are words; the C types say Int64 because that is what wasm has.)
func callCompiled(_ function: Func, _ procedure: Word, _ sp: Address, _ count: Int) -> Word {
  typealias General = @convention(c) (Word, Address, Int32) -> Word
  typealias Direct0 = @convention(c) (Word, Address) -> Word
  typealias Direct2 = @convention(c) (Word, Address, Word, Word) -> Word
  typealias Direct3 = @convention(c) (Word, Address, Word, Word, Word) -> Word
  typealias Direct4 = @convention(c) (Word, Address, Word, Word, Word, Word) -> Word
  func argument(_ index: UInt32) -> Word { load64(sp &+ index &* 8) }
  switch count {
  case 0: return entry(function.directEntry(0), Direct0.self)(procedure, sp)
  case 1: return callCompiled(function, procedure, sp, argument(0))
  case 2: return entry(function.directEntry(2), Direct2.self)(procedure, sp, argument(0), argument(1))
  case 3: return entry(function.directEntry(3), Direct3.self)(procedure, sp, argument(0), argument(1), argument(2))
  case 4:
    return entry(function.directEntry(4), Direct4.self)(
      procedure, sp, argument(0), argument(1), argument(2), argument(3))
  default: return entry(function.generalEntry, General.self)(procedure, sp, Int32(count))
  }
}

/// Calls generated code with one argument.
@inline(__always)
func callCompiled(_ function: Func, _ procedure: Word, _ sp: Address, _ argument: Word) -> Word {
  typealias Direct1 = @convention(c) (Word, Address, Word) -> Word
  return entry(function.directEntry(1), Direct1.self)(procedure, sp, argument)
}

/// Whether a hot loop has generated code; asks for it once. (What returns either something or nothing returns it through memory, for which the interpreter, whose frames
/// these are, would have to reserve some in each.)
@inline(never)
func hasGeneratedLoop(_ label: Node) -> Bool {
  if label.loopEntry == 0 && label.countIteration() == Hotness.loopThreshold &+ 1 {
    JITHooks.compileLoop(label.owner, label)
  }
  return label.loopEntry != 0
}

/// Goes on with a loop in its generated code, whose frame is read from `frame`.
@inline(never)
func continueInGeneratedLoop(_ label: Node, _ frame: Address, _ procedure: Word) -> Word {
  typealias Loop = @convention(c) (Word, Address, Int32) -> Word
  return entry(label.loopEntry, Loop.self)(procedure, frame, Int32(label.slot + label.count))
}

/// For a procedure with a rest parameter: replaces the surplus arguments at `sp` by a list of them. False when it has none, or there are too few.
@inline(never)
func gatherRest(_ function: Func, _ sp: Address, _ count: Int) -> Bool {
  let parameters = function.parameters
  if !function.hasRest || count < parameters { return false }
  store64(sp &+ UInt32(parameters) &* 8, listOfArguments(sp, from: parameters, to: count))
  return true
}

/// The list of the arguments from one index to another.
public func listOfArguments(_ sp: Address, from first: Int, to end: Int) -> Word {
  var rest = Constant.null
  var index = end
  while index > first {
    index -= 1
    rest = cons(load64(sp &+ UInt32(index) &* 8), rest)
  }
  return rest
}

/// Undoes `gatherRest`; returns the number of arguments.
func spreadRest(_ function: Func, _ sp: Address) -> Int {
  var count = function.parameters
  if !function.hasRest { return count }
  var rest = load64(sp &+ UInt32(count) &* 8)
  while rest.isPair {
    store64(sp &+ UInt32(count) &* 8, car(rest))
    count += 1
    rest = cdr(rest)
  }
  return count
}
