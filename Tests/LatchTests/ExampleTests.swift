// The programs in scheme-examples and Tests/Speculation write what their .out files say, however they are compiled. Those in Tests/Speculation break what
// generated code presumes.

import Foundation
import Testing

@Suite struct ExampleTests {
  /// The folders, and how many programs each has at least.
  static let folders = ["scheme-examples": 15, "Tests/Speculation": 16]

  static func names(_ folder: String, _ suffix: String) -> [String] {
    Place.files(in: Place.root.appendingPathComponent(folder), withExtension: suffix).map { folder + "/" + $0 }
  }

  @Test(arguments: folders.keys.sorted())
  func thereAreProgramsAndAllHaveAnExpectation(_ folder: String) {
    #expect(Self.names(folder, "scm").count >= Self.folders[folder]!)
    #expect(Self.names(folder, "scm") == Self.names(folder, "out"))
  }

  @Test(arguments: folders.keys.sorted().flatMap { names($0, "scm") }, ["off", "auto", "eager"])
  func writesWhatItsExpectationSays(_ name: String, _ jit: String) throws {
    let expected = try String(contentsOf: Place.root.appendingPathComponent(name + ".out"), encoding: .utf8)
    let outcome = try shell("latch --jit \(jit) --stats \(name).scm")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == expected)
    #expect(!outcome.errors.contains("refused"), "the engine refused a generated module: \(outcome.errors)")
  }

  @Test func hotCodeIsCompiledInTheMiddleOfARun() throws {
    let outcome = try shell("latch --stats scheme-examples/fibonacci.scm")
    #expect(outcome.errors.firstMatch(of: /([0-9]+) linked/).flatMap { Int($0.1) } ?? 0 > 0, "\(outcome.errors)")
  }
}
