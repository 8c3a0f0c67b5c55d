// The primitives of (scheme eval), (scheme load) and (scheme repl): they expand forms while a program runs. None of them runs what it made:
// they ask their caller for the call, or give procedures to the Scheme part (SchemeLibrary/base/evaluation.scm).
import GuestABI

func defineEvaluationPrimitives(_ define: (StaticString, Int, Int, PrimitiveFunction) -> Void) {
  define("eval", 1, 2) { a, count in
    guard let environment = environmentArgument("eval", a, Int(count), 1) else { return Constant.unwind }
    guard let procedure = evaluable(a.first, .none, environment) else { return Constant.unwind }
    return LinkedCode.isSweepDue ? Trampoline.request(.apply, procedure, Constant.null) : Pending.set(procedure, a, 0)
  }
  define("interaction-environment", 0, 0) { _, _ in makeEnvironment(Environment.interaction) }
  define("system-global-environment", 0, 0) { _, _ in makeEnvironment(Environment.interaction) }
  define("scheme-report-environment", 1, 1) { a, _ in reportEnvironment("scheme-report-environment", a.first, "(scheme r5rs)") }
  define("null-environment", 1, 1) { a, _ in reportEnvironment("null-environment", a.first, "(scheme null)") }
  define("environment?", 1, 1) { a, _ in .boolean(a.first.isKind(.environment)) }
  // An environment of its own with what a list of import sets gives, before the initialisers to be called.
  define("%environment", 1, 1) { a, _ in
    let environment = Environment(.table)
    var expander = Expander(place: .none)
    do throws(SyntaxError) {
      if listLength(a.first) < 0 { throw expander.fail("the import sets must be a list", a.first) }
      let initializers = try expander.importSets(a.first, a.first, into: environment)
      return cons(makeEnvironment(environment), expander.makeList(initializers))
    } catch {
      return raiseSyntaxError(error)
    }
  }
  // A file to be loaded, as a number for `%next-form`.
  define("%open-source", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("load", 1, "a string", a.first) }
    let expander = Expander(place: .none)
    let path = expander.utf8(a.first)
    guard let text = HostFiles.read("load", path: path) else { return LongWork.finish(Constant.unwind) }
    return .fixnum(OpenSources.add(Sources.add(name: path, text: text)))
  }
  // A procedure that runs the next form of a file, or #f at its end.
  define("%next-form", 1, 2) { a, count in
    guard let environment = environmentArgument("load", a, Int(count), 1) else { return Constant.unwind }
    return OpenSources.nextForm(a.first.index, environment)
  }
  define("features", 0, 0) { _, _ in SchemeFeatures.list }
}

/// Files that are being loaded.
private enum OpenSources {
  nonisolated(unsafe) private static var open: [(reader: Reader, source: Int)] = []

  static func add(_ source: Int) -> Int {
    open.append((Sources.reader(source), source))
    DefinitionScan.mark(Sources.text(source))
    return open.count - 1
  }

  static func nextForm(_ index: Int, _ environment: Environment) -> Word {
    guard index < open.count else { return Constant.false }
    let source = open[index].source
    let datum: Word
    do throws(ReadError) {
      guard let next = try Sources.next(&open[index].reader, source) else {
        if index == open.count - 1 { open.removeLast() }
        return Constant.false
      }
      datum = next
    } catch {
      if LongWork.isAbandoned { return LongWork.unwind() }
      return raiseSyntaxError(
        SyntaxError(error.message, Constant.undefined, SourcePosition(source: source, line: error.line, column: error.column)),
        kind: .read)
    }
    let reader = open[index].reader
    let place = SourcePosition(source: source, line: reader.datumLine, column: reader.datumColumn)
    return evaluable(datum, place, environment) ?? Constant.unwind
  }
}

/// The environment object for an environment.
private func makeEnvironment(_ environment: Environment) -> Word {
  let object = allocateObject(.environment, words: 1)
  object.initializeField(0, .fixnum(environment.number))
  return object
}

/// The environment that is argument `index`, if there are so many; the interaction environment if not; nil after raising an error.
private func environmentArgument(_ name: StaticString, _ arguments: Address, _ count: Int, _ index: Int) -> Environment? {
  if count <= index { return Environment.interaction }
  let object = arguments.argument(index)
  if object.isKind(.environment) { return Environment.all[object.field(0).index] }
  _ = raiseWrongType(name, index + 1, "an environment", object)
  return nil
}

private func reportEnvironment(_ name: StaticString, _ version: Word, _ library: StaticString) -> Word {
  if version != .fixnum(5) && version != .fixnum(7) { return raiseWrongType(name, 1, "5 or 7", version) }
  let environment = Environment(.table)
  var expander = Expander(place: .none)
  var reader = Reader(library.withUTF8Buffer { [UInt8]($0) })
  guard let set = try? reader.next(), (try? expander.importSets(list(set), set, into: environment)) != nil else {
    return raiseError(.implementationLimit, name, "the environment is missing")
  }
  return makeEnvironment(environment)
}

/// A procedure that evaluates a form; nil after raising an error.
private func evaluable(_ datum: Word, _ place: SourcePosition, _ environment: Environment) -> Word? {
  do throws(SyntaxError) {
    return try Session.procedure(evaluating: datum, place, in: environment)
  } catch {
    _ = raiseSyntaxError(error)
    return nil
  }
}

/// Raises a syntax error as a condition, whose message tells the place if there is one; that of `syntax-error` has the message and irritants that it was given. It is none if expansion has given up (LongWork.swift).
private func raiseSyntaxError(_ error: SyntaxError, kind: ErrorKind = .syntax) -> Word {
  if LongWork.isAbandoned { return LongWork.unwind() }
  if error.given != Constant.undefined { return raiseError(kind, message: error.given, irritants: error.irritants) }
  var text = TextBuffer()
  for byte in error.message { text.append(byte) }
  if Sources.isUserCode(error.position) {
    text.append(" (at ")
    var place: [UInt8] = []
    Sources.appendName(error.position, to: &place)
    for byte in place { text.append(byte) }
    text.append(")")
  }
  let hasForm = error.form != Constant.undefined
  if hasForm { text.append(":") }
  let message = text.makeString()
  text.free()
  return raiseError(kind, message: message, irritants: hasForm ? list(error.form) : Constant.null)
}
