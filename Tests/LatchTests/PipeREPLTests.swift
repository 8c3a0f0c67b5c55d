// The REPL on a pipe: no prompts, no echo; results, commands, errors that do not end it.

import Foundation
import Testing

@Suite struct PipeREPLTests {
  private func latch(_ input: String, _ options: String = "") throws -> Outcome { try shell("latch \(options)", input: input) }

  @Test func writesResultsAlone() throws {
    try latch("(+ 1 2)\n(define x 5)\n(* x x)\n\"text\"\n").isExpected(output: "3\n25\n\"text\"\n")
  }

  @Test func directivesHoldForWhatComesAfter() throws {
    #expect(try latch("#!fold-case\n'ABC\n'DEF\n#!no-fold-case 'GHI\n'JKL\n").output == "abc\ndef\nGHI\nJKL\n")
  }

  @Test func readsExpressionsOverSeveralLines() throws {
    #expect(try latch("(define (f x)\n  ; a ( comment\n  (* x\n     2))\n(f 21)").output == "42\n")
  }

  @Test(arguments: [("(car 5)", "1:1"), ("(+ 1 2)\n(car 5)", "2:1"), ("(+ 1 2)\n\n (car 5)\n", "3:2"), ("(+ 1 2)\n(+ 1", "2:1")])
  func placesAreThoseOfTheText(_ input: String, _ place: String) throws {
    let errors = try latch(input).errors
    #expect(errors.contains(" stdin:\(place)"), "\(errors)")
  }

