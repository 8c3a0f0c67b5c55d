// What is typed until it is complete: expressions, of which several may stand on a line, or a command, a line that starts with a colon or a comma. A command that
// takes an expression goes on while that is open.

struct Entry {
  private(set) var text = ""
  private var openForms = OpenForms()
  private var command: REPLCommand?
  private(set) var isCommand = false

  init() {}

  /// What is complete.
  init(_ line: String) { _ = add(line) }

  var isEmpty: Bool { text.isEmpty }

  /// Whether more is surely needed.
  var isOpen: Bool { openForms.isOpen && (!isCommand || command?.takesExpression == true) }

  /// Whether a line is a command: `:name`, or `,name` as other Schemes have it.
  static func startsCommand(_ line: some StringProtocol) -> Bool {
    line.hasPrefix(":") || line.hasPrefix(",") && line.dropFirst().first?.isLetter == true
  }

  /// Adds what was read, one line or several. What follows a complete command on other lines is given back.
  mutating func add(_ lines: String) -> String? {
    guard isCommand || isEmpty && Self.startsCommand(lines) else {
      extend(lines)
      return nil
    }
    if isEmpty {
      isCommand = true
      command = REPLCommand.named(lines.prefix { !$0.isWhitespace })
    }
    var rest = lines[...]
    repeat {
      let line = rest.prefix { $0 != "\n" }
      rest = rest[line.endIndex...]
      extend(String(line))
      if rest.isEmpty { return nil }
      rest.removeFirst()
    } while isOpen
    return String(rest)
  }

  private mutating func extend(_ lines: String) {
    text += isEmpty ? lines : "\n" + lines
    openForms.scan(lines)
  }
}
