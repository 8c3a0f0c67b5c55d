// Sessions from a template: they begin where it ended, share nothing that they change, and have limits of their own.

import Foundation
import SchemeHost
import Testing

@Suite struct TemplateTests {
  private static let program = """
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (define counter 0)
    (define (count!) (set! counter (+ counter 1)) counter)
    (define table (make-vector 1000 'unchanged))
    (define saved #f)
    (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
    (define greeting (string-append "hel" "lo"))
    """

  /// Everything that a program writes goes to standard output, which these do not use.
  private static func options(_ jit: JITPolicy = .auto, heapLimit: Int = 0) -> SchemeOptions {
    var options = SchemeOptions()
    options.jit = jit
    options.heapLimit = heapLimit
    return options
  }

  private static func value(_ session: SchemeSession, _ text: String) throws -> Evaluation { try session.evaluate(text, name: "test", .showResult) }

  @Test("Sessions begin where the template ended", arguments: [JITPolicy.off, .auto, .eager], [false, true])
  func sessionsBeginWhereTheTemplateEnded(_ jit: JITPolicy, _ compiled: Bool) throws {
    let template = try SchemeTemplate(program: Self.program + "(fib 15) (count!) (count!)", name: "program", Self.options(jit), compiled: compiled)
    for _ in 0..<3 {
      let session = try template.makeSession(Self.options(jit))
      #expect(try Self.value(session, "(list (fib 20) counter greeting (vector-ref table 999))") == .value("(6765 2 \"hello\" unchanged)"))
      #expect(try Self.value(session, "(define (square x) (* x x)) (map square '(1 2 3))") == .value("(1 4 9)"))
      #expect(try Self.value(session, "(deep 100000)") == .value("100000"))
      #expect(try Self.value(session, "(import (scheme base) (srfi 1)) (fold + 0 (iota 10))") == .value("45"))
    }
  }

  @Test func whatASessionChangesOthersDoNotSee() throws {
    let template = try SchemeTemplate(program: Self.program, name: "program", compiled: false)
    let one = try template.makeSession()
    let other = try template.makeSession()
    _ = try one.evaluate("(vector-fill! table 'changed) (count!) (define (fib n) 'redefined) (string-set! greeting 0 #\\j)", name: "test")
    for session in [other, try template.makeSession()] {
      #expect(try Self.value(session, "(list (fib 10) counter greeting (vector-ref table 0))") == .value("(55 0 \"hello\" unchanged)"))
    }
    #expect(try Self.value(one, "(list (fib 10) counter greeting (vector-ref table 0))") == .value("(redefined 1 \"jello\" changed)"))
  }

  @Test func generatedCodeOfTheTemplateIsUsedByItsSessions() throws {
    let template = try SchemeTemplate(program: Self.program + "(fib 22)", name: "program", Self.options(.eager))
    let session = try template.makeSession(Self.options(.off))
    #expect(try Self.value(session, "(fib 22)") == .value("17711"))
    #expect(try session.statistics().links.modules == 0)
    #expect(try session.recordedClosures().contains { $0.name == "fib" && $0.state == "compiled" })
  }

  /// Code of the template is given up in a session, whose own modules must not be taken for it.
  @Test func sessionsCanGiveUpCodeOfTheTemplateAndMakeTheirOwn() throws {
    let template = try SchemeTemplate(program: Self.program + "(fib 10) (count!)", name: "program", Self.options(.eager), compiled: false)
    for stresses in [false, true] {
      var options = Self.options(.eager)
      options.stressesCollector = stresses
      let session = try template.makeSession(options)
      for round in 0..<20 {
        _ = try session.evaluate(
          "(define (fib n) (if (< n \(round + 2)) n (+ (fib (- n 1)) (fib (- n 2))))) (define (count!) (fib \(round)))", name: "test")
        #expect(try Self.value(session, "(count!)") == .value("\(round)"))
      }
    }
  }

  @Test func sessionsRunOnManyThreads() async throws {
    let template = try SchemeTemplate(program: Self.program + "(fib 20)", name: "program")
    let results = try await withThrowingTaskGroup(of: Evaluation.self) { group in
      for number in 0..<24 {
        group.addTask {
          let session = try template.makeSession(Self.options(number % 2 == 0 ? .auto : .eager))
          return try Self.value(session, "(do ((i 0 (+ i 1))) ((= i 50)) (count!)) (list (fib 18) counter)")
        }
      }
      var results: [Evaluation] = []
      for try await result in group { results.append(result) }
      return results
    }
    #expect(results == Array(repeating: .value("(2584 50)"), count: 24))
  }

  @Test func eachSessionHasItsOwnHeapLimit() throws {
    let template = try SchemeTemplate(program: Self.program, name: "program", compiled: false)
    let bomb = "(let loop ((list '())) (loop (cons (make-vector 1000 0) list)))"
    let small = try template.makeSession(Self.options(heapLimit: 24))
    guard case .error(let message) = try Self.value(small, bomb) else { return #expect(Bool(false), "no limit") }
    #expect(message.hasPrefix("error: out of memory"))
    // It can go on, and another one never noticed.
    #expect(try Self.value(small, "(fib 10)") == .value("55"))
    let large = try template.makeSession(Self.options(heapLimit: 256))
    #expect(try Self.value(large, "(vector-length (make-vector 5000000 0))") == .value("5000000"))
  }

  @Test func stoppingASessionStopsNoOther() throws {
    let template = try SchemeTemplate(program: Self.program, name: "program", compiled: false)
    let endless = try template.makeSession()
    let other = try template.makeSession()
    let interrupter = endless.interrupter
    let thread = Thread {
      // Again, since the first may come before the program runs.
      while !Thread.current.isCancelled {
        interrupter()
        usleep(10_000)
      }
    }
    thread.start()
    #expect(try Self.value(endless, "(let loop () (loop))") == .interrupted)
    thread.cancel()
    #expect(try Self.value(other, "(fib 15)") == .value("610"))
  }

  @Test func anOpenFileIsRefused() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = SchemeOptions()
    options.capabilities.files.allow(directory: folder.path)
    let session = try SchemeSession(options)
    _ = try session.evaluate("(import (scheme base) (scheme file)) (define port (open-output-file \"\(folder.path)/file\"))", name: "test")
    let error = #expect(throws: GuestError.self) { try SchemeTemplate(session) }
    #expect(error?.message == "the session has 1 open file, which others cannot have: close them first")
    _ = try session.evaluate("(close-port port)", name: "test")
    _ = try SchemeTemplate(session, compiled: false)
  }

  @Test func aProgramThatFailsMakesNoTemplate() throws {
    let error = #expect(throws: GuestError.self) { try SchemeTemplate(program: "(car 5)", name: "program") }
    #expect(error?.message.hasPrefix("error: car: ") == true, "\(error?.message ?? "")")
  }

  @Test func aTemplateOfASessionFromATemplateHasBoth() throws {
    let first = try SchemeTemplate(program: Self.program, name: "program", compiled: false)
    let session = try first.makeSession(Self.options(.eager))
    _ = try session.evaluate("(define (twice x) (* 2 (fib x))) (twice 10) (count!)", name: "test")
    let second = try SchemeTemplate(session, compiled: false)
    #expect(try Self.value(second.makeSession(), "(list (twice 10) counter)") == .value("(110 1)"))
    #expect(try Self.value(first.makeSession(), "counter") == .value("0"))
  }
}
