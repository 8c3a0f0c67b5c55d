// The limits of a program: whatever it does, it ends when its time is over, and takes no more memory than it may.

import Foundation
import Testing

/// What a run of the command took besides what it did.
private struct Measurement {
  let code: Int32
  let output: String
  let errors: String
  /// Processor time, which other processes do not lengthen.
  let seconds: Double
  /// What the command says it took (`--stats`); nil if it was not asked, or had no time to say so.
  let mebibytes: Double?
}

/// Runs the built command in a folder. Its standard streams may be pipes of the folder; each is opened for both directions, so that nobody waits for the
/// other end.
private func measure(_ arguments: [String], in folder: URL, input: String = "/dev/null", output: String = "out") throws -> Measurement {
  let words = arguments.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
  let source = input == "/dev/null" ? "< /dev/null" : "<> \(input)"
  let outcome = try shell(
    "cd '\(folder.path)'; touch '\(output)'; TIMEFORMAT='seconds %U %S'; time latch \(words) \(source) 1<> '\(output)'", seconds: 120)
  var errors = outcome.errors
  var seconds = 0.0
  if let times = errors.firstMatch(of: /seconds ([0-9.]+) ([0-9.]+)\n$/) {
    seconds = Double(times.1)! + Double(times.2)!
    errors.removeSubrange(times.range)
  }
  let peak = errors.firstMatch(of: /process +([0-9.]+) MiB at most/).flatMap { Double($0.1) }
  let text = output == "out" ? try String(decoding: Data(contentsOf: folder.appending(path: output)), as: UTF8.self) : ""
  return Measurement(code: outcome.code, output: text, errors: errors, seconds: seconds, mebibytes: peak)
}

private func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = try Place.temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

@Suite(.serialized) struct TimeLimitTests {
  private static let over = "latch: stopped: the time limit of 0.5 s is over\n"

  /// Programs that do not end, or not soon.
  static let endless = [
    // Continuations and dynamic state.
    "(let ((k (call/cc (lambda (k) k)))) (k k))",
    "(let ((k (call/cc (lambda (c) c)))) (dynamic-wind (lambda () #f) (lambda () (k k)) (lambda () #f)))",
    "(let loop () (guard (e (#t 1)) (raise 1)) (loop))",
    "(with-exception-handler (lambda (e) 1) (lambda () (let loop () (raise-continuable 1) (loop))))",
    "(define p (delay-force p)) (force p)",
    // Lists without an end.
    "(list-tail (let ((l (list 1))) (set-cdr! l l) l) 4000000000000)",
    "(list-ref (let ((l (list 1))) (set-cdr! l l) l) 4000000000000)",
    "(list-set! (let ((l (list 1))) (set-cdr! l l) l) 4000000000000 1)",
    "(define l (list 1)) (set-cdr! l l) (write-simple l)",
    // Shared structure that is a tree of 2^60 nodes.
    "(define (f n) (if (= n 0) '() (let ((x (f (- n 1)))) (cons x x)))) (write (f 60))",
    "(define (f n) (if (= n 0) '() (let ((x (f (- n 1)))) (cons x x)))) (let loop () (write-simple (f 22) (open-output-string)) (loop))",
    // Long operands, compared or searched again and again by one primitive.
    "(define s (make-string 1000000 #\\a)) (define t (string-copy s)) (apply string=? (let loop ((i 0) (l (list s))) (if (= i 500000) l (loop (+ i 1) (cons s (cons t l))))))",
    "(define s (make-string 2000000 #\\a)) (string-contains s (string-append (make-string 1000000 #\\a) \"b\"))",
    "(define s (make-string 1000000 #\\a)) (display (make-vector 1000000 s))",
    "(define big (expt 7 2000000)) (memv (+ 1 big) (make-list 1000000 big))",
    "(define big (expt 7 2000000)) (apply = (make-list 1000000 big))",
    "(define s (make-string 1000000 #\\a)) (member (list (string-append s \"b\")) (make-list 1000000 (list (string-append s \"c\"))))",
    "(define s (make-string 1000000 #\\a)) (assoc (list (string-append s \"b\")) (make-list 1000000 (list (list (string-append s \"c\")))))",
    "(define v (make-vector 1000000 (make-string 1000000 #\\a))) (let loop () (equal-hash v) (loop))",
    "(import (scheme base) (srfi 69)) (define l (make-list 70 1)) (define h (make-hash-table)) (let loop ((i 0)) (hash-table-set! h (append l (list i)) i) (loop (+ i 1)))",
    // Reading, expanding, evaluating.
    "(let loop () (guard (e (#t #f)) (read (open-input-string (make-string 1000000 #\\()))) (loop))",
    "(let loop () (guard (e (#t #f)) (read (open-input-string (string-append \"\\\"\" (make-string 10000000 #\\a))))) (loop))",
    "(define (f n) (if (= n 0) 1 (list '+ (f (- n 1)) (f (- n 1))))) (let loop () (eval (f 12) (interaction-environment)) (loop))",
    "(define-syntax m (syntax-rules () ((_ 0 a) 1) ((_ (x) a) (m x (a a))))) (define (f n) (if (= n 0) 0 (list (f (- n 1))))) (let loop () (eval (list 'm (f 12) 1) (interaction-environment)) (loop))",
    "(let loop () (eval (list 'quote (make-vector 1000000 'a)) (interaction-environment)) (loop))",
  ]

