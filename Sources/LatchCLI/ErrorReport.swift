// The message of a Scheme error as it is shown: on a terminal in colours, with source lines cut to its width around the caret.

enum ErrorReport {
  /// Writes a Scheme error's message to standard error.
  static func show(_ message: String) {
    let error = System.standardError
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while lines.last?.isEmpty == true { lines.removeLast() }
    var text = ""
    while let line = lines.popFirst() {
      if let next = lines.first, isCaret(next) {
        lines.removeFirst()
        let (source, caret) = cut(String(line), String(next), width: System.width(of: error))
        text += source + "\n" + Style.green(caret, on: error) + "\n"
      } else if line.hasPrefix("error:") {
        text += Style.red("error:", on: error) + line.dropFirst(6) + "\n"
      } else {
        text += line + "\n"
      }
    }
    let first = message.prefix { $0 != "\n" }
    if first.contains(outOfReach + " this file") {
      text += "  (--dir DIRECTORY lets a program reach the files beneath a directory)\n"
    } else if first.hasPrefix("error: there is no library") && first.contains("; " + outOfReach) {
      text += "  (--library-path DIRECTORY lets a program read the libraries in a directory, --dir DIRECTORY reach all that is beneath one)\n"
    }
    Terminal.complain(text)
  }

  /// What the guest says of a file that the host does not give the program. It knows nothing of the command's options.
  private static let outOfReach = "the program may not reach"

  private static func isCaret(_ line: Substring) -> Bool {
    let content = line.drop { $0 == " " || $0 == "\t" }
    return !content.isEmpty && content.allSatisfy { $0 == "^" || $0 == "~" }
  }

  /// A source line and the line with the caret, cut to a width; nil is any. Both begin with the same blanks.
  static func cut(_ source: String, _ caret: String, width: Int?) -> (source: String, caret: String) {
    let indentation = 4
    guard let width, max(source.count, caret.count) >= width, width > indentation + 2 else { return (source, caret) }
    let room = width - indentation - 1
    let position = caret.count - 1 - indentation
    let content = Array(source.dropFirst(indentation)).map { $0 == "\t" ? " " : $0 }
    // A third of the room for what comes after the caret.
    let start = max(0, min(position - room * 2 / 3, content.count - room))
    let blanks = String(repeating: " ", count: indentation)
    let shown = String(content[min(start, content.count)..<min(start + room, content.count)])
    return (blanks + shown, blanks + String(repeating: " ", count: position - start) + "^")
  }
}
