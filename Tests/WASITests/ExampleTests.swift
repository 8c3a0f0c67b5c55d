// The examples on the pages of the library's types are lines of Tests/Embedding, which is a package of its own that scripts/test-embedding builds and runs.

import Foundation
import Testing

@Suite struct ExampleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func files(in folder: String) throws -> [String] {
    let files = try #require(FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil))
    return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
  }

  private static func lines(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func everyExampleIsBuiltAndRun() throws {
    let built = try Self.files(in: "Tests/Embedding/Sources").map { Self.lines($0).joined(separator: "\n") }
    var count = 0
    for source in try Self.files(in: "Sources/WASI") {
      // Blocks of lines of doc comments between the two fences.
      for block in source.matches(of: /\/\/\/ ```swift\n((?:.*\n)*?) *\/\/\/ ```\n/) {
        let example = Self.lines(block.1.dropLast()).map { $0.hasPrefix("/// ") ? $0.dropFirst(4).trimmingCharacters(in: .whitespaces) : "" }
        #expect(built.contains { $0.contains(example.joined(separator: "\n")) }, "\(example.joined(separator: "\n"))")
        count += 1
      }
    }
    #expect(count >= 6)
  }
}
