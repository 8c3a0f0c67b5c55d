// Every program in scheme-examples writes what its .out file says, however it is compiled.

import Foundation
import Testing

@Suite struct ExampleTests {
  static let names = Place.files(in: Place.examples, withExtension: "scm")

  @Test func thereAreExamplesAndAllHaveAnExpectation() {
    #expect(Self.names.count >= 15)
    #expect(Self.names == Place.files(in: Place.examples, withExtension: "out"))
  }

  @Test(arguments: names, ["off", "auto", "eager"])
  func writesWhatItsExpectationSays(_ name: String, _ jit: String) throws {
    let expected = try String(contentsOf: Place.examples.appendingPathComponent(name + ".out"), encoding: .utf8)
    let outcome = try shell("latch --jit \(jit) --stats scheme-examples/\(name).scm")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == expected)
    #expect(!outcome.errors.contains("refused"), "the engine refused a generated module: \(outcome.errors)")
  }

  @Test func hotCodeIsCompiledInTheMiddleOfARun() throws {
    let outcome = try shell("latch --stats scheme-examples/fibonacci.scm")
    #expect(outcome.errors.firstMatch(of: /([0-9]+) linked/).flatMap { Int($0.1) } ?? 0 > 0, "\(outcome.errors)")
  }
}
