// The command line: what it takes, what it writes, how it ends.

import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func evaluatesAnExpression() throws {
    let outcome = try shell("latch -e '(+ 1 2)'")
    #expect(outcome.code == 0)
    #expect(outcome.output == "3\n")
    #expect(outcome.errors == "")
  }

  @Test func writesNothingForADefinition() throws {
    #expect(try shell("latch -e '(define x 1)'").output == "")
    #expect(try shell("latch -e '(if #f #f)'").output == "")
  }

  @Test func evaluatesSeveralExpressionsInOneSession() throws {
    #expect(try shell("latch -e '(define x 20)' -e '(* x 2)' -e '\"text\"'").output == "40\n\"text\"\n")
  }

  @Test func takesAnExpressionThatStartsWithAMinus() throws {
    #expect(try shell("latch -e -5").output == "-5\n")
  }

  @Test func givesTheArgumentsToTheProgram() throws {
    let input = "(write (command-line))"
    #expect(try shell("latch - one --stats -e", input: input).output == #"("-" "one" "--stats" "-e")"#)
    #expect(try shell("latch -e '(cdr (command-line))' -- a b").output == "(\"a\" \"b\")\n")
  }

  @Test func readsAProgramFromTheStandardInput() throws {
    let outcome = try shell("latch -", input: "(display 1)\n(display 2)\n3")
    #expect(outcome.output == "12")
    #expect(outcome.code == 0)
  }

  @Test func exitGivesTheExitCode() throws {
    #expect(try shell("latch -e '(exit 7)'").code == 7)
    #expect(try shell("latch -e '(exit)'").code == 0)
    #expect(try shell("latch -e '(exit #t)'").code == 0)
    #expect(try shell("latch -e '(exit #f)'").code == 1)
    let outcome = try shell("latch -e '(begin (display 1) (exit 3) (display 2))'")
    #expect(outcome.output == "1")
    #expect(outcome.code == 3)
  }

  @Test(arguments: ["--bogus", "--jit", "--jit sometimes x.scm", "-e", "--heap-limit=-1 x.scm", "--heap-limit many", "demo fib x", "demo nothing"])
  func wrongUsageIsCode2(_ arguments: String) throws {
    let outcome = try shell("latch \(arguments)")
    #expect(outcome.code == 2)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("Usage"))
  }

  @Test func helpAndVersionAreNoErrors() throws {
    let help = try shell("latch --help")
    #expect(help.code == 0)
    #expect(help.output.contains("USAGE"))
    #expect(try shell("latch --version").output.hasPrefix("latch "))
    #expect(try shell("latch demo").code == 0)
  }

  @Test func aMissingFileIsOneMessage() throws {
    let outcome = try shell("latch nothing-here.scm")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "latch: cannot read nothing-here.scm: No such file or directory\n")
  }

  @Test(arguments: ["compile", "inspect", "wast", "guest", "freeze", "run"])
  func aMissingArgumentIsSaidWithTheCommandsUsage(_ command: String) throws {
    let outcome = try shell("latch \(command)")
    #expect(outcome.code == 2)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("Error: ") && lines[1].hasPrefix("Usage: latch \(command)"), "\(outcome.errors)")
    #expect(lines.last == "  See 'latch \(command) --help' for more information.")
  }

  @Test(arguments: [
    ("--time-limit 1", "test", "f.scm"), ("--jit off", "run", "p.wasm"), ("--stats", "compile", "p.wasm"), ("--sandbox --dir .", "profile", "f.scm"),
    ("--tier=bbq", "wast", "x.json"), ("--nosuch", "demo", "fib"),
  ])
  func optionsBeforeACommandsNameAreWrongUsage(_ options: String, _ command: String, _ rest: String) throws {
    let outcome = try shell("latch \(options) \(command) \(rest)")
    #expect(outcome.code == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("Error: the options of latch \(command) follow its name: latch \(command) \(options) ..."), "\(outcome.errors)")
  }

  @Test(arguments: ["--time-limit -1 -e 1", "--heap-limit -5 -e 1", "run --time-limit -1 x.wasm", "run --max-memory -1 x.wasm"])
  func negativeLimitsAreOutOfRange(_ arguments: String) throws {
    let outcome = try shell("latch \(arguments)")
    #expect(outcome.code == 2 && outcome.errors.contains("must be") && outcome.errors.contains("between"), "\(outcome.errors)")
  }

  @Test func aCommandsNameAfterAnExpressionIsAnArgument() throws {
    #expect(try shell("latch -e '(command-line)' test").output == "(\"latch\" \"test\")\n")
    #expect(try shell("latch --help test").output.contains("USAGE"))
    #expect(try shell("latch --version run").output.hasPrefix("latch "))
  }

  @Test func aWordThatIsNoFileMayHaveBeenMeantAsACommand() throws {
    let outcome = try shell("latch help")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "latch: there is no file and no command help; latch --help says what there is\n")
  }

  @Test func eachExpressionsValueIsShownWhenItIsThere() throws {
    let outcome = try shell("latch -e '1 (display \"a\") (values 2 3)' -e '(define x 1) 4 (car 5) 6'")
    #expect(outcome.output == "1\na2\n3\n4\n")
    #expect(outcome.errors == "error: car: argument 1 must be a pair, but is 5\n  at -e:1:16\n    (define x 1) 4 (car 5) 6\n                   ^\n")
  }

  @Test func linesOfAPipeArePlaces() throws {
    let outcome = try shell("latch", input: "1 2\n(read-line)\ntaken (by the program\n(define (f x)\n  (+ 1 (car x)))\n\n(f 5)\n")
    #expect(outcome.output == "1\n2\n\"taken (by the program\"\n")
    #expect(outcome.errors.hasPrefix("error: car: argument 1 must be a pair, but is 5\n  at stdin:5:8\n      (+ 1 (car x)))\n           ^\n"))
    #expect(outcome.errors.contains("called from the top level at stdin:7:1"))
    #expect(outcome.code == 1)
  }

  @Test func librariesAreFoundByTheirPath() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "two/my"), withIntermediateDirectories: true)
    try "(define-library (my lib) (export it) (import (scheme base)) (begin (define it 42)))".write(
      to: folder.appending(path: "two/my/lib.sld"), atomically: true, encoding: .utf8)
    let (one, two, program) = (folder.path + "/one", folder.path + "/two/", "-e '(import (my lib)) it'")
    #expect(try shell("latch --library-path '\(one)' --library-path '\(two)' \(program)").output == "42\n")
    #expect(try shell("latch --sandbox --library-path='\(two)' \(program)").output == "42\n")
    #expect(try shell("LATCH_LIBRARY_PATH='\(one):\(two)' latch \(program)").output == "42\n")
    let refused = try shell("LATCH_LIBRARY_PATH='\(two)' latch --sandbox \(program)")
    #expect(refused.errors.hasPrefix("error: there is no library (my lib); the program may not reach my/lib.sld and my/lib.scm\n"))
    #expect(
      refused.errors.hasSuffix(
        "(--library-path DIRECTORY lets a program read the libraries in a directory, --dir DIRECTORY reach all that is beneath one)\n"))
    let partly = try shell("latch --sandbox --library-path '\(one)' \(program)").errors
    #expect(
      partly.hasPrefix(
        "error: there is no library (my lib); looked for \(one)/my/lib.sld and \(one)/my/lib.scm; the program may not reach my/lib.sld"))
    let missing = try shell("latch --library-path '\(one)' \(program)").errors
    #expect(missing.hasPrefix("error: there is no library (my lib); looked for my/lib.sld, my/lib.scm, \(one)/my/lib.sld and \(one)/my/lib.scm\n"))
    // It may be read, not written.
    #expect(try shell("latch --library-path '\(two)' -e '(open-output-file \"\(two)x\")'").errors.contains("may not reach"))
    for (option, reason) in [("--dir nosuch", "No such file or directory"), ("--dir Package.swift", "Not a directory")] {
      let outcome = try shell("latch \(option) -e 1")
      #expect((outcome.errors, outcome.code) == ("latch: cannot read \(option.split(separator: " ")[1]): \(reason)\n", 1))
    }
  }

  @Test func whatIsInstalledRuns() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try shell("LATCH='\(Place.latch)' scripts/install --prefix '\(folder.path)'")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try shell("'\(folder.path)/bin/latch' -e '(+ 40 2)'").output == "42\n")
    for file in ["man/man1/latch.1", "bash-completion/completions/latch", "doc/latch/command-line.md", "doc/latch/LICENSE"] {
      #expect(FileManager.default.fileExists(atPath: folder.path + "/share/" + file), "\(file)")
    }
    #expect(try shell("LATCH='\(Place.latch)' scripts/install --prefix /proc/nowhere").code == 1)
    #expect(try shell("scripts/install --uninstall --prefix '\(folder.path)'").code == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/bin/latch"))
  }

  @Test func aModuleIsInspected() throws {
    let module = #"\0asm\1\0\0\0\1\6\1\140\1\177\1\176\2\7\1\1m\1f\0\0\5\4\1\1\1\2\7\11\2\1a\2\0\1b\0\0"#
    let outcome = try shell("printf '\(module)' | latch inspect -")
    #expect(outcome.output.contains("\n  type"), "\(outcome.errors)")
    #expect(
      outcome.output.hasSuffix(
        """

        imports
          func  m.f  (func (param i32) (result i64))

        exports
          memory  a  1 to 2 pages
          func    b  (func (param i32) (result i64))

        proposals: none

        """), "\(outcome.output)")
    let wrong = try shell("printf 'no module' | latch inspect -")
    #expect(wrong.code == 1 && wrong.errors.hasPrefix("latch: the standard input is no WebAssembly module"))
  }

  @Test func aFolderIsNoProgram() throws {
    let outcome = try shell("latch scripts")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "latch: cannot read scripts: Is a directory\n")
  }

  @Test func aReaderThatLeavesIsNoReasonToComplain() throws {
    let program = "'(let loop ((i 0)) (display i) (newline) (loop (+ i 1)))'"
    let outcome = try shell("latch -e \(program) | head -1; echo ${PIPESTATUS[0]}", seconds: 30)
    #expect(outcome.output == "0\n1\n")
    #expect(outcome.errors == "")
  }

  @Test func aFullDiskIsOneMessage() throws {
    let outcome = try shell("latch -e '(display 1)' > /dev/full")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "latch: cannot write output: No space left on device\n")
    let result = try shell("latch -e '(+ 1 2)' > /dev/full")
    #expect(result.code == 1)
    #expect(result.errors == "latch: cannot write output: No space left on device\n")
  }

  @Test func aClosedOutputIsOneMessage() throws {
    let outcome = try shell("latch -e '(display 1)' >&-")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "latch: cannot write output: Bad file descriptor\n")
  }

  @Test(arguments: ["off", "auto", "eager"])
  func theTimeLimitStopsALoop(_ jit: String) throws {
    let loop = "(begin (display 1) (let loop ((i 0)) (loop (+ i 1))))"
    let outcome = try shell("latch --jit \(jit) --time-limit 1 -e '\(loop)'")
    #expect(outcome.code == 124)
    #expect(outcome.output == "1")
    #expect(outcome.errors == "latch: stopped: the time limit of 1 s is over\n")
  }

  @Test(arguments: [
    "(* a b)", "(quotient (* a b) b)", "(gcd a b)", "(exact-integer-sqrt a)", "(number->string a)", "(expt 7 2500000)", "(display a)",
  ])
  func theTimeLimitStopsLongArithmetic(_ expression: String) throws {
    let program = "(define a (expt 7 1200000)) (define b (+ 1 (expt 3 2000000))) (let loop () \(expression) \(expression) \(expression) (loop))"
    let outcome = try shell("latch --time-limit 0.5 -e '\(program)'", seconds: 20)
    #expect(outcome.code == 124)
    #expect(outcome.errors == "latch: stopped: the time limit of 0.5 s is over\n")
  }

  @Test(arguments: ["auto", "eager"])
  func codeOfProceduresThatAreGoneIsDropped(_ jit: String) throws {
    let program = """
      (define (make i) (eval (list (quote lambda) (list (quote n)) (list (quote let) (quote loop) (quote ((i 0) (sum 0)))
        (list (quote if) (quote (= i n)) (list (quote +) (quote sum) i) (quote (loop (+ i 1) (+ sum i)))))) (interaction-environment)))
      (define kept (make 5))
      (let loop ((i 0)) (if (< i 1000) (begin (kept 10) (if (= ((make i) 3000) (+ 4498500 i)) (loop (+ i 1)) (error "wrong" i)))))
      (display (kept 3000))
      """
    let outcome = try shell("latch --jit \(jit) --stats -e '\(program)'", seconds: 60)
    #expect(outcome.output == "4498505")
    let dropped = outcome.errors.firstMatch(of: /([0-9]+) dropped again/).flatMap { Int($0.1) }
    #expect(dropped ?? 0 > 500, "\(outcome.errors)")
  }

  @Test(arguments: [":time (loop)", ":profile (loop)", ":load loop.scm"])
  func theTimeLimitOfTheREPLIsThatOfItsCommands(_ command: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "latch-limit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("(let loop () (loop))".utf8).write(to: folder.appending(path: "loop.scm"))
    let input = "(define (loop) (loop))\n\(command)\n(+ 1 2)\n".replacing("loop.scm", with: folder.appending(path: "loop.scm").path)
    try shell("latch --time-limit 1", input: input).isExpected(output: "3\n", errors: "stopped: the time limit of 1 s is over\n", code: 1)
  }

  @Test func theTimeLimitOfTheREPLIsThatOfEachEvaluation() throws {
    try shell("latch --time-limit 1", input: "(let loop () (loop))\n(+ 1 2)\n")
      .isExpected(output: "3\n", errors: "stopped: the time limit of 1 s is over\n", code: 1)
  }

  @Test func aProgramWithinItsTimeLimitIsNotStopped() throws {
    #expect(try shell("latch --time-limit 30 -e '(+ 1 2)'").output == "3\n")
  }

  @Test func anotherGuestMustBeAModule() throws {
    let outcome = try shell("latch --guest-image README.md -e 1")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("magic header not detected"))
  }

  @Test func statisticsGoToTheErrorOutput() throws {
    let outcome = try shell("latch --stats -e '(+ 1 2)'")
    #expect(outcome.output == "3\n")
    for word in ["closures", "modules", "collections", "compile, link"] { #expect(outcome.errors.contains(word)) }
  }

  @Test func nothingOfTheGuestIsCompiledOrCopied() throws {
    let outcome = try shell("latch --stats -e '(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))' -e '(fib 20)'")
    #expect(outcome.output == "6765\n")
    #expect(outcome.errors.contains(/saved code +\d{4} functions, .*; all run where they lie/), "\(outcome.errors)")
    // Who wants to see each function's code gets copies.
    let copies = try shell("latch --stats --jit-dump . -e 1; rm -f jit-*.dump")
    #expect(copies.output == "1\n")
    #expect(copies.errors.contains("saved code") && !copies.errors.contains("where they lie"), "\(copies.errors)")
  }

  @Test func traceEventsHaveEachCollectionOfTheScheme() throws {
    let outcome = try shell(
      "latch --trace-events trace.json -e '(define (f n l) (if (> n 0) (f (- n 1) (vector n l)))) (f 600000 1)' -e '(f 600000 2)'; cat trace.json; rm trace.json"
    )
    let events = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    let collections = events.filter { ($0["name"] as? String)?.hasPrefix("Scheme: ") == true && $0["cat"] as? String == "collection" }
    let numbers = collections.map { ($0["args"] as? [String: Any])?["collections"] as? Int }
    #expect(numbers.count >= 4)
    #expect(numbers == (1...max(numbers.count, 1)).map { $0 })
    for event in collections { #expect(event["dur"] as? Double ?? -1 > 0) }
  }

  @Test func manyBytesOfOutputArriveWhole() throws {
    let outcome = try shell("latch -e '(do ((i 0 (+ i 1))) ((= i 200000)) (display \"0123456789\"))' | wc -c")
    #expect(outcome.output.filter(\.isNumber) == "2000000")
  }
}

@Suite struct DemoTests {
  @Test func fibAsAnObjectHasTheKeysInOrder() throws {
    let outcome = try shell("latch demo fib 15 --calls 2 --json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let keys: Set = [
      "n", "interpreted_s", "compiled_s", "speedup", "module_bytes", "generation_s", "warm_generation_s", "link_s", "guile_s", "result",
    ]
    #expect(Set(object?.keys.map { $0 } ?? []) == keys)
    #expect(object?["n"] as? Int == 15)
    #expect(object?["result"] as? Int == 610)
    #expect((object?["module_bytes"] as? Int ?? 0) > 100)
  }

  @Test func fibAsATableHasBars() throws {
    let outcome = try shell("latch demo fib 18 --calls 1")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for word in ["(fib 18) = 2584", "interpreted", "compile, instantiate, patch", "speed-up", "█"] {
      #expect(outcome.output.contains(word))
    }
  }

  @Test func fibShowsCodeBesideItsSource() throws {
    let outcome = try shell("latch demo fib 10 --calls 1 --code")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("source ") && $0.contains("WebAssembly") && $0.contains("machine code") })
    #expect(lines.contains { $0.hasPrefix("(define (fib n)") && $0.contains("(func $fib") })
    #expect(lines.allSatisfy { $0.count <= 120 })
    #expect(lines.last?.contains("more of machine code; --html FILE writes all of it") == true)
  }

  @Test func fibIsReportedAsAPage() throws {
    let outcome = try shell(
      "f=$(mktemp); latch demo fib 10 --calls 3 --html $f; cat $f; rm $f; latch demo fib 10 --html nowhere/report.html")
    #expect(outcome.code != 0 && outcome.errors.contains("nowhere/report.html"))
    for part in ["<h1>(fib 10) = 55</h1>", "linked</text>", "(define (fib n)", "(func $fib", "</html>"] { #expect(outcome.output.contains(part)) }
    // Six calls: a dot each.
    #expect(outcome.output.split(separator: "<circle").count == 7)
    #expect(!outcome.output.contains("http"), "a page that needs something else")
  }

  @Test func fibIsTimedInGuile() throws {
    let outcome = try shell("latch demo fib 12 --calls 2 --guile")
    if try shell("guile -c '(display 1)'").output == "1" {
      #expect(outcome.code == 0 && outcome.output.contains("compiled by Guile"), "\(outcome.errors)")
    } else {
      #expect(outcome.code == 1 && outcome.errors.contains("Guile cannot be run"))
    }
    #expect(try !shell("latch demo fib 12 --calls 2").output.contains("Guile"), "not on a terminal, and nobody has asked")
  }

  @Test func tenThousandLinksTakeConstantTime() throws {
    let outcome = try shell("latch demo links 10000 --json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let first = try #require(object?["first_link_s"] as? Double)
    let last = try #require(object?["last_link_s"] as? Double)
    #expect(last < 2 * first)
  }
}
