// Programs while the collector runs at every poll, moves all that was allocated since, and overwrites what it freed: a word that was missed shows at once.
import Foundation
import Testing

@testable import SchemeCore

@Suite(.serialized) struct CollectorStressTests {
  /// The shorter programs of other suites: a long loop would take minutes.
  static let programs = (ControlTests.programs.map { (ControlTests.prelude + $0.0, $0.1) } + EvaluationTests.programs).filter { program, _ in
    !program.contains(/[0-9]{4}/)
  }

  @Test func programsHaveTheirValues() {
    #expect(Self.programs.count > 100)
    for (program, expected) in Self.programs { #expect(stressed(program) == expected, "\(program)") }
  }

  @Test func oldObjectsThatAreWrittenToKeepWhatTheyGot() {
    let program = """
      (define v (make-vector 300 0)) (define p (list 1 2 3)) (define s (cons 1 2))
      (define (churn n) (if (> n 0) (begin (list n n) (churn (- n 1)))))
      (churn 100)
      (do ((i 0 (+ i 1))) ((= i 300)) (vector-set! v i (list i (number->string i))) (churn 1))
      (set-car! p (list 'new)) (set-cdr! s (string-append "a" "b")) (churn 10)
      (vector-copy! v 0 (vector (list 'a) (list 'b))) (churn 10) (vector-fill! v (list 'f) 298 300) (churn 100)
      (define (good? i) (or (= i 298) (and (equal? (vector-ref v i) (list i (number->string i))) (good? (+ i 1)))))
      (list (good? 2) p s (vector-ref v 0) (vector-ref v 1) (vector-ref v 299))
      """
    #expect(stressed(program) == "(#t ((new) 2 3) (1 . \"ab\") (a) (b) (f))")
  }

  private func stressed(_ program: String) -> String {
    NativeSession.exclusively {
      Heap.isStressed = true
      defer { Heap.isStressed = false }
      let before = Heap.statistics.collections
      let result = NativeSession.run(program, inside: program.contains("%"))
      precondition(Heap.statistics.collections > before)
      return result
    }
  }
}