  @Test(arguments: endless.indices) func theTimeLimitStopsWhateverRuns(_ index: Int) throws {
    let run = try inFolder { try measure(["--time-limit", "0.5", "-e", Self.endless[index]], in: $0, output: "/dev/null") }
    #expect(run.code == 124, "\(Self.endless[index])")
    #expect(run.errors == Self.over)
    // Besides the grace there is the start, and the end of a process that has much memory.
    #expect(run.seconds < 0.8, "\(Self.endless[index])")
  }

  /// Waiting is stopped too: for the other end of a pipe, for bytes from one, for room in one.
  @Test(arguments: [
    "(open-input-file \"pipe\")", "(open-output-file \"pipe\")", "(load \"pipe\")", "(include \"pipe\")", "(import (pipe))",
    "(guard (e (#t (let loop () (loop)))) (open-input-file \"pipe\"))", "(let loop () (if (not (char-ready?)) (loop)))", "(read-char)", "(read)",
    "(let loop () (display \"more than a pipe takes\") (loop))", "(make-string 1000000 #\\a)",
  ])
  func theTimeLimitEndsWaiting(_ program: String) throws {
    try inFolder { folder in
      for name in ["pipe", "pipe.sld", "input", "output"] { #expect(mkfifo(folder.appending(path: name).path, 0o600) == 0) }
      let run = try measure(["--time-limit", "0.5", "-e", program], in: folder, input: "input", output: "output")
      #expect(run.code == 124)
      #expect(run.errors == Self.over)
    }
  }

  @Test func theTimeLimitIsThatOfReadingTheProgramToo() throws {
    try inFolder { folder in
      #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
      for (command, file) in [([], "pipe"), ([], "-"), (["test"], "pipe"), (["profile"], "pipe")] {
        let run = try measure(command + ["--time-limit", "0.5", file], in: folder, input: "pipe")
        #expect(run.code == 124)
        #expect(run.errors == Self.over)
      }
    }
  }

  @Test func aTextOfParenthesesIsStoppedToo() throws {
    try inFolder { folder in
      let depth = 10_000_000
      let text = String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
      for (name, text) in [("plain.scm", text), ("quoted.scm", "(define x '\(text))"), ("comment.scm", String(repeating: "#|", count: 30_000_000))] {
        try Data(text.utf8).write(to: folder.appending(path: name))
        let run = try measure(["--time-limit", "0.05", name], in: folder)
        // Who reads so fast finds out in time that a program cannot be nested so deeply.
        let isRefused = name == "plain.scm" && run.errors.contains("nested too deeply")
        #expect(run.code == (isRefused ? 1 : 124), "\(name): \(run.errors.prefix(200))")
      }
    }
  }

  /// The dialogue goes on after each of them.
  @Test(arguments: [
    "(let ((k (call/cc (lambda (k) k)))) (k k))", "(list-tail l 4000000000000)", "(read-char)", ":load pipe",
    "(define s (make-string 1000000 #\\a)) (define t (string-copy s)) (apply string=? (let loop ((i 0) (l (list s))) (if (= i 500000) l (loop (+ i 1) (cons s (cons t l))))))",
  ])
  func aDialogueGoesOnAfterTheTimeLimit(_ line: String) throws {
    try inFolder { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let program = "(define l (list 1)) (set-cdr! l l) (define x 41)\n\(line.replacing("pipe", with: pipe))"
      let input = line == "(read-char)" ? "\(program)" : "\(program)\n(+ x 1)\n"
      // With nothing more to read, the end of the input ends the reading.
      let outcome = try shell("latch --time-limit 1", input: input)
      if line != "(read-char)" {
        #expect(outcome.output.hasSuffix("42\n"))
        #expect(outcome.errors == "stopped: the time limit of 1 s is over\n")
      }
    }
  }
}

@Suite(.serialized) struct MemoryLimitTests {
  /// Programs that take more and more, each in its own way.
  static let hogs = [
    "(define (f n) (+ 1 (f (+ n 1)))) (f 0)",
    "(define (f n) (vector n (f (+ n 1)) n)) (f 0)",
    "(let loop ((l '())) (loop (cons 1 l)))",
    "(let loop ((v '())) (loop (vector v (make-vector 1000 0))))",
    "(let loop ((l '())) (loop (cons (make-string 100000 #\\a) l)))",
    "(let loop ((s \"abcdefgh\")) (loop (string-append s s)))",
    "(let loop ((i 0)) (string->symbol (string-append \"a long prefix of all names, so that it takes less time\" (number->string i))) (loop (+ i 1)))",
    "(let loop () (generate-uninterned-symbol) (loop))",
    "(string->symbol (make-string 15000000 #\\a))",
    "(let loop ((l '())) (loop (cons (eval '(lambda (x) (list x 'a \"b\" (vector x x))) (interaction-environment)) l)))",
    "(define (f n) (if (= n 0) 1 (list '+ (f (- n 1)) (f (- n 1))))) (eval (f 22) (interaction-environment))",
    "(read (open-input-string (make-string 1500000 #\\()))",
    "(read (open-input-string (make-string 6000000 #\\()))",
    "(read (open-input-string (string-append \"\\\"\" (make-string 2500000 #\\a) \"\\\"\")))",
    "(define p (open-output-string)) (let loop () (display \"0123456789abcdef\" p) (loop))",
    "(define p (open-output-bytevector)) (let loop () (write-u8 1 p) (loop))",
    "(define (f n) (if (= n 0) '() (let ((x (f (- n 1)))) (cons x x)))) (define p (open-output-string)) (write-simple (f 40) p)",
    "(write-shared (make-list 3000000 '(1)) (open-output-string))",
    "(define (f n) (if (= n 0) '() (cons (f (- n 1)) '()))) (define a (f 700000)) (define b (f 700000)) (equal? a b)",
    "(apply + (make-list 100000000 1))",
    "(apply list (make-list 1000000 1))",
    "(apply values (make-list 1000000 1))",
    "(let loop ((n 3)) (loop (* n n)))",
    "(let loop ((l '()) (n (expt 7 100000))) (loop (cons (number->string n) l) n))",
    "(define big (expt 7 2000000)) (apply + (make-list 100000 big))",
    "(import (scheme base) (srfi 69)) (define h (make-hash-table)) (let loop ((i 0)) (hash-table-set! h i i) (loop (+ i 1)))",
    "(let loop ((k '())) (loop (cons (call/cc (lambda (c) c)) k)))",
    "(define (f n) (call/cc (lambda (k) (cons k (f (+ n 1)))))) (f 0)",
    "(let loop ((p '())) (loop (delay p)))",
    "(let loop ((l '())) (loop (cons (open-input-string \"x\") l)))",
    "(let loop ((l '())) (loop (cons (make-ephemeron (list 1) l) l)))",
    "(define-syntax m (syntax-rules () ((_ a ...) (m a ... a ...)))) (m 1)",
    "(define (again) (guard (e (#t (again))) (let loop ((l '())) (loop (cons 1 l))))) (again)",
    "(define keep '()) (define (fill) (set! keep (cons (make-vector 100 1) keep)) (fill)) (let again () (guard (e (#t #f)) (fill)) (again))",
    "(define keep '()) (let again () (with-exception-handler (lambda (e) (set! keep (cons (make-list 1000 e) keep)) 1) (lambda () (raise-continuable 1))) (again))",
  ]

