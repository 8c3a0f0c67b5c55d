// A session: the runtime is started; forms are expanded and run; the result or the error becomes text.
import GuestABI

/// What became of a source text.
public enum EvaluationResult {
  /// The last form's value.
  case value(Word)
  /// The error's text: message, place, source line, caret.
  case error([UInt8])
  /// The text ends inside a datum; nothing was evaluated.
  case incomplete
  case interrupted
  /// The program has come to a break point: which, and with what arguments.
  case stopped([UInt8])
}

public enum Session {
  /// Starts the runtime: heap, symbols, primitives, keywords, and the library.
  public static func start(stackBytes: Int, heapLimit: Int64, library: PackedLibrary) -> EvaluationResult {
    Heap.start(stackBytes: stackBytes, limit: heapLimit)
    let hasSymbols = symbolTable.count > 0
    Sources.start()
    Environment.start()
    defineKeywords()
    Primitives.install()
    Continuation.start()
    catchSymbol = StandardLibrary.defineSyntactic(SymbolTable.intern("%catch"))
    Parameters.start()
    procedureName = { procedure in Func(procedureFunction(procedure)).name }
    StandardLibrary.enter(library)
    if hasSymbols { StandardLibrary.markSymbols() }
    knownProcedures = KnownProcedures.find()
    return .value(Constant.unspecified)
  }

  static func isImport(_ datum: Word) -> Bool {
    datum.isPair && car(datum) == SymbolTable.intern("import") && cdr(datum).isPair && cadr(datum).isPair
  }

  /// `inFrame`: in the selected frame of the newest debug level, if there is one.
  static func run(_ datum: Word, _ place: SourcePosition, in environment: Environment, inFrame: Bool = false) -> EvaluationResult {
    DebugLevels.beginEvaluation()
    let frame = inFrame ? FrameScope() : nil
    let procedure: Word
    do throws(SyntaxError) {
      procedure = try Session.procedure(evaluating: datum, place, in: environment, frame)
    } catch {
      return abandonment() ?? .error(describe(error))
    }
    guard let frame, frame.assigns else { return result(of: Trampoline.run(procedure)) }
    runtimeState.roots[.frameClosure] = procedure
    let result = result(of: Trampoline.run(procedure))
    frame.takeBack(runtimeState.roots[.frameClosure])
    runtimeState.roots[.frameClosure] = Constant.false
    return result
  }

  /// What became of a program; what did not end well leaves a debug level.
  static func result(of outcome: Outcome) -> EvaluationResult {
    switch outcome {
    case .value(let value): return .value(value)
    case .interrupted:
      DebugLevels.enter(.interruption)
      return .interrupted
    case .raised:
      let text = describeRaised()
      DebugLevels.enter(.error)
      return .error(text)
    case .stopped:
      let text = DebugLevels.breakPointText()
      DebugLevels.enter(.breakPoint)
      return .stopped(text)
    }
  }

  /// What became of an evaluation in which something has given up (LongWork.swift) where no program runs; nil if nothing has.
  public static func abandonment() -> EvaluationResult? {
    if !LongWork.isAbandoned { return nil }
    _ = LongWork.unwind()
    let isInterrupted = runtimeState.action == UnwindAction.interrupt.rawValue
    runtimeState.action = UnwindAction.raise.rawValue
    return isInterrupted ? .interrupted : .error([UInt8]("error: out of memory".utf8))
  }

  /// A procedure without parameters that evaluates a form. `visit` gets to see its expansion.
  static func procedure(
    evaluating datum: Word, _ place: SourcePosition, in environment: Environment, _ frame: FrameScope? = nil,
    _ visit: (Expression) -> Void = { _ in }
  ) throws(SyntaxError) -> Word {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let before = Func.newest
    let lambda = try build(datum, place, in: environment, frame, visit)
    let function = lambda.function
    JITHooks.willRun(function, before)
    // The form itself runs once: it is nothing to compile.
    function.calls = 0
    let procedure = makeProcedure(function: function.address, freeVariables: lambda.free.count)
    frame?.fill(procedure, lambda)
    return procedure
  }

  /// The code of a top-level form.
  private static func build(
    _ datum: Word, _ place: SourcePosition, in environment: Environment, _ frame: FrameScope?, _ visit: (Expression) -> Void
  ) throws(SyntaxError) -> Lambda {
    LongWork.beginForm()
    let outer = CodeStore.begin()
    let bound = Variable.boundCount
    defer {
      CodeStore.end(outer)
      Variable.release(from: bound)
    }
    var expander = Expander(place: place)
    let lambda = try expander.expandTopLevel(datum, in: frame?.environment ?? environment, around: frame?.scope)
    defer { takeApart(lambda) }
    visit(lambda.body)
    simplifyCalls(lambda)
    findLoops(lambda.body)
    lambda.findFreeVariables()
    try expander.checkStop()
    try frame?.check(lambda)
    lambda.isTopLevel = true
    Debugging.environment = environment.number
    let function = buildFunction(lambda)
    function.isTopLevel = true
    try expander.checkStop()
    if NativeStack.takeExhaustion() { throw expander.fail("the form is nested too deeply", datum) }
    if FrameBound.isExceeded { throw expander.fail("the form has a procedure with too many variables", datum) }
    return lambda
  }

  /// The same for who is outside and has put a value into a root.
  public static func pollAfterForm() { pollBetweenForms() }

  /// Between forms nothing but the roots is alive.
  static func pollBetweenForms() {
    if LinkedCode.isSweepDue { LinkedCode.sweep() }
    if runtimeState.stackLimit != 0 { return }
    _ = pollGenerated(runtimeState.stackBase, Func(0))
    runtimeState.action = UnwindAction.raise.rawValue
  }
}
