// How the REPL shows the values of an evaluation: a line each on a pipe; on a terminal with their names, laid out for its width.

import SchemeHost

enum Results {
  /// Shows how an evaluation ended, after what the program wrote. Whether it gave a value.
  static func show(_ evaluation: Evaluation, of session: SchemeSession, named: Bool = false) throws -> Bool {
    try session.flush()
    switch evaluation {
    case .value(let text):
      try write(text, named: named)
      return true
    case .error(let message):
      ErrorReport.show(message)
      return false
    case .stopped(let message):
      ErrorReport.show(message)
      return false
    case .interrupted, .incomplete:
      Terminal.complain("interrupted\n")
      return false
    }
  }

  /// Writes the lines of a result. With `named` each starts with the name that its value was bound to.
  static func write(_ text: String, named: Bool) throws(OutputError) {
    guard !text.isEmpty else { return }
    let width = System.width(of: System.standardOutput)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard named, line.hasPrefix("$"), let space = line.firstIndex(of: " ") else {
        try Terminal.write(laidOut(String(line), width) + "\n")
        continue
      }
      let name = line[..<space] + " = "
      let value = laidOut(String(line[line.index(after: space)...]), width.map { max(20, $0 - name.count) })
      let indented = value.split(separator: "\n", omittingEmptySubsequences: false).joined(
        separator: "\n" + String(repeating: " ", count: name.count))
      try Terminal.write(Style.faint(String(name), on: System.standardOutput) + indented + "\n")
    }
  }

  private static func laidOut(_ text: String, _ width: Int?) -> String {
    width.map { PrettyPrinter.lines(text, width: $0) } ?? text
  }
}
