// A program that is expanded but has not run: what is written into a frozen file, which runs it when it is started.
//
// Preparing a program does at once what its run could not tell from doing it later: it imports libraries, and evaluates definitions whose values are procedures
// or constants, so that their code can be generated and calls between them are known. A definition may be evaluated before forms that stand before it only if nothing
// else in the program gives the name a value. Everything else is kept as procedures without parameters, in order.
//
// A program that calls `(freeze)` is run up to there. The continuation of the call, and what comes after it, is what is kept then.
import GuestABI

public enum FrozenProgram {
  /// A global variable of nobody's: the list of the procedures to call.
  nonisolated(unsafe) private static var forms: Word = 0

  /// The program is run to its call of `(freeze)`.
  nonisolated(unsafe) private(set) static var isFreezing = false
  /// It has arrived there.
  nonisolated(unsafe) private static var hasStopped = false

  /// A form that has been expanded.
  private struct Form {
    var definesOnly: Bool
    /// The cells of the variables that it defines at top level, and of those that it assigns.
    var defined: [Word]
    var assigned: [Word]
    /// They meant something before.
    var definesStandard: Bool
  }

  /// Expands a program and evaluates what may be evaluated before it is started.
  public static func prepare(name: [UInt8], text: [UInt8]) -> EvaluationResult {
    LongWork.forget()
    let source = Sources.add(name: name, text: text)
    Libraries.folder = Sources.folder(of: name)
    DefinitionScan.mark(text)
    if forms == 0 { forms = SymbolTable.makeCell(name: SymbolTable.intern("program")) }
    setGlobal(forms.address, Constant.null)
    var expanded: [Form] = []
    var environment = Environment.interaction
    var isFirst = true
    var reader = Sources.reader(source)
    while true {
      let datum: Word
      do throws(ReadError) {
        guard let next = try Sources.next(&reader, source) else { break }
        datum = next
      } catch {
        return Session.abandonment() ?? .error(describe(error, source))
      }
      let isImport = Session.isImport(datum)
      if isFirst && isImport { environment = Environment(.table, isProgram: true) }
      isFirst = false
      let place = SourcePosition(source: source, line: reader.datumLine, column: reader.datumColumn)
      if isImport {
        let result = Session.run(datum, place, in: environment)
        guard case .value = result else { return result }
      } else {
        do throws(SyntaxError) {
          let (procedure, form) = try expand(datum, place, in: environment)
          expanded.append(form)
          setGlobal(forms.address, cons(procedure, symbolValue(forms)))
        } catch {
          return Session.abandonment() ?? .error(describe(error))
        }
      }
      Session.pollBetweenForms()
    }
    return evaluateDefinitions(expanded)
  }

  private static func expand(
    _ datum: Word, _ place: SourcePosition, in environment: Environment
  ) throws(SyntaxError) -> (Word, Form) {
    var form = Form(definesOnly: true, defined: [], assigned: [], definesStandard: false)
    let procedure = try Session.procedure(evaluating: datum, place, in: environment, nil) { note($0, in: &form) }
    return (procedure, form)
  }

  private static func note(_ expression: Expression, in form: inout Form) {
    switch expression {
    case .constant: break
    case .sequence(let expressions): for each in expressions { note(each, in: &form) }
    case .define(let cell, let value):
      form.defined.append(cell)
      if SymbolFlags.isStandard(cell) { form.definesStandard = true }
      switch value {
      case .constant: break
      case .lambda, .fix(_, _, .local): noteAssignments(value, in: &form)
      default:
        form.definesOnly = false
        noteAssignments(value, in: &form)
      }
    default:
      form.definesOnly = false
      noteAssignments(expression, in: &form)
    }
  }

  private static func noteAssignments(_ expression: Expression, in form: inout Form) {
    walk(expression) { each, work in
      if case .setGlobal(let cell, _, _) = each { form.assigned.append(cell) }
      if case .define(let cell, _) = each { form.defined.append(cell) }
      pushSubexpressions(each, &work)
    }
  }

