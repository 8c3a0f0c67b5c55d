// Colours, for people only: on a terminal that has them, and not under NO_COLOR.

enum Style: String {
  case bold = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case cyan = "36"

  /// The text in this style if what is written to the descriptor shows it.
  func callAsFunction(_ text: String, on descriptor: Int32) -> String {
    Style.isShown(on: descriptor) ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Whether what is written to the descriptor can go back and be written over.
  static func hasCursor(on descriptor: Int32) -> Bool {
    guard let terminal = System.environment("TERM"), terminal != "dumb", !terminal.isEmpty else { return false }
    return System.isTerminal(descriptor)
  }

  /// See https://no-color.org for NO_COLOR.
  static func isShown(on descriptor: Int32) -> Bool {
    if let value = System.environment("NO_COLOR"), !value.isEmpty { return false }
    guard let terminal = System.environment("TERM"), terminal != "dumb", !terminal.isEmpty else { return false }
    return System.isTerminal(descriptor)
  }
}
