// What `:doc` and `:apropos` say of a name: what the session knows of it, with the words of the standards for what they define.

import SchemeHost

struct NameDescription {
  /// Usage, kind, place or library.
  let head: String
  let lines: [String]

  /// Nil for a name that is nothing.
  init?(of name: String, in session: SchemeSession) throws {
    guard let text = try session.description(of: name) else { return nil }
    let known = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let entries = StandardNames.entries(name)
    // A program's definition of the name is not in a library, and has a place.
    let isStandard = known[0].contains(", in (") || entries.first?.section == "(latch)" && !known[0].contains(" defined at ")
    guard let first = entries.first, isStandard, let kind = Self.kind(known[0]) else {
      head = known[0]
      lines = Array(known.dropFirst())
      return
    }
    head = first.usage + kind
    lines = entries.map { ($0.usage == first.usage ? "" : $0.usage + " ") + "[\($0.section)] \($0.summary)" }
  }

  /// `: procedure, in (scheme base)`.
  private static func kind(_ line: String) -> Substring? {
    for kind in [": procedure", ": syntax", ": macro"] {
      if let range = line.firstRange(of: kind) { return line[range.lowerBound...] }
    }
    return nil
  }
}
