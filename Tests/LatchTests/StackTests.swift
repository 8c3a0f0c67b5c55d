// Hosts whose own stack is small give the guest a small one: recursion goes on in the heap, however deep it is, with the same results.

import SchemeHost
import Testing

@Suite struct StackTests {
  private static let program = """
    (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
    (define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
    (define (tree n) (if (= n 0) 1 (+ (tree (- n 1)) (tree (- n 1)))))
    (list (deep 100000) (length (build 50000)) (tree 10) (apply + (map (lambda (x) (deep x)) '(1000 2000)))
      (length (list-sort < (map (lambda (x) (modulo (* x 7919) 10007)) (build 3000))))
      (call/cc (lambda (k) (dynamic-wind (lambda () #f) (lambda () (deep 3000) (k 7)) (lambda () #f)))))
    """

  @Test(arguments: [4096, 16 << 10, 3 << 19], [JITPolicy.off, .auto])
  func recursionIsAsDeepAsMemory(_ stackBytes: Int, _ jit: JITPolicy) throws {
    var options = SchemeOptions()
    options.stackBytes = stackBytes
    options.jit = jit
    let session = try SchemeSession(options)
    for _ in 0..<3 {
      #expect(try session.evaluate(Self.program, name: "test", .showResult) == .value("(100000 50000 1024 3000 3000 7)"))
    }
  }

  @Test(arguments: [0, 100, 4095, -1]) func aStackThatIsTooSmallIsAnError(_ stackBytes: Int) throws {
    var options = SchemeOptions()
    options.stackBytes = stackBytes
    do {
      _ = try SchemeSession(options)
      Issue.record("a stack of \(stackBytes) bytes was taken")
    } catch let error as GuestError {
      #expect("\(error)".contains("it must have 4096 bytes or more"))
    }
  }
}