  @Test func macrosAndImportsAreNamesToo() throws {
    let library =
      "(define-library (my lib) (import (scheme base)) (export twice my-unless) (begin (define (twice x) (* 2 x)) (define-syntax my-unless (syntax-rules () ((_ t e) (if t #f e))))))"
    let outcome = try latch(
      "(define-syntax my-when (syntax-rules () ((_ t e) (if t e #f))))\n\(library)\n(import (my lib))\n:apropos my-\n:source my-when\n:apropos twic\n:source twice\n"
    )
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("(twice x): procedure defined at ") }.count == 1)
    #expect(lines.contains("(define-syntax my-when (syntax-rules () ((_ t e) (if t e #f))))"), "\(outcome.output) \(outcome.errors)")
    #expect(
      lines.contains { $0.hasPrefix("my-when: macro defined at ") } && lines.contains { $0.hasPrefix("my-unless: macro defined at ") },
      "\(outcome.output)")
    #expect(
      lines.contains { $0.hasPrefix("(twice x): procedure defined at ") } && lines.contains("(define (twice x) (* 2 x))"),
      "\(outcome.output) \(outcome.errors)")
  }

  @Test func namesInWhatMacrosMakeAreShownInErrors() throws {
    let outcome = try latch(
      "(define-syntax inner (syntax-rules () ((_ a) a)))\n(define-syntax outer (syntax-rules () ((_ a) (inner a a))))\n(outer 1)\n")
    #expect(outcome.errors.contains("(inner 1 1)") && !outcome.errors.contains("#<object>"), "\(outcome.errors)")
  }

  @Test func goesOnAfterAnErrorAndSaysSoAtTheEnd() throws {
    let outcome = try latch("(car 5)\n(+ 1 1)\n")
    #expect(outcome.output == "2\n")
    #expect(outcome.errors.contains("car"))
    #expect(outcome.code == 1)
  }

  @Test func anIncompleteExpressionAtTheEndIsAnError() throws {
    let outcome = try latch("(+ 1 1)\n(+ 1")
    #expect(outcome.output == "2\n")
    #expect(outcome.code == 1)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func compilesOnRequest() throws {
    let fib = "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
    let outcome = try latch(fib + "\n(fib 12)\n:closures\n:jit\n:closures\n(fib 12)\n", "--jit off")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.firstMatch(of: /fib +465 calls +interpreted/) != nil, "\(outcome.output)")
    #expect(outcome.output.firstMatch(of: /[0-9]+ closures?, [0-9]+ bytes; generated in [0-9]+ µs, compiled and linked in [0-9]+ µs/) != nil)
    #expect(outcome.output.firstMatch(of: /fib +[0-9]+ bytes of wasm, [0-9]+ of machine code/) != nil, "\(outcome.output)")
    #expect(outcome.output.firstMatch(of: /fib +465 calls +compiled/) != nil, "\(outcome.output)")
    #expect(outcome.output.hasSuffix("144\n"))
  }

  @Test func countsProceduresWithoutNames() throws {
    let outcome = try latch("(define (f g) (g 1))\n(list (f (lambda (x) x)) (f (lambda (x) (+ x 1))))\n:jit\n", "--jit off")
    #expect(outcome.output.firstMatch(of: /\(2 anonymous\) +[0-9]+ bytes of wasm, [0-9]+ of machine code/) != nil, "\(outcome.output)")
  }

  @Test func saysWhyThereIsNothingToCompile() throws {
    let calls = "(define (f n) (if (= n 0) 0 (f (- n 1))))\n(f 100000)\n"
    #expect(try latch(calls + ":jit\n", "--jit auto").output == "0\nnothing to compile; compiled already: f\n")
    #expect(try latch(":jit\n", "--jit off").output == "nothing to compile: nothing has been called\n")
  }

  @Test func showsGeneratedCode() throws {
    let definition = "(define (double x) (+ x x))\n(double 4)\n"
    let wat = try latch(definition + ":wat double\n", "--jit off")
    #expect(wat.output.contains("(module"), "\(wat.errors)")
    #expect(wat.output.contains("i64.add"))
    let code = try latch(definition + ":disassemble double\n", "--jit off")
    #expect(code.output.split(separator: "\n").count > 5, "\(code.errors)")
    let unknown = try latch(":wat nothing\n")
    #expect(unknown.code == 1)
    #expect(!unknown.errors.isEmpty)
  }

  @Test func commandsSayWhenTheyAreWrong() throws {
    #expect(try latch(":nonsense\n").errors == "unknown command :nonsense; :help lists the commands\n")
    #expect(try latch(":jit sometimes\n").code == 1)
  }

  @Test func timesAnExpression() throws {
    let outcome = try latch(":time (+ 1 2)\n")
    #expect(outcome.output.hasPrefix("3\n; "))
  }

  @Test func helpListsAllCommands() throws {
    let outcome = try latch(":help\n:quit\n(display 1)\n")
    for name in [":jit", ":closures", ":wat", ":disassemble", ":time", ":help", ":quit"] { #expect(outcome.output.contains(name)) }
    #expect(!outcome.output.hasSuffix("1"))
  }

  @Test func aLongExpressionOverManyLinesTakesLinearTime() throws {
    let lines = String(repeating: "  (display 1)\n", count: 50_000)
    let outcome = try latch("(begin (quote (\n" + lines + "))\n 7)\n")
    #expect(outcome.output == "7\n")
  }

  @Test func loadsAFileAgain() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("p.scm").path
    try "(display \"loaded\")(newline)(define x 5)".write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try latch(":load \(file)\n(set! x 6)\n:reload\nx\n")
    #expect(outcome.output == "loaded\nloaded\n5\n", "\(outcome.errors)")
    #expect(outcome.code == 0)
    let nothing = try latch(":reload\n:load /nothing/here\n(+ 1 1)\n")
    #expect(nothing.output == "2\n")
    #expect(nothing.errors == "nothing was loaded yet\ncannot read /nothing/here: No such file or directory\n")
    #expect(nothing.code == 1)
  }

  @Test func profilesAnEvaluation() throws {
    let spin = "(define (spin n) (let loop ((i 0)) (if (< i n) (loop (+ i 1)) i)))"
    for jit in ["off", "auto"] {
      let outcome = try latch(spin + "\n:profile (spin 10000000)\n", "--jit \(jit)")
      #expect(outcome.output.hasPrefix("10000000\n"), "\(outcome.errors)")
      #expect(outcome.output.contains("%  spin "), "\(outcome.output)")
    }
  }

  @Test func expandsAndDescribes() throws {
    let outcome = try latch(":expand (let ((x 1)) (if x 2))\n:doc car\n:doc nothing-at-all\n")
    #expect(outcome.output.contains("(if "))
    #expect(outcome.output.contains("car"))
    #expect(outcome.errors == "nothing has the name nothing-at-all\n")
  }
}
