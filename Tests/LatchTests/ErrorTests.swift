// Wrong programs: one clear message on the standard error, exit code 1, the same in every mode. The messages are in Tests/Errors; with
// LATCH_BLESS=1 in the environment they are written anew.

import Foundation
import GoldenCode
import Testing

@Suite struct ErrorTests {
  static let names = Place.files(in: Place.errors, withExtension: "scm")

  @Test func thereAreProgramsAndAllHaveAMessage() {
    #expect(Self.names.count >= 30)
    #expect(Self.names == Place.files(in: Place.errors, withExtension: "err"))
  }

  @Test(arguments: names, ["off", "auto", "eager"])
  func saysWhatIsWrong(_ name: String, _ jit: String) throws {
    let golden = Place.errors.appendingPathComponent(name + ".err")
    let outcome = try shell("cd Tests/Errors && latch --jit \(jit) \(name).scm")
    #expect(outcome.code == 1)
    let expected = try Golden.expected(at: golden, found: outcome.errors, blesses: jit == "off")
    #expect(outcome.errors == expected)
    #expect(!outcome.errors.contains("wasm trap"))
  }

  @Test func outputBeforeAnErrorIsWritten() throws {
    let outcome = try shell("latch Tests/Errors/unbound-variable.scm")
    #expect(outcome.output == "before\n")
  }

  @Test(arguments: ["off", "eager"])
  func a100MBFileOfParenthesesIsAnError(_ jit: String) throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try shell("cd \(folder.path) && head -c 100000000 /dev/zero | tr '\\0' '(' > big.scm && latch --heap-limit 0 --jit \(jit) big.scm")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("at big.scm:1:"), "\(outcome.errors.prefix(300))")
    #expect(outcome.errors.utf8.count < 2000)
  }

  @Test func runningOutOfMemoryIsAnError() throws {
    let outcome = try shell("latch --heap-limit 64 -e '(let loop ((l (quote ()))) (loop (cons 1 l)))'")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("memory"), "\(outcome.errors)")
  }
}
