// A session: sources are read, expanded and run form by form; the result or the error becomes text.
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
}

public enum Session {
  /// Called with each top-level form's procedure and the newest Func before it, so that all that the form introduces can be compiled at once.
  nonisolated(unsafe) public static var willRun: (_ form: Func, _ before: Func) -> Void = { _, _ in }

  /// Starts the runtime: heap, symbols, primitives, keywords, and the library.
  public static func start(stackBytes: Int, heapLimit: Int64, library: PackedLibrary) -> EvaluationResult {
    Heap.start(stackBytes: stackBytes, limit: heapLimit)
    let hasSymbols = symbolTable.count > 0
    defineKeywords()
    Primitives.install()
    continuationFunction = Func.make(kind: .continuation, name: SymbolTable.intern("continuation"), parameters: 0, hasRest: true)
    catchSymbol = SymbolTable.intern("%catch")
    parameterFunction = Func.make(kind: .parameter, name: SymbolTable.intern("parameter"), parameters: 0)
    procedureName = { procedure in Func(procedureFunction(procedure)).name }
    Sources.beginLibrary()
    Library.enter(library)
    if hasSymbols { Library.markSymbols() }
    Sources.endLibrary()
    return .value(Constant.unspecified)
  }

  /// Evaluates all forms of a text.
  public static func evaluate(name: [UInt8], text: [UInt8], isInteractive: Bool) -> EvaluationResult {
    let source = Sources.add(name: name, text: text)
    if isInteractive, let result = checkComplete(source) { return result }
    var reader = Sources.reader(source)
    var last = Constant.unspecified
    while true {
      let datum: Word
      do throws(ReadError) {
        guard let next = try reader.next() else { return .value(last) }
        datum = next
      } catch {
        return .error(describe(error, source))
      }
      switch run(datum, SourcePosition(source: source, line: reader.datumLine, column: reader.datumColumn)) {
      case .value(let value): last = value
      case let other: return other
      }
      runtimeState.roots[.result] = last
      pollBetweenForms()
      last = runtimeState.roots[.result]
    }
  }

  /// Reads the whole text without evaluating it; answers what is to be said if that fails.
  private static func checkComplete(_ source: Int) -> EvaluationResult? {
    var reader = Sources.reader(source)
    do throws(ReadError) {
      while try reader.next() != nil {}
      return nil
    } catch {
      return error.isIncomplete ? .incomplete : .error(describe(error, source))
    }
  }

  private static func run(_ datum: Word, _ place: SourcePosition) -> EvaluationResult {
    let before = Func.newest
    let function: Func
    do throws(SyntaxError) {
      function = try build(datum, place)
    } catch {
      return .error(describe(error))
    }
    willRun(function, before)
    switch Trampoline.run(makeProcedure(function: function.address, freeVariables: 0)) {
    case .value(let value): return .value(value)
    case .interrupted: return .interrupted
    case .raised: return .error(describeRaised())
    }
  }

  /// The code of a top-level form.
  private static func build(_ datum: Word, _ place: SourcePosition) throws(SyntaxError) -> Func {
    let outer = CodeStore.begin()
    defer { CodeStore.end(outer) }
    var expander = Expander(source: place.source, place: place)
    let lambda = try expander.expandTopLevel(datum)
    findLoops(lambda.body)
    lambda.findFreeVariables()
    let function = buildFunction(lambda)
    function.isTopLevel = true
    return function
  }

  /// Between forms nothing but the roots is alive.
  private static func pollBetweenForms() {
    if runtimeState.stackLimit != 0 { return }
    _ = pollGenerated(runtimeState.stackBase)
    runtimeState.action = UnwindAction.raise.rawValue
  }
}
