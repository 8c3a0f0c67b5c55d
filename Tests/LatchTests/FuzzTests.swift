// Short runs of what scripts/fuzz and scripts/soak run for long.

import Foundation
import Testing

@Suite struct FuzzTests {
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
  func mutatedProgramsNeitherCrashNorDivideTheModes() throws {
    let outcome = try shell("python3 scripts/fuzzers/scheme.py --latch '\(Place.latch)' --seconds 5 --seed 1", seconds: 120)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("0 findings"), "\(outcome.output)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
  func proceduresWithOddArgumentsNeitherCrashNorDivideTheModes() throws {
    let outcome = try shell("python3 scripts/fuzzers/procedures.py --latch '\(Place.latch)' --seconds 5 --seed 1", seconds: 120)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("0 findings"), "\(outcome.output)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is not installed"))
  func programsAboutContinuationsDoTheSameInAllModes() throws {
    let outcome = try shell("python3 scripts/fuzzers/continuations.py --latch '\(Place.latch)' --seconds 5 --seed 1", seconds: 120)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("0 findings"), "\(outcome.output)")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func theSoakProgramGivesRightResults(_ jit: String) throws {
    let outcome = try shell("latch --jit \(jit) --heap-limit 256 scripts/soak-programs/mixture.scm 2", seconds: 120)
    #expect(outcome.code == 0 && outcome.output.hasSuffix(" rounds\n"), "\(outcome.output)\(outcome.errors)")
  }

  /// What is evaluated takes little of the heap, but memory for its code: that alone must bring a collection of everything about.
  @Test func codeOfManyEvaluationsIsCollected() throws {
    let program = """
      (import (scheme base) (scheme eval))
      (define where (environment '(scheme base)))
      (define (run n)
        (if (> n 0) (begin (eval '(lambda (n) (let loop ((i 0) (sum 1)) (if (= i n) sum (loop (+ i 1) (+ sum i))))) where) (run (- n 1)))))
      (run 20000)
      """
    let outcome = try shell("latch --stats -", input: program)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.firstMatch(of: /\(([0-9]+) full\)/).flatMap { Int($0.1) } ?? 0 > 0, "\(outcome.errors)")
  }
}
