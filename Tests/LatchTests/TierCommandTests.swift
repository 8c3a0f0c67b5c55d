// Tiers on the command line: `--tier`, `latch compile`, what `--stats` says, and scripts/jit-bisect.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite struct TierCommandTests {
  /// Runs a command in a folder with program.wasm: `fib`, which is called `fibonacci` in the name section, and `sum`, a loop.
  private func with(_ command: String) throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    _ = writer.importFunction("wasi_snapshot_preview1", "proc_exit", type: writer.addType(FuncType([.i32], [])))
    let fib = writer.addFunction(nil, [.i32], [.i32]) { $0.fibonacci(calling: 1, 1) }
    writer.addExport("fib", .function, fib)
    writer.nameFunction(fib, "fibonacci")
    writer.addFunction("sum", [.i32], [.i32]) { $0.sumOfCountDown() }
    try Data(writer.finish().bytes).write(to: folder.appendingPathComponent("program.wasm"))
    return try shell("root=$PWD; cd '\(folder.path)'; \(command)")
  }

  @Test(arguments: ["bbq", "omg", "auto", "auto --hot-count 0", "auto --hot-count 0 --wait-for-omg"])
  func tiersComputeTheSame(_ tier: String) throws {
    let outcome = try with("latch run --tier \(tier) --stats --invoke fib program.wasm 20; latch run --tier \(tier) --invoke sum program.wasm 1000")
    #expect(outcome.output == "6765\n500500\n")
    #expect(outcome.errors.contains("bbq  "))
    // Without waiting, there may be no time for it in the background.
    if !tier.hasPrefix("auto") || tier.contains("wait") { #expect(outcome.errors.contains("omg  ") == (tier != "bbq")) }
    let scheme = try shell("latch --tier \(tier) -e '(let loop ((i 0)) (if (< i 20000) (loop (+ i 1)) i))'")
    #expect(scheme.output == "20000\n" && scheme.code == 0)
  }

  @Test func wrongTiersAreWrongUsage() throws {
    for command in [
      "latch --tier fast -e 1", "latch run --tier fast program.wasm", "latch compile --tier fast program.wasm",
      "latch wast --tier fast x.json", "latch compile", "latch compile --tier bbq --dump build program.wasm",
      "latch compile --loop 3 program.wasm", "latch -e 1 --omg-only 3", "latch -e 1 --hot-count -1",
      "latch run --without-features bmi1,mmx program.wasm",
    ] { #expect(try with(command).code == 2, "\(command)") }
  }

  @Test(arguments: [
    ("i32", "-1", "-1\n"), ("i32", "99999999999", ""), ("i32", "1.5", ""), ("i64", "99999999999", "99999999999\n"), ("f64", "1.5", "1.5\n"),
  ])
  func whatAnImportReturnsIsANumberOfItsType(_ type: String, _ number: String, _ output: String) throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    let type: ValueType = type == "i32" ? .i32 : type == "i64" ? .i64 : .f64
    let imported = writer.importFunction("env", "number", type: writer.addType(FuncType([], [type])))
    writer.addFunction("number", [], [type]) { $0.call(imported) }
    try Data(writer.finish().bytes).write(to: folder.appendingPathComponent("program.wasm"))
    let outcome = try shell("latch run --import env.number=\(number) --invoke number '\(folder.path)/program.wasm'")
    #expect(outcome.output == output && outcome.code == (output == "" ? 2 : 0), "\(outcome.errors)")
    #expect((output == "") == outcome.errors.contains("(for --import env.number)"), "\(outcome.errors)")
  }

  @Test func namesAreWrittenWithoutWhatATerminalWouldObey() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    writer.addFunction("a\n\u{1B}[31m") { _ in }
    try Data(writer.finish().bytes).write(to: folder.appendingPathComponent("program.wasm"))
    for option in ["", "--disassemble --function 0"] {
      let output = try shell("latch compile \(option) '\(folder.path)/program.wasm'").output
      #expect(output.contains("\\u{a}\\u{1b}[31m") && !output.contains("\u{1B}"), "\(output)")
    }
  }

  @Test func aLoopIsGivenByItsOffset() throws {
    let wrong = try with("latch compile --function sum --loop 9999 program.wasm")
    #expect(wrong.code == 1)
    let offset = try #require(
      wrong.errors.firstMatch(of: #/^latch: function 2 has no loop at 9999; its loops are at ([0-9]+)\n$/#)?.1, "\(wrong.errors)")
    let right = try with("latch compile --function sum --loop \(offset) program.wasm")
    #expect(right.code == 0 && right.output.contains("2"), "\(right.errors)")
    #expect(try with("latch compile --function fib --loop 9999 program.wasm").errors == "latch: function 1 has no loop at 9999; it has none\n")
  }

  @Test func wantOfAddressSpaceIsSaidWithTheOptionThatNeedsLess() throws {
    // A module with a memory of one page.
    let outcome = try with("printf '\\0asm\\1\\0\\0\\0\\5\\3\\1\\0\\1' > memory.wasm; ulimit -v 4000000; latch run memory.wasm")
    #expect(outcome.errors.contains("; --memory checked needs less"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("MemoryStrategy"))
    let session = try shell("ulimit -v 4000000; latch -e 1").errors
    #expect(session.hasPrefix("latch: no address space for a memory of ") && !session.contains("MemoryStrategy"), "\(session)")
  }

  @Test func functionsAreListedWithTheirSizes() throws {
    for tier in ["bbq", "omg", "auto"] {
      let outcome = try with("latch compile --tier \(tier) program.wasm")
      let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(outcome.code == 0)
      #expect(rows.map { $0[0] } == ["1", "2"])
      #expect(rows.first?.last == "fibonacci")
      #expect(rows.allSatisfy { Int($0[2]) ?? 0 > 10 }, "\(outcome.output)")
    }
  }

  @Test func oneFunctionIsFoundByIndexAndByEitherName() throws {
    for name in ["1", "fib", "fibonacci"] {
      let outcome = try with("latch compile --tier bbq --disassemble --function \(name) program.wasm")
      #expect(outcome.output.hasPrefix("; function 1 <fibonacci>: 28 bytes of wasm, "))
      #expect(outcome.output.contains("to function 1\n"))
    }
    #expect(try with("latch compile --function nobody program.wasm").errors.hasSuffix("has no function nobody\n"))
    #expect(try with("latch compile --function 0 program.wasm").errors.contains("imports function 0"))
    #expect(try with("latch compile --function 7 program.wasm").code == 1)
    #expect(try with("echo no > bad.wasm; latch compile bad.wasm").errors.hasPrefix("latch: bad.wasm is no WebAssembly module"))
    #expect(try with("latch compile missing.wasm").code == 1)
  }

  @Test func timesAreShown() throws {
    for tier in ["bbq", "omg"] {
      let outcome = try with("latch compile --tier \(tier) --time program.wasm")
      #expect(outcome.output.hasPrefix("\(tier): 2 functions, "))
      #expect(outcome.output.contains(" MB/s\n"))
    }
  }

  @Test func nothingIsOptimizedThatIsLeftOut() throws {
    let outcome = try with("latch run --tier omg --omg-only 1..1 --omg-trace --stats --invoke fib program.wasm 10")
    #expect(outcome.output == "55\n")
    #expect(outcome.errors.contains("omg 0: function 1 <fibonacci>, left out\n"))
  }

  @Test func compiledCodeIsWrittenForPerf() throws {
    let outcome = try with(
      "latch run --tier bbq --jit-dump . --invoke fib program.wasm 10; head -c 4 jit-*.dump; grep -a -c 'fibonacci .bbq.' jit-*.dump")
    #expect(outcome.output == "55\nDTiJ1\n")
    let refused = try with("latch run --jit-dump none --invoke fib program.wasm 10")
    #expect(refused.code == 2)
    #expect(refused.errors.contains("--jit-dump: no files that can be mapped executable can be written in none: No such file or directory"))
  }

  @Test func codeUsesNoFeaturesThatAreSwitchedOff() throws {
    let features = ProcessorFeatures.names.map(\.name).joined(separator: ",")
    for list in [features, "all"] {
      #expect(try with("latch run --tier omg --without-features \(list) --invoke fib program.wasm 10").output == "55\n")
    }
  }

  @Test func vectorsWithoutSSE41AreAnErrorThatSaysSo() throws {
    // (module (func (export "f") (drop (v128.const …))))
    let module = #"\0asm\1\0\0\0\1\4\1\140\0\0\3\2\1\0\7\5\1\1f\0\0\12\27\1\25\0\375\14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\32\13"#
    let written = "printf '\(module)' > vectors.wasm; "
    #expect(try with(written + "latch run --invoke f vectors.wasm").code == 0)
    let refused = try with(written + "latch run --without-features sse4.1 --invoke f vectors.wasm")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("v128.const (SIMD, for which this processor would need SSE4.1)"))
    #expect(refused.errors.split(separator: "\n").count == 1)
  }

  /// With a command in place of latch that is wrong as soon as its function 37 of 100 is optimized.
  @Test func bisectionFindsTheFunction() throws {
    let script = """
      cat > fake <<'END'
      #!/bin/bash
      tier=bbq first=0 last=99 trace=
      while [ $# -gt 0 ]; do
        case $1 in
        --tier) tier=$2; shift ;;
        --omg-only) first=${2%..*} last=${2#*..}; shift ;;
        --omg-trace) trace=1 ;;
        esac
        shift
      done
      [ $tier = omg ] || last=-1
      if [ "$trace" ]; then for i in $(seq 0 99); do echo "omg $i: function $i <f$i>" >&2; done; fi
      if [ $first -le 37 ] && [ $last -ge 37 ]; then echo wrong; else echo right; fi
      END
      chmod +x fake
      LATCH=$PWD/fake "$root/scripts/jit-bisect" run --invoke f program.wasm
      """
    let outcome = try with(script)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("the difference comes with: omg 37: function 37 <f37>\n"), "\(outcome)")
    #expect(outcome.output.contains("> wrong\n"))
    let none = try with("LATCH='\(Place.latch)' \"$root/scripts/jit-bisect\" run --invoke fib program.wasm 15")
    #expect(none.code == 0 && none.output.hasSuffix("no difference\n"), "\(none)")
  }
}
