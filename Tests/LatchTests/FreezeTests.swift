// `latch freeze`: a frozen program does what the live one does, on our engine always and on others where they are installed.

import Foundation
import Testing
import WasmEngine

@Suite struct FreezeTests {
  /// Freezes a program in a folder of its own and runs shell commands there; `program` is its file without the extension.
  private func freeze(_ source: String, options: String = "", then commands: String, input: String = "") throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try source.write(to: folder.appendingPathComponent("program.scm"), atomically: true, encoding: .utf8)
    return try shell("cd '\(folder.path)' && latch freeze \(options) program.scm && \(commands)", input: input)
  }

  /// Frozen as it stands, beside a run of it as a program.
  private func expectTheSame(_ source: String, arguments: String = "", input: String = "") throws {
    let live = try freeze(source, then: "latch program.scm \(arguments)", input: input)
    let frozen = try freeze(source, then: "latch run --dir . program.wasm \(arguments)", input: input)
    #expect(frozen.output == live.output, "\(source)")
    #expect(frozen.errors == live.errors, "\(source)")
    #expect(frozen.code == live.code, "\(source)")
  }

  @Test(arguments: ExampleTests.names("scheme-examples", "scm"))
  func aFrozenExampleWritesWhatItsExpectationSays(_ name: String) throws {
    let expected = try String(contentsOf: Place.root.appendingPathComponent(name + ".out"), encoding: .utf8)
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("program.wasm").path
    let outcome = try shell("latch freeze -o '\(file)' \(name).scm && latch run '\(file)'")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == expected)
  }

  static let peers = [
    ("wasmtime", "python3 -c 'import wasmtime'", "python3 scripts/run-frozen.py"),
    ("node", "node -e 'process.exit(+process.versions.node.split(`.`)[0] < 22 ? 1 : 0)'", "node --no-warnings scripts/run-frozen.js"),
  ]

  @Test(arguments: peers.indices)
  func otherEnginesRunFrozenExamples(_ index: Int) throws {
    let (name, check, run) = Self.peers[index]
    guard try shell(check).code == 0 else { return print("skipped: frozen examples on \(name), which is not installed") }
    for name in ["deep-recursion", "escapes", "fibonacci", "strings"] {
      let expected = try String(contentsOf: Place.root.appendingPathComponent("scheme-examples/\(name).out"), encoding: .utf8)
      let folder = try Place.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appendingPathComponent("program.wasm").path
      let outcome = try shell("latch freeze -o '\(file)' scheme-examples/\(name).scm && \(run) '\(file)'")
      #expect(outcome.output == expected, "\(outcome.errors)")
      #expect(outcome.code == 0)
    }
  }

  // MARK: When what runs

  @Test func theBodyRunsWhenTheProgramIsStarted() throws {
    let outcome = try freeze("(display \"running\")", then: "echo frozen && latch run program.wasm")
    #expect(outcome.output == "frozen\nrunning")
  }

  @Test func definitionsAreWhereTheyWere() throws {
    for source in [
      // A definition after a use is not there before; one that is given twice has its first value until then.
      "(define (f) 1) (display (f)) (define (f) 2) (display (f))",
      "(define (show) (display x)) (define x 1) (show) (set! x 2) (show)",
      "(define y (begin (display 'once) 5)) (define (g) (* y 2)) (display (g))",
      "(define (early) (list-copy 5)) (display (early)) (define (list-copy x) (list 'my x)) (display (early))",
      "(import (scheme base) (scheme write)) (define-record-type point (make-point x y) point? (x point-x)) (display (point-x (make-point 3 4)))",
      "(define-syntax twice (syntax-rules () ((_ e) (begin e e)))) (twice (display 'x)) (define z 1) (display (+ z 1))",
      "(define-library (counter) (export next) (import (scheme base)) (begin (define n 0) (define (next) (set! n (+ n 1)) n)))"
        + "(import (counter)) (display (next)) (display (next))",
    ] { try expectTheSame(source) }
  }

  @Test func everythingWorksInAFrozenProgram() throws {
    for source in [
      "(display (eval '(let loop ((i 0)) (if (< i 1000) (loop (+ i 1)) i)) (interaction-environment)))",
      "(define k #f) (define n 0) (display (call/cc (lambda (c) (set! k c) 0))) (set! n (+ n 1)) (if (< n 3) (k n))",
      "(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (display (deep 300000))",
      "(display (guard (e (#t (condition/report-string e))) (vector-ref (vector 1 2) 5)))",
      "(display (expt 3 500)) (display (exact->inexact 1/3))",
      "(call-with-output-file \"out.txt\" (lambda (p) (write '(a b) p))) (display (call-with-input-file \"out.txt\" read)) (display (file-exists? \"out.txt\"))"
        + "(delete-file \"out.txt\") (display (file-exists? \"out.txt\"))",
      "(display (guard (e (#t 'caught)) (open-input-file \"missing.txt\")))",
      "(display (read-line)) (display (read)) (display (eof-object? (read-char)))",
      "(display (cdr (command-line)))",
      "(display (string-length (symbol->string 'abc))) (write (string->list \"λx\"))",
    ] { try expectTheSame(source, arguments: "one 'two three'", input: "a line\n(1 2)") }
  }

  @Test func withAMainProcedureTheBodyRunsWhileFreezing() throws {
    let source =
      "(define table (make-vector 3 0)) (display \"warming \") (define (main arguments) (display (list table (cdr arguments))) (length arguments))"
    let outcome = try freeze(source, options: "--main main --run '(vector-set! table 0 7)'", then: "latch run program.wasm a b")
    #expect((outcome.output, outcome.code) == ("warming (#(7 0 0) (a b))", 3), "\(outcome.errors)")
    let none = try freeze("(define main 5)", options: "--main main", then: "true")
    #expect((none.code, none.errors.contains("--main: not a procedure: 5")) == (1, true), "\(none.errors)")
    let unbound = try freeze("1", options: "--main main", then: "true")
    #expect((unbound.code, unbound.errors.contains("main")) == (1, true))
    #expect(try freeze("1", options: "--main '(main)'", then: "true").code == 2)
  }

  @Test func formsChangeWhatIsFrozen() throws {
    let source = "(define state 'cold) (define (warm!) (set! state 'warm)) (display state)"
    let outcome = try freeze(source, options: "--run '(begin (display \"freezing \") (warm!))'", then: "latch run program.wasm")
    #expect(outcome.output == "freezing warm", "\(outcome.errors)")
  }

  @Test func theEndIsTheSame() throws {
    for source in [
      "(display 1) (exit 7)", "(display 1) (car 5) (display 2)", "(define (f x) (vector-ref x 9)) (f (vector 1))", "(raise 'oops)", "(exit #f)",
      "(display \"no newline\")", "(undefined-procedure 1)",
    ] { try expectTheSame(source) }
  }

  // MARK: Other guests

  @Test func otherGuestsAreFrozenAndGoOnWithoutLateLinking() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    guard try shell("scripts/build-jit-kit.sh '\(folder.path)'", seconds: 300).code == 0 else {
      return print("skipped: the JIT kit does not build here")
    }
    let log = "--import host.log=print"
    let frozen = try shell(
      "latch freeze --guest '\(folder.path)/example.wasm' \(log) --call scale=7,6 -o '\(folder.path)/frozen.wasm' && "
        + "latch run \(log) --invoke scale '\(folder.path)/frozen.wasm' 7 6")
    // It links anew at each call, and there is nobody any more who does.
    #expect(frozen.output == "0\n", "\(frozen.errors)")
    // One that goes on without is an interpreter.
    let expected = try shell("'\(folder.path)/sorting.native'").output
    let emulator = try shell(
      "latch freeze --guest '\(folder.path)/riscv.wasm' -o '\(folder.path)/riscv-frozen.wasm' && "
        + "latch run --invoke run '\(folder.path)/riscv-frozen.wasm' < '\(folder.path)/sorting.elf'", seconds: 300)
    #expect(emulator.output == expected + "0\n", "\(emulator.errors)")
    let missing = try shell("latch freeze --guest '\(folder.path)/example.wasm' -o x.wasm")
    #expect((missing.code, missing.errors.contains("host.log")) == (1, true))
    let unknown = try shell("latch freeze --guest '\(folder.path)/riscv.wasm' --call nothing -o x.wasm")
    #expect(unknown.errors.hasSuffix("riscv.wasm exports no function nothing\n"))
  }

  // MARK: The file

  @Test func theModuleImportsNothingButWASI() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("program.wasm")
    #expect(try shell("latch freeze -o '\(file.path)' scheme-examples/fibonacci.scm").code == 0)
    let module = try Module(Engine(), [UInt8](Data(contentsOf: file)))
    #expect(module.imports.allSatisfy { $0.module == "wasi_snapshot_preview1" && $0.descriptor.kind == .function })
    #expect(module.exports.map(\.name) == ["memory", "_start"])
  }

  @Test func theInterpreterAloneCanBeFrozen() throws {
    let outcome = try freeze(
      "(define (f n) (if (= n 0) 'done (f (- n 1)))) (display (f 1000))", options: "--jit off --strip -o x.wasm", then: "latch run x.wasm")
    #expect(outcome.output == "done")
  }

  @Test func wrongInputIsAnErrorAndLeavesTheOldFile() throws {
    for (source, message) in [("(display", "the text ends"), ("(if)", "if"), ("(import (no such library))", "no such library")] {
      let outcome = try freeze(source, then: "true")
      #expect(outcome.code == 1, "\(source)")
      #expect(outcome.errors.contains(message) || !outcome.errors.isEmpty, "\(outcome.errors)")
    }
    let missing = try shell("latch freeze /nowhere/program.scm")
    #expect((missing.code, missing.errors) == (1, "latch: cannot read /nowhere/program.scm: No such file or directory\n"))
    let folder = try shell("echo '(display 1)' > \"$TMPDIR/p.scm\" 2>/dev/null; latch freeze -o /nowhere/x.wasm scheme-examples/fibonacci.scm")
    #expect(folder.code == 1)
    #expect(folder.errors == "latch: cannot write /nowhere/x.wasm: No such file or directory\n")
    let full = try shell("latch freeze -o /dev/full scheme-examples/fibonacci.scm")
    #expect((full.code, full.errors) == (1, "latch: cannot write /dev/full: No space left on device\n"))
    let usage = try shell("latch freeze -", input: "(display 1)")
    #expect(usage.code == 2)
    let module = try freeze("(display 1)", then: "latch freeze -o again.wasm program.wasm")
    #expect(module.code == 1)
    #expect(module.errors.contains("is a WebAssembly module"))
  }
}
