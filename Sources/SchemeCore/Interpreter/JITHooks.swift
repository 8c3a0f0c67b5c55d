// What the runtime asks of the code generator, which it does not know. The policy of SchemeJIT installs its hooks once, when the runtime starts;
// without them everything is interpreted. They are C functions, so that a program that is written to a file can leave them out.

public struct JITHooks {
  /// A procedure, given by the address of its Func, has become hot: compile and link it and what else is warm.
  public var compile: @convention(c) (Address) -> Void = { _ in }
  /// A loop of a procedure, given by the address of its label, has become hot while it runs: compile the procedure and the rest of the loop.
  public var compileLoop: @convention(c) (Address, Address) -> Void = { _, _ in }
  /// A call, given by its node's address, is often returned to with a frame record: compile what follows it.
  public var compileResumption: @convention(c) (Address) -> Void = { _ in }
  /// A procedure's code presumed something wrong too often: compile it anew.
  public var compileAnew: @convention(c) (Address) -> Void = { _ in }
  /// A top-level form is about to run. The second Func is the newest one from before it, so that all that the form introduces is known.
  public var willRun: @convention(c) (_ form: Address, _ before: Address) -> Void = { _, _ in }
  /// The loops of long arithmetic are hot: puts generated ones in place; whether they are.
  public var generateLimbLoops: @convention(c) () -> Bool = { false }
  /// A linked module, by its number with the host and its functions' place in the table (first, count), is not needed any more.
  public var unlink: @convention(c) (Int32, Int32, Int32) -> Void = { _, _, _ in }

  nonisolated(unsafe) private static var installed = JITHooks()

  public init() {}

  /// Puts the hooks in place.
  public static func install(_ hooks: JITHooks) { installed = hooks }

  /// Takes the hooks away.
  static func remove() { installed = JITHooks() }

  /// Table indices of the hooks.
  static var functions: [UInt32] {
    [
      tableIndex(installed.compile), tableIndex(installed.compileLoop), tableIndex(installed.compileResumption), tableIndex(installed.compileAnew),
      tableIndex(installed.willRun), tableIndex(installed.generateLimbLoops), tableIndex(installed.unlink),
    ]
  }

  // MARK: Calling them

  // Generating and linking code is nothing to be stopped in the middle.

  static func compile(_ function: Func) { whileBusy { installed.compile(function.address) } }
  static func compileLoop(_ function: Func, _ label: Node) { whileBusy { installed.compileLoop(function.address, label.address) } }
  static func compileResumption(_ call: Node) { whileBusy { installed.compileResumption(call.address) } }
  static func compileAnew(_ function: Func) { whileBusy { installed.compileAnew(function.address) } }
  static func willRun(_ form: Func, _ before: Func) { whileBusy { installed.willRun(form.address, before.address) } }
  static func generateLimbLoops() -> Bool { whileBusy { installed.generateLimbLoops() } }
  static func unlink(_ module: Int32, _ place: Range<Int>) {
    whileBusy { installed.unlink(module, Int32(place.lowerBound), Int32(place.count)) }
  }

  private static func whileBusy<Result>(_ body: () -> Result) -> Result {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    return body()
  }
}