  /// Evaluates the forms that only define, and keeps the others.
  private static func evaluateDefinitions(_ expanded: [Form]) -> EvaluationResult {
    let isKept = keptForms(expanded)
    // The list is in the reverse order. Evaluating may move it: it is held by the variable and by a root.
    setGlobal(forms.address, reversed(symbolValue(forms)))
    runtimeState.roots[.result] = symbolValue(forms)
    for isKept in isKept {
      let procedure = car(runtimeState.roots[.result])
      runtimeState.roots[.result] = cdr(runtimeState.roots[.result])
      if isKept { continue }
      switch Trampoline.run(procedure) {
      case .value: break
      case .interrupted: return .interrupted
      case .raised, .stopped: return .error(describeRaised())
      }
    }
    runtimeState.roots[.result] = Constant.unspecified
    var kept = Constant.null
    var rest = symbolValue(forms)
    for isKept in isKept {
      if isKept { kept = cons(car(rest), kept) }
      rest = cdr(rest)
    }
    setGlobal(forms.address, reversed(kept))
    return .value(Constant.unspecified)
  }

  /// For each form whether it runs when the program is started.
  private static func keptForms(_ expanded: [Form]) -> [Bool] {
    var settings = WordTable(isPermanent: true)
    defer { settings.free() }
    for form in expanded {
      for cell in form.defined + form.assigned { settings.set(cell, .fixnum(Int(settings.value(cell)?.fixnumValue ?? 0) + 1)) }
    }
    var isBefore = true
    return expanded.map { form in
      let isAlone = !form.definesStandard && form.defined.allSatisfy { settings.value($0) == .fixnum(1) && symbolValue($0) == Constant.undefined }
      if form.definesOnly && (isBefore || isAlone) { return false }
      isBefore = false
      return true
    }
  }

  /// Whether the program mentions `freeze`.
  public static var mentionsFreeze: Bool {
    let symbol = SymbolTable.intern("freeze")
    return StandardLibrary.isLoaded(symbol) && !SymbolFlags.isRedefined(symbol)
  }

  /// Whether a function is that of a form which runs when the program is started.
  static func keeps(_ function: Func) -> Bool {
    var rest = forms == 0 ? Constant.null : symbolValue(forms)
    while rest.isPair {
      if procedureFunction(car(rest)) == function.address { return true }
      rest = cdr(rest)
    }
    return false
  }

  /// Runs what was prepared up to the first call of `(freeze)`; nil if it has come there.
  public static func runToFreeze() -> EvaluationResult? {
    isFreezing = true
    hasStopped = false
    let result = start()
    isFreezing = false
    return hasStopped ? nil : result
  }

  /// `(freeze)` has been called: its continuation comes first when the program is started.
  static func stop(at continuation: Word) -> Word {
    setGlobal(forms.address, cons(continuation, symbolValue(forms)))
    isFreezing = false
    hasStopped = true
    return Trampoline.request(.interrupt, Constant.unspecified, Constant.null)
  }

  /// Runs what was prepared.
  public static func start() -> EvaluationResult {
    LongWork.forget()
    while forms != 0, symbolValue(forms).isPair {
      let procedure = car(symbolValue(forms))
      setGlobal(forms.address, cdr(symbolValue(forms)))
      let isContinuation = Func(procedureFunction(procedure)) == continuationFunction
      switch isContinuation ? Trampoline.reenter(procedure) : Trampoline.run(procedure) {
      case .value: break
      case .interrupted: return .interrupted
      case .raised, .stopped: return .error(describeRaised())
      }
      Session.pollBetweenForms()
    }
    return .value(Constant.unspecified)
  }

  /// Collects all garbage and clears the memory that is free, so that a file need not hold it.
  public static func tidy() {
    Heap.collectAll(sp: runtimeState.stackBase)
    PageAllocator.clearFreePages()
  }
}
