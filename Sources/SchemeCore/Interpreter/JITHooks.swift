// What the runtime asks of the code generator, which it does not know. The policy of SchemeJIT installs its hooks once, when the runtime starts;
// without them everything is interpreted.

public struct JITHooks {
  /// A procedure has become hot: compile and link it and what else is warm.
  public var compile: (Func) -> Void = { _ in }
  /// A loop of a procedure has become hot while it runs: compile the procedure and the rest of the loop.
  public var compileLoop: (Func, Node) -> Void = { _, _ in }
  /// A call is often returned to with a frame record: compile what follows it.
  public var compileResumption: (Node) -> Void = { _ in }
  /// A procedure's code presumed something wrong too often: compile it anew.
  public var compileAnew: (Func) -> Void = { _ in }
  /// A top-level form is about to run. The second Func is the newest one from before it, so that all that the form introduces is known.
  public var willRun: (_ form: Func, _ before: Func) -> Void = { _, _ in }
  /// The loops of long arithmetic are hot: puts generated ones in place; whether they are.
  public var generateLimbLoops: () -> Bool = { false }
  /// A linked module, by its number with the host and its functions' place in the table, is not needed any more.
  public var unlink: (Int32, Range<Int>) -> Void = { _, _ in }

  public init() {}

  /// Puts the hooks in place. Call it once. Generating and linking code is nothing to be stopped in the middle.
  public static func install(_ hooks: JITHooks) {
    jitHooks.compile = { function in whileBusy { hooks.compile(function) } }
    jitHooks.compileLoop = { function, label in whileBusy { hooks.compileLoop(function, label) } }
    jitHooks.compileResumption = { node in whileBusy { hooks.compileResumption(node) } }
    jitHooks.compileAnew = { function in whileBusy { hooks.compileAnew(function) } }
    jitHooks.willRun = { form, before in whileBusy { hooks.willRun(form, before) } }
    jitHooks.generateLimbLoops = { whileBusy { hooks.generateLimbLoops() } }
    jitHooks.unlink = { number, functions in whileBusy { hooks.unlink(number, functions) } }
  }

  private static func whileBusy<Result>(_ body: () -> Result) -> Result {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    return body()
  }
}

nonisolated(unsafe) private(set) var jitHooks = JITHooks()
