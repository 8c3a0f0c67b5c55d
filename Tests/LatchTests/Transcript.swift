// Recorded sessions: commands with their output, and whether output is what was recorded.
//
// A recorded line "..." stands for any lines. Measured figures (numbers with a unit of time, or "times") may be any, as may the lengths of bars and the
// columns that they are aligned in; sizes ("bytes") may differ by a tenth, since generated code has addresses in it.

import Foundation

struct Transcript {
  struct Entry {
    let command: String
    var output: [String] = []
  }
  private(set) var entries: [Entry] = []

  init(_ lines: [String]) {
    for line in lines {
      if line.hasPrefix("$ ") {
        entries.append(Entry(command: String(line.dropFirst(2))))
      } else if !entries.isEmpty {
        entries[entries.count - 1].output.append(line)
      }
    }
  }

  static func lines(_ output: String) -> [String] {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.last == "" ? lines.dropLast() : lines
  }

  static func matches(_ lines: [String], _ recorded: [String]) -> Bool { matches(lines[...], recorded[...]) }

  private static func matches(_ lines: ArraySlice<String>, _ recorded: ArraySlice<String>) -> Bool {
    guard let first = recorded.first else { return lines.isEmpty }
    if first == "..." {
      return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], recorded.dropFirst()) }
    }
    guard let line = lines.first, matches(line, first) else { return false }
    return matches(lines.dropFirst(), recorded.dropFirst())
  }

  private static func matches(_ line: String, _ recorded: String) -> Bool {
    if line == recorded { return true }
    let (text, sizes) = withoutFigures(line)
    let (recordedText, recordedSizes) = withoutFigures(recorded)
    return text == recordedText && sizes.count == recordedSizes.count
      && zip(sizes, recordedSizes).allSatisfy { ($0 - $1).magnitude <= $1 / 10 }
  }

  /// A line with its figures replaced, and its sizes.
  private static func withoutFigures(_ line: String) -> (text: String, sizes: [Double]) {
    let sizes = line.matches(of: /([0-9]+) bytes/).compactMap { Double($0.1) }
    let text = line.replacing(/[0-9]+ bytes/, with: "# bytes").replacing(/[0-9]+(\.[0-9]+)? (s|ms|µs|ns|times)\b/, with: "#")
      .replacing(/[█▉▊▋▌▍▎▏]+/, with: "█").replacing(#/ +/#, with: " ")
    return (text.trimmingCharacters(in: .whitespaces), sizes)
  }
}
