// The machine code that `latch run` keeps between runs: it is used, and nothing that lies in the cache's place can do harm.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite struct CodeCacheTests {
  /// Runs commands in a folder with program.wasm, whose `fib` is called so often that it becomes hot. The cache is in the folder `cache`.
  private func with(_ commands: String) throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    writer.addFunction("fib", [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(2)
      body.emit(.i32LtS)
      body.if(.value(.i32))
      body.localGet(0)
      body.else()
      for step in [1, 2] as [Int32] {
        body.localGet(0)
        body.i32Const(step)
        body.emit(.i32Sub)
        body.call(0)
      }
      body.emit(.i32Add)
      body.end()
    }
    try Data(writer.finish().bytes).write(to: folder.appending(path: "program.wasm"))
    // How often `fib` is optimized and comes as saved code; and what it returns.
    let prelude = """
      export XDG_CACHE_HOME="$PWD/cache"
      run() { latch run --stats "$@" --invoke fib program.wasm 36 2> errors; grep -q 'saved code' errors && echo saved; grep -iE 'crash|fatal|damaged' errors; }
      """
    return try shell("cd '\(folder.path)'; \(prelude)\n\(commands)")
  }

  private static let result = "14930352\n"

  @Test func theSecondRunHasTheCodeOfTheFirst() throws {
    let outcome = try with("run; run; ls -l cache/latch | grep -c '^-rw-------.*latch$'; stat -c %a cache/latch; ls -A cache/latch | wc -l")
    #expect(outcome.output == Self.result + Self.result + "saved\n1\n700\n1\n", "\(outcome.output)\(outcome.errors)")
  }

  @Test func itIsNotUsedUnlessItMayBe() throws {
    for (name, options) in [("--no-cache", "--no-cache"), ("a tier", "--tier omg"), ("the other tier", "--tier bbq")] {
      let outcome = try with("run \(options); ls cache 2> /dev/null; run; run \(options)")
      #expect(outcome.output == Self.result + Self.result + Self.result, "\(name): \(outcome.output)\(outcome.errors)")
    }
    // Other settings have code of their own.
    let outcome = try with("run; run --memory checked; run --fuel 1000000000; run --memory checked; run --fuel 1000000000; ls cache/latch | wc -l")
    #expect(outcome.output == String(repeating: Self.result, count: 4) + "saved\n" + Self.result + "saved\n3\n", "\(outcome.output)\(outcome.errors)")
  }

  @Test(arguments: [
    // Directories that are not the user's alone, or not directories.
    "mkdir -p cache/latch; chmod 777 cache/latch; run; ls -A cache/latch",
    "mkdir -p cache elsewhere; chmod 700 elsewhere; ln -s ../elsewhere cache/latch; run; ls -A elsewhere",
    "touch cache; run", "mkdir cache; touch cache/latch; run", "XDG_CACHE_HOME=relative HOME=/dev/null; run; ls relative 2> /dev/null",
    // Files that cannot be replaced, and places for them that are taken.
    "run > /dev/null; f=$(echo cache/latch/*.latch); rm $f; mkdir $f; run; ls -A $f; ls -A cache/latch | grep '^[.]'",
    "run > /dev/null; f=$(echo cache/latch/*.latch); rm $f; ln -s /etc/passwd $f; run; cmp -s $f /etc/passwd && echo followed",
    "run > /dev/null; f=$(echo cache/latch/*.latch); rm $f; mkfifo $f; run",
    // Files that others could have written.
    "run > /dev/null; chmod 666 cache/latch/*.latch; run",
  ])
  func whatCannotBeTrustedIsPassedOver(_ commands: String) throws {
    let outcome = try with(commands)
    #expect(outcome.output == Self.result, "\(outcome.output)\(outcome.errors)")
  }

  @Test(arguments: [
    "head -c 100 good > $f", ": > $f", "echo nonsense > $f", "cat good good > $f",
    "head -c 300 good > $f; printf x >> $f; tail -c +302 good >> $f", "cp program.wasm $f",
  ])
  func aDamagedFileIsReplaced(_ damage: String) throws {
    let outcome = try with("run > /dev/null; f=$(echo cache/latch/*.latch); cp $f good; \(damage); run; run; cmp good $f && echo same")
    #expect(outcome.output == Self.result + Self.result + "saved\nsame\n", "\(outcome.output)\(outcome.errors)")
  }

  @Test func anotherModulesCodeIsNotUsed() throws {
    let outcome = try with(
      "run > /dev/null; f=$(echo cache/latch/*.latch); cp $f good; printf '\\0\\4\\1x12' > x; cat program.wasm x > other; mv other program.wasm; run > /dev/null; "
        + "for g in cache/latch/*.latch; do cp good $g; done; run")
    #expect(outcome.output == Self.result, "\(outcome.output)\(outcome.errors)")
  }

  @Test func manyProcessesUseItAtOnce() throws {
    let outcome = try with("for i in 1 2 3 4 5 6; do run & done; wait; run; ls -A cache/latch | wc -l")
    #expect(outcome.output.replacing("saved\n", with: "") == String(repeating: Self.result, count: 7) + "1\n", "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("saved\n1\n"), "\(outcome.output)")
  }

  @Test func whatHasNotBeenUsedForLongestGoes() throws {
    let outcome = try with(
      """
      mkdir -p cache/latch; chmod 700 cache/latch
      for i in 1 2 3; do truncate -s 100M cache/latch/$i.latch; touch -d "$i days ago" cache/latch/$i.latch; done
      touch cache/latch/.1-new; touch -d '2 days ago' cache/latch/.1-old
      run; ls -A cache/latch | sort | head -3 | tr '\\n' ' '
      """)
    #expect(outcome.output == Self.result + ".1-new 1.latch 2.latch ", "\(outcome.output)\(outcome.errors)")
  }
}
