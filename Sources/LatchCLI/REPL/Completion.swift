// What a word that is being typed may become: a command, the name of a file in a string or after a command that takes one, a bound name.

import SchemeHost

enum Completion {
  /// One of these, which are sorted.
  case names([String])
  /// The name of a file.
  case file

  /// The completion of a word of a line, given what stands before it.
  static func of(_ word: String, after before: String, in session: SchemeSession) -> Completion {
    if Entry.startsCommand(before + word) {
      if before.isEmpty || before == "," { return .names(REPLCommand.names(with: word, after: before)) }
      if REPLCommand.named(before.prefix { $0 != " " })?.argument == "FILE" { return .file }
    }
    var openForms = OpenForms()
    openForms.scan(before)
    return openForms.isInString ? .file : .names((try? session.completions(of: word)) ?? [])
  }
}
