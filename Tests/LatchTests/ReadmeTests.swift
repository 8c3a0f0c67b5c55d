// The README's commands work, and write what the README shows.
//
// A `console` block is a dialogue: lines that start with "$ " are commands, the lines after each are its whole output; "..." stands for
// any lines. The commands of `sh` blocks need only succeed. `scripts/run` is replaced by the command that is built already; scripts
// that build or measure are only checked to be there.

import Foundation
import Testing

@Suite struct ReadmeTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let command: String
    let expected: [String]?
    var testDescription: String { command }
  }

  static let examples: [Example] = {
    let text = (try? String(contentsOf: Place.root.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""
    var examples: [Example] = []
    var language: String?
    var command: String?
    var output: [String] = []
    func finish() {
      if let command { examples.append(Example(command: command, expected: output)) }
      command = nil
      output = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        finish()
        language = language == nil ? String(line.dropFirst(3)) : nil
      } else if language == "console" {
        if line.hasPrefix("$ ") {
          finish()
          command = String(line.dropFirst(2))
        } else {
          output.append(line)
        }
      } else if language == "sh", !line.isEmpty, !line.hasPrefix("#") {
        examples.append(Example(command: line, expected: nil))
      }
    }
    return examples
  }()

  @Test func theMainJobAndTheTestsAreOneCommandEach() {
    let commands = Self.examples.map(\.command)
    #expect(commands.contains("scripts/run scheme-examples/fibonacci.scm"))
    #expect(commands.contains("scripts/test"))
  }

  @Test(arguments: examples)
  func worksAsShown(_ example: Example) throws {
    var command = example.command.split(separator: "#").first.map(String.init) ?? example.command
    if example.expected != nil { command = example.command }
    let first = String(command.split(separator: " ").first ?? "")
    if first == "git" || first == "cd" || first == "swift" { return }
    if first.hasPrefix("scripts/"), first != "scripts/run" {
      #expect(FileManager.default.isExecutableFile(atPath: Place.root.appendingPathComponent(first).path))
      return
    }
    command = command.replacingOccurrences(of: "scripts/run", with: "latch")
    let outcome = try shell(command)
    if let expected = example.expected {
      let shown = (outcome.output + outcome.errors).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(matches(shown.last == "" ? shown.dropLast() : shown[...], expected[...]), "\(outcome.output)\(outcome.errors)")
    } else {
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
  }

  private func matches(_ lines: ArraySlice<String>, _ patterns: ArraySlice<String>) -> Bool {
    guard let pattern = patterns.first else { return lines.isEmpty }
    if pattern == "..." {
      return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], patterns.dropFirst()) }
    }
    guard let line = lines.first, line == pattern else { return false }
    return matches(lines.dropFirst(), patterns.dropFirst())
  }
}
