// What Latch gives where Schemes differ: the numeric table (Tests/Numbers) in every mode, and both it and docs/r7rs-choices.md beside Guile, Chez, Gambit and
// CHICKEN, those that are installed. LATCH_BLESS=1 writes the table's output anew.

import Foundation
import GoldenCode
import Testing

@Suite struct OtherSchemesTests {
  static let prologue = """
    (import (latch))
    (define (caught thunk) (guard (e (#t "!")) (thunk)))
    (define (evaluate form) (eval form (interaction-environment)))
    (define zero-point 0.)

    """
  static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

  /// A cell says by `apply:` that a call by apply gives something else than the call itself: none does.
  @Test(arguments: ["off", "auto", "eager"])
  func everyNumericProcedureGivesWhatTheTableSays(_ jit: String) throws {
    let folder = Place.root.appendingPathComponent("Tests/Numbers")
    let table = try String(contentsOf: folder.appendingPathComponent("table.scm"), encoding: .utf8)
    let outcome = try shell("latch --jit \(jit) -", input: Self.prologue + table, seconds: 120)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(!outcome.output.contains("apply:"))
    let golden = folder.appendingPathComponent("table.out")
    let expected = try Golden.expected(at: golden, found: outcome.output, blesses: jit == "off").split(separator: "\n")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == expected.count)
    for (line, other) in zip(lines, expected) where line != other { Issue.record("\(line), expected \(other)") }
  }

  /// The table of differences holds what differs and no more.
  @Test(.enabled(if: hasPython, "python3 is not installed"))
  func numbersAreThoseOfOtherSchemesButForTheDifferencesInTheTable() throws {
    let outcome = try shell("LATCH='\(Place.latch)' python3 scripts/compare-schemes.py numbers", seconds: 300)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test(.enabled(if: hasPython, "python3 is not installed"))
  func thePageOfChoicesSaysWhatLatchAndTheOtherSchemesGive() throws {
    let outcome = try shell("LATCH='\(Place.latch)' python3 scripts/compare-schemes.py choices", seconds: 300)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
  }
}
