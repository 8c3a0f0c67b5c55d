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

  @Test(arguments: ConformanceTests.programs.filter { $0.contains("/R7RS/") }, ["", "--seal"])
  func aFrozenProgramOfTheConformanceSuiteWritesWhatTheLiveOneDoes(_ program: String, _ options: String) throws {
    let live = try ConformanceTests.run(ConformanceTests.latch(""), program).outcome
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let tests = Place.root.appendingPathComponent("Tests").path
    let frozen = try shell(
      "cd '\(folder.path)' && latch freeze --dir '\(tests)' \(options) -o program.wasm '\(Place.root.path)/\(program)'"
        + " && latch run --env PATH --dir . --dir '\(tests)' program.wasm", seconds: 300)
    #expect(frozen.output == live.output, "\(frozen.errors)")
    #expect(frozen.code == live.code)
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
    #expect((none.code, none.errors.contains("latch: --main: there is no procedure main\n")) == (1, true), "\(none.errors)")
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

  // MARK: The freeze point

  @Test func aProgramGoesOnWhereItCallsFreeze() throws {
    let source = """
      (import (scheme base) (scheme write) (only (latch) freeze))
      (define trail '())
      (define (note x) (set! trail (cons x trail)))
      (define level (make-parameter 0))
      (display "before ")
      (define (work)
        (let loop ((i 0))
          (if (= i 2)
              (dynamic-wind (lambda () (note 'in))
                            (lambda () (guard (e (#t (note e))) (parameterize ((level 5)) (freeze) (note (level)) (raise 'caught))))
                            (lambda () (note 'out))))
          (if (< i 4) (begin (note i) (loop (+ i 1))))))
      (work)
      (display (reverse trail))
      """
    let outcome = try freeze(source, then: "echo frozen && latch run program.wasm && latch run program.wasm")
    #expect(outcome.output == "before frozen\n(0 1 in 5 caught out 2 3)(0 1 in 5 caught out 2 3)", "\(outcome.errors)")
    // Nothing happens in a run, nor where another option says where the module begins.
    #expect(try freeze(source, then: "latch program.scm").output == "before before (0 1 in 5 caught out 2 3)")
    let main = try freeze(source + "(define (main arguments) 0)", options: "--main main", then: "latch run program.wasm")
    #expect(main.output == "before (0 1 in 5 caught out 2 3)", "\(main.errors)")
  }

  @Test func whatAProgramDoesWrongWhileItIsFrozenIsSaid() throws {
    for (source, message) in [
      ("(if (null? '()) 1 (freeze))", "the program has ended without calling (freeze)"),
      ("(exit 3) (freeze)", "the program ended with code 3 while it was frozen"),
      ("(car 5) (freeze)", "car: argument 1 must be a pair, but is 5"),
      (
        "(define p (open-output-file \"out.txt\")) (freeze) (close-port p)",
        "the program has 1 open file, which a module cannot hold: close them first"
      ),
    ] {
      let outcome = try freeze(source, then: "true")
      #expect(outcome.code == 1, "\(source)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  // MARK: Profiles

  @Test func aProfileKeepsTypesAndNothingElse() throws {
    let source = "(define n 0) (define (f x) (set! n (+ n 1)) (* x (+ x 0.5))) (display (list n (f 1.5) n))"
    let outcome = try freeze(source, options: "--profile '(begin (display \"warm \") (f 2.5))'", then: "latch run program.wasm")
    #expect(outcome.output == "warm (0 3.0 1)", "\(outcome.errors)")
    let wrong = try freeze(source, options: "--profile '(g)'", then: "true")
    #expect((wrong.code, wrong.errors.contains("unbound variable: g")) == (1, true), "\(wrong.errors)")
  }

  // MARK: Sealing

  @Test func sealedBindingsAreNeitherDefinedNorAssigned() throws {
    let library = "(define-library (other) (export y) (import (except (scheme base) car)) (begin (define car 5) (define y (+ car 1))))"
    for (source, output) in [
      (
        "(define (f) 1) (display (f)) (display (attempt (lambda () (eval '(define (f) 2) (interaction-environment)))))",
        "1cannot define a name that --seal has sealed: f ()"
      ),
      // `eval` and `load`.
      (
        "(define x 1) (display (attempt (lambda () (eval '(set! x 2) (interaction-environment)))))",
        "cannot assign a variable that --seal has sealed: (x)"
      ),
      ("(display (attempt (lambda () (eval '(define (car x) 2) (interaction-environment)))))", "cannot define a name that --seal has sealed: car ()"),
      (
        "(display (attempt (lambda () (eval '(set! list-copy 2) (interaction-environment)))))",
        "cannot assign a variable that --seal has sealed: (list-copy)"
      ),
      (
        "(display (attempt (lambda () (eval '(define-syntax if (syntax-rules () ((_ a) a))) (interaction-environment)))))",
        "cannot define a name that --seal has sealed: if ()"
      ),
      (
        "(define-record-type p (make-p x) p? (x p-x)) (display (attempt (lambda () (eval '(define p-x 1) (interaction-environment)))))",
        "cannot define a name that --seal has sealed: p-x ()"
      ),
      (
        "(define x 1) (call-with-output-file \"more.scm\" (lambda (p) (write '(set! x 5) p))) (display (attempt (lambda () (load \"more.scm\"))))",
        "cannot assign a variable that --seal has sealed: (x)"
      ),
      // Libraries.
      (
        "(define y 1) (eval '\(library) (interaction-environment)) (display (attempt (lambda () (eval '(import (other)) (interaction-environment)))))",
        "cannot define a name that --seal has sealed: y ()"
      ),
      (
        "(import (scheme base) (scheme write) (scheme eval) (scheme repl) (srfi 1)) \(attempt)"
          + "(display (attempt (lambda () (eval '(define-library (srfi 1) (export)) (interaction-environment)))))",
        "cannot define a library that --seal has sealed: (srfi 1) ()"
      ),
      // What the program itself assigns or defines again is no constant.
      ("(define x 1) (define (f) (set! x (+ x 1)) x) (display (attempt f)) (eval '(set! x 5) (interaction-environment)) (display (f))", "26"),
      ("(define (f) 1) (display (f)) (define (f) 2) (display (f))", "12"),
      // What is new can be defined.
      (
        "(eval '\(library) (interaction-environment)) (eval '(import (prefix (other) other-)) (interaction-environment)) (display (eval 'other-y (interaction-environment)))",
        "6"
      ),
      (
        "(define z (read)) (display z) (eval '(define new 5) (interaction-environment)) (eval '(set! new (+ new 1)) (interaction-environment))"
          + "(display (eval '(let ((x new)) (set! x (+ x 1)) x) (interaction-environment)))", "eof7"
      ),
    ] {
      let program = source.hasPrefix("(import") ? source : attempt + source
      let outcome = try freeze(program, options: "--seal", then: "latch run --dir . program.wasm")
      #expect(outcome.output.replacing("#<eof>", with: "eof") == output, "\(source): \(outcome.errors)")
    }
    let uncaught = try freeze("(define x 1) (eval '(set! x 2) (interaction-environment))", options: "--seal", then: "latch run program.wasm")
    #expect(
      (uncaught.code, uncaught.errors.hasPrefix("error: cannot assign a variable that --seal has sealed: x\n")) == (1, true), "\(uncaught.errors)")
  }

  /// The message and the irritants of the error that a thunk raises.
  private var attempt: String {
    "(define (attempt thunk) (call/cc (lambda (k) (with-exception-handler (lambda (e) (display (error-object-message e)) (display \" \") (k (error-object-irritants e))) thunk))))"
  }

  @Test func sealedProgramsDoWhatOthersDo() throws {
    for source in [
      "(define (even? n) (if (= n 0) #t (odd? (- n 1)))) (define (odd? n) (if (= n 0) #f (even? (- n 1)))) (display (even? 100001))",
      "(define (tak x y z) (if (not (< y x)) z (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y)))) (display (tak 18 12 6))",
      "(define (f a b c d e f g h) (list a b c d e f g h)) (define (g . rest) (apply f 1 rest)) (display (g 2 3 4 5 6 7 8))",
      "(display (map (lambda (x) (* x x)) '(1 2 3))) (display (vector-map + #(1 2) #(3 4))) (display (assoc 2.0 '((1 a) (2 b)) =))",
      "(display (call/cc (lambda (k) (for-each (lambda (x) (if (> x 2) (k x))) '(1 2 3 4)) 'none)))",
      "(display (guard (e ((string? e) e) ((error-object? e) (error-object-message e))) (error \"wrong\" 1)))",
      "(write (string->number \"1e3\")) (write (expt 2 100)) (write (exact->inexact 1/3)) (write (sqrt -4))",
      "(define ops (list car cdr)) (display ((cadr ops) '(1 2))) (display (eval '(+ 1 2) (interaction-environment)))",
      "(define (loop i acc) (if (= i 0) acc (loop (- i 1) (+ acc i)))) (display (loop 100000 0)) (car '())",
    ] {
      let live = try freeze(source, then: "latch program.scm")
      let sealed = try freeze(source, options: "--seal --strip", then: "latch run program.wasm")
      #expect(sealed.output == live.output, "\(source)")
      #expect(sealed.errors == live.errors, "\(source)")
      #expect(sealed.code == live.code, "\(source)")
    }
  }

  // MARK: Exported procedures

  @Test func proceduresAreExportedAsFunctions() throws {
    let source =
      "(define count 0) (define (add a b) (set! count (+ count 1)) (+ a b)) (define (half x) (/ x 2)) (define (calls) count) (add 1 1) (display \"ready \")"
      + "(define (huge) (expt 2 70)) (define (shown) (display \"shown\"))"
    let options = "--export add=add --export 'half(f64)->f64=half' --export calls=calls --export huge=huge --export 'show()=shown'"
    func call(_ call: String) throws -> Outcome { try freeze(source, options: options, then: "latch run --invoke \(call)") }
    #expect(try call("add program.wasm 9223372036854775806 1").output == "ready 9223372036854775807\n")
    #expect(try call("half program.wasm 5").output == "ready 2.5\n")
    #expect(try call("calls program.wasm").output == "ready 1\n")
    #expect(try call("show program.wasm").output == "ready shown")
    let huge = try call("huge program.wasm")
    #expect(huge.errors.contains("the result of an exported procedure is no integer of 64 bits: 1180591620717411303424"), "\(huge.errors)")
    #expect(huge.code != 0)
  }

  @Test func textsGoThroughTheModulesMemory() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try "(define (both a b) (string-append a \"–\" b)) (define (size s) (string-length s)) (define (fail s) (error \"no\" s))".write(
      to: folder.appendingPathComponent("texts.scm"), atomically: true, encoding: .utf8)
    let options = "--export 'both(text,text)->text=both' --export 'size(text)->i64=size' --export 'fail(text)=fail'"
    #expect(try shell("cd '\(folder.path)' && latch freeze --seal --strip \(options) texts.scm").code == 0)
    let store = Store()
    let module = try Module(store.engine, [UInt8](Data(contentsOf: folder.appendingPathComponent("texts.wasm"))))
    #expect(module.exports.map(\.name.string).sorted() == ["_initialize", "allocate", "both", "fail", "memory", "size"])
    var imports = Imports()
    for declaration in module.imports {
      guard case .function(let type) = declaration.descriptor else { continue }
      // What writes the message of an error ends the program here.
      let isWrite = declaration.name == "fd_write"
      imports[declaration.module, declaration.name] = .function(
        Function(store, module.functionType(type)) { (_: borrowing Caller, _: [Value]) throws -> [Value] in
          if isWrite { throw Trap(.unreachable) }
          return [.i32(0)]
        })
    }
    let instance = try Instance(module, imports: imports, in: store)
    let memory = instance.memory("memory")!
    func put(_ text: String) throws -> (Int32, Int32) {
      let bytes = Array(text.utf8)
      let pointer: Int32 = try instance.function("allocate")!(Int32(bytes.count))
      try memory.write(bytes, at: Int(pointer))
      return (pointer, Int32(bytes.count))
    }
    for _ in 0..<3 {
      let (a, b) = (try put("λ"), try put("two"))
      let result = try instance.function("both")!.call([.i32(a.0), .i32(a.1), .i32(b.0), .i32(b.1)])
      guard case .i32(let pointer) = result[0], case .i32(let length) = result[1] else {
        Issue.record("\(result)")
        return
      }
      #expect(try memory.readString(at: Int(pointer), count: Int(length)) == "λ–two")
    }
    let text = try put("αβγ")
    #expect(try instance.function("size")!(text.0, text.1, as: Int64.self) == 3)
    #expect(throws: Trap.self) { try instance.function("fail")!(text.0, text.1) }
    // Lengths are unsigned, as the addresses.
    #expect(throws: Trap.self) { try instance.function("size")!(text.0, Int32(-1), as: Int64.self) }
  }

  @Test func wrongExportsAreSaid() throws {
    let source = "(define (f a) a) (define x 5)"
    for (options, code, message) in [
      ("--export g=g", 1, "latch: --export g: there is no procedure g"), ("--export x=x", 1, "--export x: x is not a procedure"),
      ("--export 'f(i64,i64)->i64=f'", 1, "--export f: f does not take 2 arguments"),
      ("--export 'f(i32)=f'", 2, "i32 is no type: types are i64, f64 and text"),
      ("--export f", 2, "f is not NAME=PROCEDURE"), ("--export '=f'", 2, "=f is not NAME=PROCEDURE"),
      ("--export 'f(i64=f'", 2, "\")\" is missing after the types"),
      ("--export memory=f", 2, "memory is an export of every frozen module"), ("--export f=f --main f", 2, "--main and --export exclude each other"),
      ("--export f=f --export f=f", 2, "--export gives the name f twice"), ("--export 'f=(f)'", 2, "(f) is not the name of a procedure"),
      ("--keep-jit --jit off", 2, "--keep-jit and --jit off exclude each other"),
    ] {
      let outcome = try freeze(source, options: options, then: "true")
      #expect(outcome.code == code, "\(options): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(options): \(outcome.errors)")
    }
    let failing = try freeze("(define (f) 1) (car 5)", options: "--export f=f", then: "true")
    #expect((failing.code, failing.errors.contains("car: argument 1 must be a pair")) == (1, true))
  }

  // MARK: The compiler

  @Test func aProgramCanKeepTheCompilerAndLiveWithoutIt() throws {
    let source =
      "(define (g n) (eval `(let loop ((i 0) (s 0)) (if (< i ,n) (loop (+ i 1) (+ s i)) s)) (interaction-environment)))"
      + "(define (f n) (if (= n 0) 0 (+ n (f (- n 1))))) (display (list (f 100) (g 100000)))"
    let both = try freeze(
      source, options: "--keep-jit",
      then: "latch run --late-link --stats program.wasm && latch run program.wasm; python3 \(Place.root.path)/scripts/run-frozen.py program.wasm")
    #expect(both.output.hasPrefix("(5050 4999950000)"), "\(both.errors)")
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

  @Test func aModuleImportsWhatItNeeds() throws {
    func imports(_ source: String, _ options: String = "") throws -> [String] {
      let folder = try Place.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      try source.write(to: folder.appendingPathComponent("program.scm"), atomically: true, encoding: .utf8)
      #expect(try shell("cd '\(folder.path)' && latch freeze \(options) program.scm").code == 0)
      return try Module(Engine(), [UInt8](Data(contentsOf: folder.appendingPathComponent("program.wasm")))).imports.map(\.name.string).sorted()
    }
    let least = ["args_get", "args_sizes_get", "clock_time_get", "fd_write", "proc_exit"]
    #expect(try imports("(display (list 1 2.5 \"three\"))") == least)
    #expect(
      try imports("(display (read-line))") == (least + ["fd_read"]).sorted()
        || imports("(display (read-line))") == (least + ["fd_read", "poll_oneoff"]).sorted())
    #expect(try imports("(display (file-exists? \"x\"))").contains("path_filestat_get"))
    #expect(try imports("(define f (list file-exists?)) (display ((car f) \"x\"))", "--seal").contains("path_filestat_get"))
    #expect(try imports("(display (eval '(+ 1 2) (interaction-environment)))").contains("path_open"))
    #expect(try imports("(display (get-environment-variable \"HOME\"))").contains("environ_get"))
  }

  @Test func aSmallProgramIsSmall() throws {
    let outcome = try freeze(
      "(display \"Hello, world!\") (newline)", options: "--seal --strip", then: "wc -c < program.wasm && latch run program.wasm")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[1] == "Hello, world!", "\(outcome.errors)")
    #expect(Int(lines[0].trimmingCharacters(in: .whitespaces)) ?? .max <= 700_000, "\(lines[0])")
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
