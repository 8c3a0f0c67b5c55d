// The conformance suite: the programs in Tests/R7RS and Tests/SRFI, each in four modes, and where Guile is installed there too. A program reports what
// failed in lines that begin with FAIL, and at its end how many checks passed.

import Foundation
import Testing

@Suite struct ConformanceTests {
  static let programs: [String] = ["R7RS", "SRFI"].flatMap { folder in
    Place.files(in: Place.root.appendingPathComponent("Tests/" + folder), withExtension: "scm")
      .filter { $0 != "check" && $0 != "included" }
      .map { "Tests/\(folder)/\($0).scm" }
  }

  /// A hundred thousand frames, or a million arguments, copied at each of a hundred thousand allocations, would take hours.
  static let tooLargeForStress = ["Tests/R7RS/6-10-deep-recursion.scm", "Tests/R7RS/6-10-many-arguments.scm"]

  /// Runs a program with an empty folder as the current one; its outcome, and the number of checks that passed when it came to its end.
  static func run(_ command: String, _ program: String) throws -> (outcome: Outcome, passed: Int?) {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = Place.root.appendingPathComponent(program).path
    let outcome = try shell("cd '\(folder.path)' && \(command) '\(path)'", seconds: 300)
    let last = outcome.output.split(separator: "\n").last ?? ""
    return (outcome, last.firstMatch(of: /: ([0-9]+) passed, [0-9]+ failed$/).flatMap { Int($0.1) })
  }

  static func latch(_ options: String) -> String { "latch --dir '\(Place.root.appendingPathComponent("Tests").path)' \(options)" }

  @Test(arguments: programs, ["--jit off", "--jit auto", "--jit eager"])
  func allChecksPass(_ program: String, _ options: String) throws {
    try runsWithoutFailures(program, options)
  }

  @Test(arguments: programs.filter { !tooLargeForStress.contains($0) })
  func allChecksPassWithACollectionAtEachAllocation(_ program: String) throws {
    try runsWithoutFailures(program, "--jit auto --gc-stress")
  }

  private func runsWithoutFailures(_ program: String, _ options: String) throws {
    let (outcome, passed) = try Self.run(Self.latch(options), program)
    let failures = outcome.output.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    #expect(passed != nil && outcome.code == 0, "\(outcome.output.suffix(500))\(outcome.errors)")
  }

  @Test func thereAreEnoughChecks() throws {
    var total = 0
    for program in Self.programs where program.contains("R7RS") { total += try Self.run(Self.latch("--jit auto"), program).passed ?? 0 }
    #expect(total >= 1500)
  }

  /// A row of Tests/R7RS/differences.txt.
  struct Difference: Equatable {
    let program: String
    /// How the failing expression begins; `*` when the system cannot run the program.
    let expression: String
  }

  static func differences(of system: String) throws -> [Difference] {
    let table = try String(contentsOf: Place.root.appendingPathComponent("Tests/R7RS/differences.txt"), encoding: .utf8)
    return table.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let fields = line.split(separator: "\t").map(String.init)
      return fields.count == 4 && fields[0] == system ? Difference(program: fields[1], expression: fields[2]) : nil
    }
  }

  /// The libraries of Tests/SRFI are ours, so only the language is compared.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/guile"), "guile is not installed"),
    arguments: programs.filter { $0.contains("R7RS") && !$0.contains("/A-") })
  func guileAgreesButForTheDifferencesInTheTable(_ program: String) throws {
    let name = String(program.dropFirst("Tests/R7RS/".count).dropLast(".scm".count))
    let expected = try Self.differences(of: "guile").filter { $0.program == name }
    let (outcome, passed) = try Self.run("LC_ALL=C.UTF-8 guile --r7rs --no-auto-compile -q -s", program)
    guard passed != nil else {
      #expect(expected.map(\.expression) == ["*"], "guile cannot run it: \(outcome.errors.suffix(300))")
      return
    }
    let failures = outcome.output.split(separator: "\n").filter { $0.hasPrefix("FAIL ") }.map { $0.dropFirst("FAIL ".count) }
    for failure in failures {
      #expect(expected.contains { failure.hasPrefix($0.expression) }, "not in the table: \(failure)")
    }
    for difference in expected {
      #expect(failures.contains { $0.hasPrefix(difference.expression) }, "in the table, but guile agrees: \(difference.expression)")
    }
  }
}
