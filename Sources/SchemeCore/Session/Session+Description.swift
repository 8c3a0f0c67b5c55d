// What a REPL shows of a program's text and names: the expansion of a form, and what a name stands for.
import GuestABI

extension Session {
  /// The expansion of the forms of a text, a line each, or the text of an error.
  public static func expansion(of text: [UInt8]) -> (text: [UInt8], isError: Bool) {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let source = Sources.add(name: [UInt8]("expand".utf8), text: text)
    var reader = Sources.reader(source)
    var result: [UInt8] = []
    while true {
      let datum: Word
      do throws(ReadError) {
        guard let next = try Sources.next(&reader, source) else { return (result, false) }
        datum = next
      } catch {
        if let stopped { return stopped }
        return (describe(error, source), true)
      }
      do throws(SyntaxError) {
        let place = SourcePosition(source: source, line: reader.datumLine, column: reader.datumColumn)
        var expander = Expander(place: place)
        let bound = Variable.boundCount
        defer { Variable.release(from: bound) }
        let lambda = try expander.expandTopLevel(datum, in: Environment.interaction)
        defer { takeApart(lambda) }
        result.append(contentsOf: writtenText(ExpansionPrinter.datum(lambda.body), limit: 1 << 20))
        result.append(10)
      } catch {
        if let stopped { return stopped }
        return (describe(error), true)
      }
    }
  }

  /// What is said of an expansion that has given up.
  private static var stopped: (text: [UInt8], isError: Bool)? {
    switch abandonment() {
    case .interrupted: ([UInt8]("interrupted".utf8), true)
    case .error(let text): (text, true)
    default: nil
    }
  }

  /// Libraries that came from files are read again when they are next imported.
  public static func forgetLibraries() { Libraries.forgetFiles() }

  /// The definition of a name, as it is written; empty where there is none, as for what is built in.
  public static func sourceText(of name: [UInt8]) -> [UInt8] {
    let symbol = SymbolTable.intern(utf8: name)
    if let definition = macroDefinition(name) { return definition.sourceText }
    if !SymbolFlags.isRedefined(symbol), let text = StandardLibrary.sourceText(name) { return text }
    guard let function = function(named: name), let definition = Definition(function) else { return [] }
    return definition.sourceText
  }

  /// What a name is: a line that says how it is used, what it is, and which library has it; then what its definition says of it. Empty for a name that is
  /// nothing.
  public static func description(of name: [UInt8]) -> [UInt8] {
    let symbol = SymbolTable.intern(utf8: name)
    var text: [UInt8] = []
    switch Environment.interaction.lookup(symbol) {
    case .keyword:
      text = name
      text.append(contentsOf: ": syntax".utf8)
    case .macro:
      text = name
      text.append(contentsOf: ": macro".utf8)
      if let definition = macroDefinition(name) { appendPlace(of: definition, to: &text) }
    case .global(let cell), .imported(let cell):
      StandardLibrary.require(cell)
      text = description(ofValue: symbolValue(cell), name)
    case .standard(let symbol): text = description(ofValue: symbolValue(StandardLibrary.cell(symbol)), name)
    default: break
    }
    if text.isEmpty { return [] }
    if !SymbolFlags.isRedefined(symbol), let library = Suggestions.library(exporting: name) {
      text.append(contentsOf: ", in ".utf8)
      text.append(contentsOf: library)
    }
    return text
  }

  private static func description(ofValue value: Word, _ name: [UInt8]) -> [UInt8] {
    if value == Constant.undefined { return [] }
    var text: [UInt8] = []
    guard value.isProcedure else {
      text = name
      text.append(contentsOf: ": variable, ".utf8)
      text.append(contentsOf: writtenText(value, limit: 200))
      return text
    }
    let function = Func(procedureFunction(value))
    let definition = Definition(function)
    var clauses = definition?.parameters(of: function) ?? []
    if let names = StandardLibrary.parameters(name) { clauses = [names] }
    if clauses.isEmpty { clauses = [parameters(function)] }
    for clause in clauses {
      text.append(contentsOf: text.isEmpty ? "(".utf8 : " (".utf8)
      text.append(contentsOf: name)
      text.append(contentsOf: clause)
      text.append(UInt8(ascii: ")"))
    }
    text.append(contentsOf: ": procedure".utf8)
    if let definition { appendPlace(of: definition, to: &text) }
    return text
  }

  /// Appends where a definition is, and what it says of itself.
  private static func appendPlace(of definition: Definition, to text: inout [UInt8]) {
    text.append(contentsOf: " defined at ".utf8)
    Sources.appendName(definition.position, to: &text)
    let documentation = definition.documentation
    if documentation.isEmpty { return }
    text.append(10)
    text.append(contentsOf: documentation)
  }

  /// `a b [c]` or `a b ...` by the numbers of arguments alone.
  private static func parameters(_ function: Func) -> [UInt8] {
    var text: [UInt8] = []
    let least = function.parameters
    let most = function.kind == .primitive ? function.maximumArguments : function.hasRest ? -1 : least
    func letter(_ index: Int) -> [UInt8] {
      index < 26 ? [UInt8(ascii: "a") + UInt8(index)] : [UInt8]("x\(index)".utf8)
    }
    for index in 0..<min(least, 40) { text.append(contentsOf: [32] + letter(index)) }
    if most < 0 { text.append(contentsOf: " ...".utf8) }
    if most > least { for index in least..<min(most, 40) { text.append(contentsOf: [32, UInt8(ascii: "[")] + letter(index) + [UInt8(ascii: "]")]) } }
    return text
  }
}
