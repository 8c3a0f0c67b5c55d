// Short runs of what scripts/fuzz and scripts/soak run for long.

import Foundation
import Testing

@Suite struct FuzzTests {
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
  func mutatedProgramsNeitherCrashNorDivideTheModes() throws {
    let outcome = try shell("python3 scripts/fuzzers/scheme.py --latch '\(Place.latch)' --seconds 5 --seed 1", seconds: 120)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("0 findings"), "\(outcome.output)")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func theSoakProgramGivesRightResults(_ jit: String) throws {
    let outcome = try shell("latch --jit \(jit) --heap-limit 256 scripts/soak-programs/mixture.scm 2", seconds: 120)
    #expect(outcome.code == 0 && outcome.output.hasSuffix(" rounds\n"), "\(outcome.output)\(outcome.errors)")
  }
}
