// The pages say what is true: README.md, CONTRIBUTING.md and everything in docs.
//
//   console   a recorded session: lines that start with "$ " are commands, the lines after each are all that it writes, and they are compared
//             (Transcript.swift). A block runs in a folder of its own, in which the repository's files can be found. LATCH_BLESS=1 writes what differs
//             anew
//   sh        commands that have to succeed; scripts that build or measure have to be there
//   swift     consecutive lines of a file of the repository, but for indentation. The README's are in Tests/Embedding, which is built and run
//
// Paths and links are checked by scripts/lint.

import Foundation
import GoldenCode
import Testing

@Suite struct DocumentationTests {
  static let pages =
    ["README.md", "CONTRIBUTING.md"] + Place.files(in: Place.root.appendingPathComponent("docs"), withExtension: "md").map { "docs/\($0).md" }
  static let blocks = pages.flatMap(PageBlock.read)
  static let consoles = blocks.filter { $0.language == "console" }

  @Test func theMainJobAndTheTestsAreOneCommandEach() {
    let commands = Self.blocks.filter { $0.page == "README.md" && $0.language == "sh" }.flatMap(\.lines)
    #expect(commands.contains("scripts/run scheme-examples/fibonacci.scm"))
    #expect(commands.contains("scripts/test"))
  }

  @Test func everyBlockOfTheReadmeIsChecked() {
    for block in Self.blocks where block.page == "README.md" { #expect(["console", "sh", "swift"].contains(block.language), "\(block)") }
  }

  @Test(arguments: consoles.filter { !$0.needsWASI })
  func sessionsAreAsShown(_ block: PageBlock) throws { try checkSession(block) }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/include/wasm32-wasi/stdio.h"), "wasi-libc is not installed"),
    arguments: consoles.filter(\.needsWASI))
  func sessionsWithProgramsInCAreAsShown(_ block: PageBlock) throws { try checkSession(block) }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
  func thePictureIsDrawnFromARun() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try shell("LATCH='\(Place.latch)' scripts/draw-jit '\(folder.path)'")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.firstMatch(of: /interpreted .+, compiled .+, optimized .+/) != nil)
    for name in ["light", "dark"] {
      let drawn = try String(contentsOf: folder.appendingPathComponent("jit-\(name).svg"), encoding: .utf8)
      #expect(drawn.contains("interpreted: ") && drawn.contains("compiled and linked in "))
    }
  }

  @Test(arguments: blocks.filter { $0.language == "sh" })
  func commandsSucceed(_ block: PageBlock) throws {
    for line in block.lines where !line.isEmpty && !line.hasPrefix("#") {
      let first = line.split(separator: " ").first.map(String.init) ?? ""
      if first.hasPrefix("scripts/"), first != "scripts/run" {
        #expect(FileManager.default.isExecutableFile(atPath: Place.root.appendingPathComponent(first).path), "\(line)")
      } else if !["git", "cd", "swift", "LATCH_BLESS=1"].contains(first) {
        let outcome = try shell(line.replacing("scripts/run", with: "latch"))
        #expect(outcome.code == 0, "\(line): \(outcome.errors)")
      }
    }
  }

  @Test(arguments: blocks.filter { $0.language == "swift" })
  func swiftIsInTheRepository(_ block: PageBlock) throws {
    let folders = block.page == "README.md" ? ["Tests/Embedding"] : ["Sources", "Tests"]
    let wanted = block.lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    for folder in folders {
      let url = Place.root.appendingPathComponent(folder)
      for case let file as URL in FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)! where file.pathExtension == "swift" {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        if lines.map({ $0.trimmingCharacters(in: .whitespaces) }).joined(separator: "\n").contains(wanted) { return }
      }
    }
    Issue.record("no file in \(folders) has these lines: \(block)")
  }

  private func checkSession(_ block: PageBlock) throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let transcript = Transcript(block.lines)
    var blessed: [String] = []
    for entry in transcript.entries {
      // Links, so that what a command writes beside them stays in the folder.
      let outcome = try shell(
        "ln -sfn '\(Place.root.path)'/* '\(folder.path)'; unset COLUMNS; cd '\(folder.path)'; \(entry.command.replacing("scripts/run", with: "latch"))"
      )
      let shown = Transcript.lines(outcome.output + outcome.errors)
      let isRight = Transcript.matches(shown, entry.output)
      blessed += ["$ " + entry.command] + (isRight ? entry.output : shown)
      if !isRight && !Golden.isBlessing { Issue.record("\(block): $ \(entry.command)\n\(shown.joined(separator: "\n"))") }
    }
    func fence(_ lines: [String]) -> String { "```console\n" + lines.joined(separator: "\n") + "\n```" }
    try Golden.replace(fence(block.lines), by: fence(blessed), in: Place.root.appendingPathComponent(block.page))
  }
}

/// A fenced block of a page.
struct PageBlock: CustomTestStringConvertible, CustomStringConvertible, Sendable {
  let page: String
  /// The line of its first line.
  let line: Int
  let language: String
  let lines: [String]

  var description: String { "\(page):\(line)" }
  var testDescription: String { description }
  var needsWASI: Bool { lines.contains { $0.contains("--target=wasm32-wasi ") } }

  static func read(_ page: String) -> [PageBlock] {
    let text = (try? String(contentsOf: Place.root.appendingPathComponent(page), encoding: .utf8)) ?? ""
    var blocks: [PageBlock] = []
    var language: String?
    var lines: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if !line.hasPrefix("```") {
        if language != nil { lines.append(line) }
      } else if let open = language {
        blocks.append(PageBlock(page: page, line: index + 1 - lines.count, language: open, lines: lines))
        language = nil
        lines = []
      } else {
        language = String(line.dropFirst(3))
      }
    }
    return blocks
  }
}
