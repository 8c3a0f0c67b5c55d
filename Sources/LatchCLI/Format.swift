// Numbers as people read them.

enum Format {
  /// A number with so many decimal places.
  static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = UInt64((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(scaled)" }
    let digits = "\(scaled)"
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// A number of seconds as a user would write it.
  static func seconds(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A time with a fitting unit and three significant digits.
  static func duration(nanoseconds: Double) -> String {
    let (value, unit) =
      switch nanoseconds {
      case ..<1_000: (nanoseconds, "ns")
      case ..<1_000_000: (nanoseconds / 1e3, "µs")
      case ..<1_000_000_000: (nanoseconds / 1e6, "ms")
      default: (nanoseconds / 1e9, "s")
      }
    let places = unit == "ns" ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0
    return "\(fixed(value, places)) \(unit)"
  }

  static func duration(nanoseconds: UInt64) -> String { duration(nanoseconds: Double(nanoseconds)) }

  /// A size with a fitting unit.
  static func bytes(_ count: UInt64) -> String {
    switch count {
    case ..<10_240: "\(count) bytes"
    case ..<10_485_760: "\(fixed(Double(count) / 1024, 1)) KiB"
    default: "\(fixed(Double(count) / 1_048_576, 1)) MiB"
    }
  }

  static func plural(_ count: Int, _ noun: String, _ nouns: String? = nil) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(nouns ?? noun + "s")"
  }

  /// A text that is not longer than so many characters.
  static func cut(_ text: String, to width: Int) -> String { text.count > width ? text.prefix(max(0, width - 1)) + "…" : text }

  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
