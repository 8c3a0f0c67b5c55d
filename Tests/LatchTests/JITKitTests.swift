// What Sources/JITKit has for guests in C: the header, the example, and an emulator that compiles what it emulates. Built with the toolchain's clang, run with
// options of `latch run` alone.

import Foundation
import Testing

@Suite struct JITKitTests {
  /// The folder in which everything has been built; nil if the toolchain's clang or its linkers are not there.
  private static let folder: String? = {
    guard let folder = try? Place.temporaryFolder().path, let outcome = try? shell("scripts/build-jit-kit.sh '\(folder)'", seconds: 120) else {
      return nil
    }
    if outcome.code != 0 { print("the JIT kit was not built: \(outcome.errors)") }
    return outcome.code == 0 ? folder : nil
  }()

  private static let programs = ["calls", "crc", "lists", "matrix", "sorting", "statemachine"]

  @Test func theHeaderIsPlainC99() throws {
    for target in ["", "--target=wasm32-unknown-unknown"] {
      let command = "clang \(target) -std=c99 -pedantic -Wall -Wextra -Werror -ffreestanding -fsyntax-only -x c Sources/JITKit/latch_jit.h"
      let outcome = try shell(
        "PATH=$(dirname $(readlink -f $(command -v swift))):$PATH; \(command) -Wno-unused-function -Wno-pragma-once-outside-header")
      #expect(outcome.errors == "")
    }
  }

  @Test func theExampleRunsByOptionsAlone() throws {
    let folder = try #require(Self.folder)
    let outcome = try shell("latch run --late-link --import host.log=print --invoke scale '\(folder)/example.wasm' 7 6")
    #expect(outcome.output == "42\n")
    #expect(outcome.errors == "host.log(1)\nhost.log(7)\n")
    let refused = try shell("latch run --invoke scale '\(folder)/example.wasm' 7 6")
    #expect(refused.code == 1)
    #expect(refused.errors.hasSuffix("it generates code: run it with --late-link\n"))
    // The guest's own host has other names for what it has.
    let pulling = try shell("latch run --late-link=pull:nothing --import host.log=0 --invoke scale '\(folder)/example.wasm' 7 6")
    #expect(pulling.code == 1)
    #expect(pulling.errors.hasSuffix("nothing: the guest exports no such function to pull modules from\n"))
    let imported = try shell("latch run --late-link --import host.lag=0 --invoke scale '\(folder)/example.wasm' 7 6")
    #expect(imported.errors.contains("--import host.lag: the program imports no such function"))
  }

  @Test(arguments: programs) func emulatedProgramsDoWhatNativeOnesDo(_ program: String) throws {
    let folder = try #require(Self.folder)
    let expected = try shell("'\(folder)/\(program).native'").output
    for how in ["--late-link --invoke interpret", "--late-link --invoke run", "--late-link=pull:next_module --invoke step"] {
      let outcome = try shell("latch run \(how) '\(folder)/riscv.wasm' < '\(folder)/\(program).elf'", seconds: 300)
      #expect(outcome.output == expected + "0\n", "\(how)")
      #expect(outcome.errors == "", "\(how)")
    }
  }

  /// With room for a few units they are unlinked and compiled again.
  @Test(arguments: ["lists", "sorting"]) func coldUnitsAreUnlinked(_ program: String) throws {
    let folder = try #require(Self.folder)
    let expected = try shell("'\(folder)/\(program).native'").output
    let outcome = try shell("latch run --late-link --invoke run_with_limit '\(folder)/riscv.wasm' 4 < '\(folder)/\(program).elf'", seconds: 300)
    #expect(outcome.output.hasPrefix(expected))
    #expect((Int(outcome.output.dropFirst(expected.count).dropLast()) ?? 0) > 0)
  }

  @Test func aBadProgramIsAMessage() throws {
    let folder = try #require(Self.folder)
    let outcome = try shell("echo nonsense | latch run --late-link --invoke run '\(folder)/riscv.wasm'")
    #expect(outcome.output == "139\n")
    #expect(outcome.errors == "riscv: no static executable for RV32 at pc 0x00000000\n")
  }
}
