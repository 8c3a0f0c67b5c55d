// A golden file with sections; see Golden.swift.

import Foundation

public struct GoldenFile {
  public struct Section {
    public let title: String
    public let input: String
    /// What is done with the input, and what is expected of it.
    fileprivate var outputs: [(heading: String, text: String)]
    public var headings: [String] { outputs.map(\.heading) }
  }

  public private(set) var sections: [Section] = []
  private let name: String
  private let url: URL
  private let introduction: String

  /// Reads `Golden/NAME.txt`.
  public init(_ name: String, file: String = #filePath) throws {
    self.name = name
    url = Golden.url(name, file)
    // Sections start at the start of a line, and so do outputs.
    let parts = try ("\n" + String(contentsOf: url, encoding: .utf8)).components(separatedBy: "\n=== ")
    introduction = parts[0].trimmed
    for part in parts.dropFirst() {
      let pieces = part.components(separatedBy: "\n--- ").map { piece in
        let lines = piece.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (heading: String(lines[0]), text: lines.count > 1 ? String(lines[1]).trimmed : "")
      }
      sections.append(Section(title: pieces[0].heading, input: pieces[0].text, outputs: Array(pieces.dropFirst())))
    }
  }

  /// What is wrong, one text for each output that is not the expected one; empty if nothing is. When blessing, writes the outputs.
  /// `produce` is given what is done with the section's input.
  public mutating func problems(_ produce: (_ section: Section, _ heading: String) throws -> GoldenOutput) -> [String] {
    var problems = sections.isEmpty ? ["\(name): there are no sections"] : []
    for index in sections.indices {
      let section = sections[index]
      if section.outputs.isEmpty { problems.append("\(name), \(section.title): there is no line that says what to do (---)") }
      for position in section.outputs.indices {
        let expected = section.outputs[position]
        do {
          let output = try produce(section, expected.heading)
          if Golden.isBlessing {
            sections[index].outputs[position].text = try output.blessed().trimmed
          } else if let problem = output.problem(comparedWith: expected.text) {
            problems.append("\(name), \(section.title), \(expected.heading): \(problem)")
          }
        } catch {
          problems.append("\(name), \(section.title), \(expected.heading): \(error)")
        }
      }
    }
    if Golden.isBlessing, problems.isEmpty {
      do { try text.write(to: url, atomically: true, encoding: .utf8) } catch { problems.append("\(name): \(error)") }
    }
    return problems
  }

  private var text: String {
    let written = sections.map { section in
      "=== \(section.title)\n\(section.input)\n"
        + section.outputs.map { "--- \($0.heading)\n" + ($0.text.isEmpty ? "" : "\($0.text)\n") }.joined()
    }
    return (introduction.isEmpty ? "" : introduction + "\n\n") + written.joined(separator: "\n")
  }
}
