// What generated code presumes turns out wrong, in all the ways that Tests/Speculation knows: the programs write the same however they are compiled.

import Foundation
import Testing

@Suite struct SpeculationTests {
  static let folder = Place.root.appendingPathComponent("Tests/Speculation")
  static let names = Place.files(in: folder, withExtension: "scm")

  @Test func thereAreProgramsAndAllHaveAnExpectation() {
    #expect(Self.names.count >= 3)
    #expect(Self.names == Place.files(in: Self.folder, withExtension: "out"))
  }

  @Test(arguments: names, ["off", "auto", "eager"])
  func writesTheSameHoweverItIsCompiled(_ name: String, _ jit: String) throws {
    let expected = try String(contentsOf: Self.folder.appendingPathComponent(name + ".out"), encoding: .utf8)
    let outcome = try shell("latch --jit \(jit) Tests/Speculation/\(name).scm")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == expected)
  }
}