  /// MiB that the engine may take besides.
  private static let others = 64

  @Test(arguments: hogs.indices, [32, 64]) func theMemoryLimitHolds(_ index: Int, _ limit: Int) throws {
    let program = Self.hogs[index]
    let run = try inFolder { try measure(["--stats", "--heap-limit", "\(limit)", "--time-limit", "20", "-e", program], in: $0) }
    #expect(run.mebibytes ?? 0 <= Double(limit + Self.others), "\(program)")
    #expect(run.mebibytes != nil || run.code == 124, "\(program): \(run.errors.prefix(300))")
    #expect(!run.errors.contains("wasm trap") && !run.errors.contains("unreachable"), "\(program): \(run.errors.prefix(300))")
    #expect(run.code == 1 || run.code == 124 || run.code == 0, "\(program): \(run.code)")
    let isLong = run.errors.contains("too long") || run.errors.contains("too large")
    if run.code == 1 { #expect(run.errors.contains("out of memory") || isLong, "\(program): \(run.errors.prefix(300))") }
  }

  /// When there is no room for more code procedures are interpreted, and compiled again when others are gone.
  @Test func codeStaysWithinTheMemoryLimit() throws {
    let program = """
      (define (make n) (eval `(lambda (x) (let loop ((i 0)) (if (< i ,n) (loop (+ i 1)) (+ x i)))) (interaction-environment)))
      (define (makes n) (let loop ((i 0) (l '())) (if (< i n) (loop (+ i 1) (cons (make (modulo i 10)) l)) l)))
      (define (sum l) (apply + (map (lambda (f) (f 1)) l)))
      (define kept (makes 9000))
      (display (sum kept))
      (set! kept '())
      (display " ")
      (display (sum (makes 2000)))
      """
    let run = try inFolder { try measure(["--stats", "--jit", "eager", "--heap-limit", "64", "-e", program], in: $0) }
    #expect(run.output == "49500 11000", "\(run.errors)")
    #expect(run.mebibytes! <= Double(64 + Self.others))
    let dropped = run.errors.firstMatch(of: #/linked .*, ([0-9]+) dropped again/#)
    #expect(dropped.flatMap { Int($0.1) } ?? 0 > 1000, "\(run.errors)")
  }

  /// Definitions, symbols and code are kept for ever, and memory that is free is in pieces: a program that makes them until there is no room is told so, whatever
  /// it was about to make.
  @Test(arguments: [
    (64, "(eval (list 'define-record-type (name 'a i) (list (name 'b i) 'x) (name 'c i) (list 'x (name 'd i))) env)"),
    (80, "(begin (set! kept (cons (make-vector (+ 5000 (* 37 (modulo i 400))) i) kept)) (if (odd? i) (set! kept (cdr kept))))"),
    (100, "(begin (set! kept (cons (make-vector (+ 5000 (* 37 (modulo i 400))) i) kept)) (if (odd? i) (set! kept (cdr kept))))"),
    (
      31,
      "(begin (set! kept (cons (make-vector (+ 5000 (* 37 (modulo i 400))) i) kept)) (eval (list 'define (name 'a i) (list 'lambda '(x) 'x)) env) (if (odd? i) (set! kept (cdr kept))))"
    ),
    (
      50,
      "(begin (set! kept (cons (make-vector (+ 5000 (* 37 (modulo i 400))) i) kept)) (eval (list 'define (name 'a i) (list 'lambda '(x) 'x)) env) (if (odd? i) (set! kept (cdr kept))))"
    ),
    (40, "(eval (list 'define (name 'a i) '(make-parameter 1)) env)"),
    (40, "(eval (list 'define-syntax (name 'a i) '(syntax-rules () ((_ a) 'a))) env)"),
    (40, "(eval (list 'define-library (list 'lib i) '(import (scheme base)) '(export f) '(begin (define (f x) x))) env)"),
    (24, "(string->symbol (make-string (+ 10000 i) #\\a))"),
  ])
  func definitionsThatUseUpMemoryEndInAnErrorThatCanBeCaught(_ limit: Int, _ definition: String) throws {
    let program = """
      (define env (interaction-environment))
      (define kept '())
      (define (name prefix i) (string->symbol (string-append (symbol->string prefix) "-" (number->string i))))
      (define outcome (guard (e (#t (condition/report-string e))) (let loop ((i 0)) \(definition) (loop (+ i 1)))))
      (set! kept '())
      (write (list outcome (eval '(let ((f (lambda (x) (* x 2)))) (f 21)) env)))
      """
    let run = try inFolder { try measure(["--heap-limit", "\(limit)", "-e", program], in: $0) }
    #expect(run.output.hasSuffix(" 42)") && run.output.contains("out of memory"), "\(run.output) \(run.errors)")
  }

  /// The collector once took the first symbol of a run of pages for an object of the page before, and moved it.
  @Test func symbolsStaySymbolsWhateverIsCollectedBesideThem() throws {
    let program = """
      (define (name i) (string->symbol (string-append "name" (number->string i))))
      (define (build n) (let loop ((k 0)) (if (= k n) '() (cons (list (name k) k) (loop (+ k 1))))))
      (define (check l) (for-each (lambda (entry) (if (not (symbol? (car entry))) (begin (write entry) (exit 1)))) l))
      (do ((i 0 (+ i 1))) ((= i 60)) (check (build (* 100 i))))
      (display "symbols")
      """
    let run = try inFolder { try measure(["--jit", "off", "--heap-limit", "64", "-e", program], in: $0) }
    #expect(run.output == "symbols", "\(run.errors)")
  }

  /// What a program catches it can go on after, again and again, as long as it gives back what it took.
  @Test func aProgramThatGivesMemoryBackCanGoOnForEver() throws {
    let program = """
      (define (hog) (let loop ((l '())) (loop (cons 1 l))))
      (define (deep n) (+ 1 (deep n)))
      (let loop ((i 0))
        (if (< i 20)
            (begin
              (guard (e ((string=? (condition/report-string e) "out of memory") #t)) (if (even? i) (hog) (deep 1)))
              (loop (+ i 1)))))
      (display "done")
      """
    let run = try inFolder { try measure(["--stats", "--heap-limit", "48", "-e", program], in: $0) }
    #expect(run.output == "done", "\(run.errors)")
    #expect(run.mebibytes! <= Double(48 + Self.others))
  }

  /// What is large lies where something large was before, although each outlives a collection.
  @Test(arguments: ["(make-vector 500000 i)", "(make-string 3000000 #\\a)", "(make-bytevector 3000000 1)"])
  func largeObjectsThatComeAndGoTakeLittleMemory(_ object: String) throws {
    let program = "(let loop ((i 0) (object #f)) (if (< i 100) (loop (+ i 1) \(object))))"
    let run = try inFolder { try measure(["--stats", "-e", program], in: $0) }
    #expect(run.code == 0)
    #expect(try #require(run.mebibytes) < 90)
  }

  @Test func withoutAnOptionRunawayRecursionIsAnErrorSoon() throws {
    let run = try inFolder { try measure(["--stats", "-e", "(define (f n) (+ 1 (f (+ n 1)))) (f 0)"], in: $0) }
    #expect(run.code == 1)
    #expect(run.errors.hasPrefix("error: out of memory\n"))
    #expect(run.mebibytes! <= Double(512 + Self.others))
    // An unoptimized build takes its time, but not minutes.
    #expect(run.seconds < 10)
  }

  @Test func theDialogueGoesOnAfterRunningOutOfMemory() throws {
    let input = "(define x 41)\n(let loop ((l '())) (loop (cons 1 l)))\n(define (f n) (+ 1 (f n)))\n(f 1)\n(+ x 1)\n"
    let outcome = try shell("latch --heap-limit 32", input: input)
    #expect(outcome.output.hasSuffix("42\n"), "\(outcome.output)")
    #expect(outcome.errors.components(separatedBy: "out of memory").count == 3, "\(outcome.errors)")
  }
}

/// Whatever the heap limit, running out of memory is an error that a program can handle.
@Suite struct OutOfMemoryTests {
  @Test(arguments: [24, 32, 40, 48, 60, 64, 68, 72, 80, 100, 128])
  func guardCatchesARecursionThatRunsOutOfMemory(_ limit: Int) throws {
    for program in [
      "(define (f) (+ 1 (f))) (guard (e (#t (condition/report-string e))) (f))",
      "(define (f n) (cons n (f n))) (guard (e (#t (condition/report-string e))) (f 1))",
      "(define (g n) (* 2 (h n))) (define (h n) (+ 1 (k n))) (define (k n) (- (g n) 1)) (guard (e (#t (condition/report-string e))) (g 1))",
    ] {
      let outcome = try shell("latch --heap-limit \(limit) -e '\(program)'")
      #expect((outcome.output, outcome.code) == ("\"out of memory\"\n", 0), "\(limit): \(program) \(outcome.errors.prefix(300))")
    }
  }
}

/// What is read whole has a bound, too.
@Suite struct InputLimitTests {
  @Test(arguments: [
    ("latch --heap-limit 32 /dev/zero", "latch: cannot read /dev/zero: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"),
    (
      "latch --heap-limit 32 - < /dev/zero",
      "latch: cannot read the standard input: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    (
      "yes | tr -d '\\n' | latch --heap-limit 32",
      "latch: cannot read an expression from the standard input: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    (
      "(echo '('; yes) | latch --heap-limit 32",
      "latch: cannot read an expression from the standard input: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    (
      "latch freeze --heap-limit 32 /dev/zero -o /dev/null",
      "latch: cannot read /dev/zero: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    (
      "latch test --heap-limit 32 /dev/zero",
      "latch: cannot read /dev/zero: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    (
      "latch profile --heap-limit 32 /dev/zero",
      "latch: cannot read /dev/zero: it is larger than 10 MiB, a third of the heap limit (--heap-limit)\n"
    ),
    ("latch run /dev/zero", "latch: cannot read /dev/zero: it is larger than 1024 MiB\n"),
    ("latch inspect - < /dev/zero", "latch: cannot read the standard input: it is larger than 1024 MiB\n"),
  ])
  func endlessInputIsAnError(_ command: String, _ message: String) throws {
    let outcome = try shell(command)
    #expect(outcome.errors.contains(message) && !outcome.output.contains("passed"), "\(command): \(outcome.errors.prefix(300))")
    #expect(!outcome.errors.contains("Fatal") && !outcome.errors.contains("Backtrac"), "\(outcome.errors.prefix(300))")
  }
}
