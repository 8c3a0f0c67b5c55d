// A source text that is being evaluated, form by form: each is read, expanded and run before the next one is looked at. Between two forms nothing but the roots is
// alive, so whoever asked for the evaluation may show a value, or ask for something else, before it goes on.
import GuestABI

public struct SourceEvaluation {
  private let source: Int
  private var reader: Reader
  private var environment: Environment
  /// The first form of a program may be an import.
  private var isFirst: Bool
  /// A dialogue's input: what its directives say holds for the inputs after it, too (R7RS 2.1).
  private let isInteractive: Bool
  nonisolated(unsafe) private static var dialogueFoldsCase = false
  /// Forms are evaluated in the selected frame of the newest debug level.
  public var isInFrame = false

  /// A text whose evaluation can begin, or what is to be said instead.
  public enum Beginning {
    case success(SourceEvaluation)
    case failure(EvaluationResult)
  }

  /// Begins the evaluation of a text where everything is visible. A program that begins with an import sees only what it imports.
  public static func begin(name: [UInt8], text: [UInt8], linesBefore: Int, isInteractive: Bool) -> Beginning {
    begin(name: name, text: text, linesBefore: linesBefore, isInteractive: isInteractive, in: Environment.interaction)
  }

  /// The same in an environment of choice. What is interactive is not evaluated at all unless all of it can be read.
  static func begin(
    name: [UInt8], text: [UInt8], linesBefore: Int = 0, isInteractive: Bool, in environment: Environment
  ) -> Beginning {
    LongWork.forget()
    let source = Sources.add(name: name, text: text, linesBefore: linesBefore)
    if isInteractive, let result = checkComplete(source) { return .failure(result) }
    if !isInteractive { Libraries.folder = Sources.folder(of: name) }
    DefinitionScan.mark(text)
    return .success(
      SourceEvaluation(
        source: source, reader: reader(source, isInteractive), environment: environment, isFirst: !isInteractive, isInteractive: isInteractive))
  }

  private static func reader(_ source: Int, _ isInteractive: Bool) -> Reader {
    var reader = Sources.reader(source)
    if isInteractive { reader.foldsCase = dialogueFoldsCase }
    return reader
  }

  /// Reads the whole text without evaluating it; returns what is to be said if that fails.
  private static func checkComplete(_ source: Int) -> EvaluationResult? {
    var reader = Self.reader(source, true)
    do throws(ReadError) {
      while try reader.next() != nil {}
      return nil
    } catch {
      if let result = Session.abandonment() { return result }
      return error.isIncomplete ? .incomplete : .error(describe(error, source))
    }
  }

  /// Evaluates the next form; nil at the end of the text. After anything but a value the rest is not to be evaluated.
  public mutating func next() -> EvaluationResult? {
    let datum: Word
    defer { if isInteractive { Self.dialogueFoldsCase = reader.foldsCase } }
    do throws(ReadError) {
      guard let next = try Sources.next(&reader, source) else { return nil }
      datum = next
    } catch {
      return ended(Session.abandonment() ?? .error(describe(error, source)))
    }
    if isFirst && Session.isImport(datum) { environment = Environment(.table, isProgram: true) }
    isFirst = false
    let place = SourcePosition(source: source, line: reader.datumLine, column: reader.datumColumn)
    let result = Session.run(datum, place, in: environment, inFrame: isInFrame)
    guard case .value(let value) = result else { return ended(result) }
    runtimeState.roots[.result] = value
    Session.pollBetweenForms()
    return .value(runtimeState.roots[.result])
  }

  /// Evaluates what is left; the result is that of the last form.
  public mutating func finish() -> EvaluationResult {
    var last = EvaluationResult.value(Constant.unspecified)
    while let result = next() {
      last = result
      guard case .value = result else { break }
    }
    return last
  }

  /// What is left of a text with an error is garbage, and there may be much of it.
  private func ended(_ result: EvaluationResult) -> EvaluationResult {
    if case .error = result { Session.pollBetweenForms() }
    return result
  }
}
