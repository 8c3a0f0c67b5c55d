// `latch compile --output` and `latch run --precompiled`: what they do with a program, and what they say of files that are something else.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite struct PrecompiledTests {
  /// Runs a command in a folder with a module `program.wasm`, whose `fib` is recursive.
  private func with(_ command: String) throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    writer.addFunction("fib", [.i32], [.i32]) { $0.fibonacci(calling: 0, 0) }
    try Data(writer.finish().bytes).write(to: folder.appendingPathComponent("program.wasm"))
    return try shell("cd '\(folder.path)'; \(command)")
  }

  @Test func aCompiledProgramRunsWithoutBeingCompiled() throws {
    let outcome = try with("latch compile program.wasm -o program.latch && latch run --precompiled --stats --invoke fib program.latch 20")
    #expect(outcome.output == "6765\n" && outcome.code == 0)
    #expect(outcome.errors.hasPrefix("saved code     1 function, "), "\(outcome.errors)")
    #expect(outcome.errors.contains("bbq            0 functions"), "\(outcome.errors)")
  }

  @Test(
    "What is said of wrong files",
    arguments: [
      (
        "latch run --precompiled --invoke fib program.wasm 1",
        "latch: program.wasm is a module that is not compiled; run it without --precompiled, or: latch compile program.wasm --output FILE\n"
      ),
      ("echo hello > a; latch run --precompiled a", "latch: a was not made by latch compile --output\n"),
      (": > a; latch run --precompiled a", "latch: a was not made by latch compile --output\n"),
      ("latch run --precompiled nothing", "latch: cannot read nothing: No such file or directory\n"),
      ("latch compile program.wasm -o p; latch run p", "latch: p is a compiled module; if you trust it like a program: latch run --precompiled\n"),
      ("latch compile program.wasm -o p; latch p", "latch: p is a compiled WebAssembly module; run it with: latch run --precompiled p\n"),
      (
        "latch compile program.wasm -o p; head -c 200 p > q; latch run --precompiled q", "latch: q: the saved module is damaged: 200 bytes instead of"
      ),
      (
        "latch compile program.wasm -o p; printf x | dd of=p bs=1 seek=150 conv=notrunc 2> /dev/null; latch run --precompiled p",
        "latch: p: the saved module is damaged: its checksum is another one\n"
      ),
      (
        "latch compile --memory checked program.wasm -o p; latch run --precompiled p",
        "latch: p: the module was saved with another memory strategy or other features; save it again with these\n"
      ),
      ("latch compile program.wasm -o /nowhere/p", "latch: cannot write /nowhere/p: No such file or directory\n"),
      ("latch compile program.wasm -o /dev/full", "latch: cannot write /dev/full: No space left on device\n"),
    ])
  func wrongFiles(_ command: String, _ message: String) throws {
    let outcome = try with(command)
    #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
    #expect(outcome.output == "" && outcome.code == 1)
  }

  @Test func savedCodeForLessRunsEverywhere() throws {
    let outcome = try with(
      "latch compile --without-features all program.wasm -o p && latch run --without-features all --precompiled --invoke fib p 10")
    #expect(outcome.output == "55\n" && outcome.code == 0, "\(outcome.errors)")
  }

  @Test func wrongUsage() throws {
    for command in [
      "latch compile program.wasm -o", "latch compile program.wasm -o p --disassemble", "latch compile --tier bbq program.wasm -o p",
      "latch compile --without-features all program.wasm", "latch compile program.wasm -o ''",
    ] { #expect(try with(command).code == 2, "\(command)") }
  }
}
