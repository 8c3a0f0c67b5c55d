// Text in HTML and SVG.

enum Markup {
  /// Text that is shown as it is, in elements and in quoted attributes. Control characters are spaces, but for ends of lines.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "\n"
      case "\u{0}"..<" ": result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
