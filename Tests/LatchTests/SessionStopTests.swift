// Ending a program that nobody asked, at whatever instruction it is: the session goes on, or says that it cannot.

import Foundation
import SchemeHost
import Testing

@Suite(.serialized) struct SessionStopTests {
  /// Ends a session's program some time after it has written something.
  private final class Stopper: Sendable {
    private let started = DispatchSemaphore(value: 0)

    var output: OutputSink {
      OutputSink { [started] _, _ throws(OutputError) in _ = started.signal() }
    }

    /// How the evaluation of a program that does not end by itself ends.
    func evaluate(_ program: String, _ session: SchemeSession, after microseconds: Int) throws -> Evaluation {
      let interrupter = session.interrupter
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread { [started] in
        started.wait()
        usleep(UInt32(microseconds))
        interrupter.end()
        done.signal()
      }
      defer { done.wait() }
      return try session.evaluate("(display 1) (flush-output-port) \(program)", name: "test", .showResult)
    }
  }

  private func makeSession(_ stopper: Stopper, _ jit: JITPolicy) throws -> SchemeSession {
    var options = SchemeOptions()
    options.output = stopper.output
    options.jit = jit
    options.heapLimit = 64
    let session = try SchemeSession(options)
    #expect(try session.evaluate(Self.definitions, name: "test") == .value(""))
    return session
  }

  /// The guest takes back polls all the time, which must not take back the request that comes in between.
  @Test(arguments: [JITPolicy.off, .auto]) func noRequestIsLost(_ jit: JITPolicy) throws {
    let started = DispatchSemaphore(value: 0)
    var options = SchemeOptions()
    options.jit = jit
    options.output = OutputSink { _, _ throws(OutputError) in _ = started.signal() }
    let session = try SchemeSession(options)
    let interrupter = session.interrupter
    for round in 0..<100 {
      let stopped = DispatchSemaphore(value: 0)
      let watched = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        started.wait()
        usleep(UInt32(round * 17 % 500))
        interrupter()
        // Only if it was lost. The machine may be busy: the time means nothing but that.
        if stopped.wait(timeout: .now() + 60) == .timedOut { interrupter.end() }
        watched.signal()
      }
      let start = ContinuousClock.now
      let outcome = try session.evaluate("(display 1) (flush-output-port) (let loop ((l '())) (loop (vector 1 2 3)))", name: "test")
      stopped.signal()
      watched.wait()
      let time = ContinuousClock.now - start
      #expect(outcome == .interrupted)
      #expect(time < .seconds(60), "in iteration \(round)")
    }
  }

  private static let definitions = """
    (define (range n) (iota n))
    (define total 0)
    (define table (make-vector 100 '()))
    (define (count x) (set! total (+ total 1)))
    (define (add! i) (vector-set! table (modulo i 100) (list i (number->string i) (exact->inexact i))))
    (define (right? entry) (or (null? entry) (string=? (cadr entry) (number->string (car entry)))))
    (define (step i)
      (add! i)
      (set! count (if (even? i) (lambda (x) (set! total (+ total x))) (lambda (y) (set! total (- total y)))))
      (count 1)
      (list-sort < (map (lambda (x) (modulo (* x i) 101)) (range 50)))
      (string->symbol (string-append "name" (number->string (modulo i 1000))))
      (call-with-output-string (lambda (p) (write (vector->list table) p)))
      (expt 3 (modulo i 3000))
      (eval (list '+ i 1) (interaction-environment)))
    (define (call-with-output-string f) (let ((p (open-output-string))) (f p) (get-output-string p)))
    (define (check) (let loop ((l (vector->list table))) (if (null? l) #t (and (right? (car l)) (loop (cdr l))))))
    """

  @Test(arguments: [JITPolicy.off, .auto, .eager])
  func aProgramIsEndedAnywhereAndTheSessionGoesOn(_ jit: JITPolicy) throws {
    let stopper = Stopper()
    var session = try makeSession(stopper, jit)
    var kept = 0
    for round in 0..<60 {
      do {
        let evaluation = try stopper.evaluate("(let loop ((i 0)) (step i) (loop (+ i 1)))", session, after: round * 397 % 7001)
        #expect(evaluation == .interrupted)
        kept += 1
        #expect(try session.evaluate("(gc) (step 7) (list (check) (+ 40 2))", name: "test", .showResult) == .value("(#t 42)"))
      } catch let loss as SessionLost {
        #expect(loss.wasInterrupted)
        #expect(throws: (any Error).self) { try session.evaluate("1", name: "test", .showResult) }
        session = try makeSession(stopper, jit)
      }
    }
    #expect(kept > 0)
  }

  /// Loops that ask nobody, which a program must not have to do.
  @Test func whatDoesNotPollIsEndedToo() throws {
    let stopper = Stopper()
    let session = try makeSession(stopper, .auto)
    let evaluation = try stopper.evaluate("(let ((v (make-vector 1000000 1))) (let loop () (vector-fill! v 2) (loop)))", session, after: 3000)
    #expect(evaluation == .interrupted)
    #expect(try session.evaluate("(list (check) total)", name: "test", .showResult) == .value("(#t 0)"))
  }

  @Test func aSessionThatWasEndedInTheCollectorSaysThatItIsLost() throws {
    let stopper = Stopper()
    var lost: SessionLost?
    for round in 0..<200 where lost == nil {
      let session = try makeSession(stopper, .off)
      do {
        #expect(try stopper.evaluate("(let loop () (gc) (loop))", session, after: round * 131) == .interrupted)
      } catch let loss as SessionLost {
        lost = loss
      }
    }
    #expect(lost?.wasInterrupted == true)
  }

  @Test func aTextThatDoesNotFitIsAnErrorAndTheSessionGoesOn() throws {
    let session = try makeSession(Stopper(), .off)
    #expect(throws: GuestError.self) { try session.evaluate(String(repeating: " ", count: 60 << 20), name: "test") }
    #expect(try session.evaluate("(+ 1 2)", name: "test", .showResult) == .value("3"))
  }
}
