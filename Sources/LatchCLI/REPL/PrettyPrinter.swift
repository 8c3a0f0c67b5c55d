// Laying out a written value in lines of a given width: as many elements of a list as fit stand on a line, and the lines of a list are indented
// by its parenthesis. Works on the value's text, which it leaves as it is but for the space between elements.

struct PrettyPrinter {
  /// An element of the text: an atom, or a list with its elements.
  private struct Element {
    /// The atom, or what opens the list: a parenthesis with what stands before it, such as `#(` or `'(`.
    var text: Substring
    var isList = false
    var elements: [Element] = []
    /// The width on one line.
    var width = 0
  }

  /// Texts that are longer or deeper are shown as they are.
  private static let longest = 1 << 16
  private static let deepest = 200

  /// The text in lines of at most `width` characters, where that is possible.
  static func lines(_ text: String, width: Int) -> String {
    if text.utf8.count <= width || text.utf8.count > longest { return text }
    var rest = text[...]
    guard let element = parse(&rest, depth: 0), rest.isEmpty else { return text }
    var output = ""
    layOut(element, column: 0, trailing: 0, width, &output)
    return output
  }

  private static func parse(_ rest: inout Substring, depth: Int) -> Element? {
    guard depth < deepest else { return nil }
    let start = rest.startIndex
    skipPrefix(&rest)
    if rest.first == "(" {
      rest.removeFirst()
      var list = Element(text: rest.base[start..<rest.startIndex], isList: true)
      list.width = list.text.count + 1
      while true {
        rest = rest.drop { $0 == " " }
        guard let next = rest.first else { return nil }
        if next == ")" { break }
        guard let element = parse(&rest, depth: depth + 1) else { return nil }
        list.width += element.width + (list.elements.isEmpty ? 0 : 1)
        list.elements.append(element)
      }
      rest.removeFirst()
      return list
    }
    skipAtom(&rest)
    let atom = rest.base[start..<rest.startIndex]
    return atom.isEmpty ? nil : Element(text: atom, width: atom.count)
  }

  /// Goes over what may stand before a parenthesis: quotes, and the signs of vectors, bytevectors and labels.
  private static func skipPrefix(_ rest: inout Substring) {
    var ahead = rest
    while let character = ahead.first {
      switch character {
      case "'", "`", ",", "@": ahead.removeFirst()
      case "#":
        let sign = ahead.dropFirst().prefix { $0 != "(" && $0 != " " && $0 != ")" && $0 != "\\" }
        let after = ahead[sign.endIndex...]
        guard after.first == "(" || sign.last == "=" else { return rest = ahead }
        ahead = after
      default: return rest = ahead
      }
    }
    rest = ahead
  }

  private static func skipAtom(_ rest: inout Substring) {
    while let character = rest.first, character != " ", character != "(", character != ")" {
      rest.removeFirst()
      switch character {
      case "\"", "|":
        while let inner = rest.popFirst(), inner != character { if inner == "\\" { _ = rest.popFirst() } }
      case "\\":
        // A character: the next one belongs to it whatever it is.
        _ = rest.popFirst()
      default: break
      }
    }
  }

  /// `trailing` is the number of parentheses that will follow on the same line.
  private static func layOut(_ element: Element, column: Int, trailing: Int, _ width: Int, _ output: inout String) {
    guard element.isList, column + element.width + trailing > width else { return writeFlat(element, &output) }
    output += element.text
    let indentation = column + element.text.count
    var position = indentation
    for (index, child) in element.elements.enumerated() {
      let after = index == element.elements.count - 1 ? trailing + 1 : 0
      if index > 0 {
        if position + 1 + child.width + after <= width {
          output += " "
          position += 1
        } else {
          output += "\n" + String(repeating: " ", count: indentation)
          position = indentation
        }
      }
      let start = position
      layOut(child, column: start, trailing: after, width, &output)
      // What follows a list that took several lines starts a new one.
      position = start + child.width + after > width ? width : start + child.width
    }
    output += ")"
  }

  private static func writeFlat(_ element: Element, _ output: inout String) {
    output += element.text
    guard element.isList else { return }
    for (index, child) in element.elements.enumerated() {
      if index > 0 { output += " " }
      writeFlat(child, &output)
    }
    output += ")"
  }
}
