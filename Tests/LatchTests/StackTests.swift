// Hosts whose own stack is small give the guest a small one: recursion goes on in the heap, however deep it is, with the same results.

import SchemeHost
import Testing
import WasmEngine

@Suite struct StackTests {
  private static let program = """
    (define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
    (define (build n) (if (= n 0) '() (cons n (build (- n 1)))))
    (define (tree n) (if (= n 0) 1 (+ (tree (- n 1)) (tree (- n 1)))))
    (list (deep 100000) (length (build 50000)) (tree 10) (apply + (map (lambda (x) (deep x)) '(1000 2000)))
      (length (list-sort < (map (lambda (x) (modulo (* x 7919) 10007)) (build 3000))))
      (call/cc (lambda (k) (dynamic-wind (lambda () #f) (lambda () (deep 3000) (k 7)) (lambda () #f)))))
    """

  @Test(arguments: [4096, 16 << 10, 3 << 19, SchemeOptions().stackBytes], [JITPolicy.off, .auto])
  func recursionIsAsDeepAsMemory(_ stackBytes: Int, _ jit: JITPolicy) throws {
    var options = SchemeOptions()
    options.stackBytes = stackBytes
    options.jit = jit
    let session = try SchemeSession(options)
    for _ in 0..<3 {
      #expect(try session.evaluate(Self.program, name: "test", .showResult) == .value("(100000 50000 1024 3000 3000 7)"))
    }
  }

  /// The stack grows with the recursion, and the engine's own with it, in frames of every size and compiler; what is deeper still goes on in the heap.
  @Test(arguments: [JITPolicy.off, .auto, .eager], [Tier.bbq, .auto])
  func deepRecursionFitsTheEnginesStack(_ jit: JITPolicy, _ tier: Tier) throws {
    var options = SchemeOptions()
    options.jit = jit
    options.engine.tier = tier
    let session = try SchemeSession(options)
    let program = """
      (define (small n) (if (= n 0) 0 (+ 1 (small (- n 1)))))
      (define (wide n)
        (let* ((a (+ n 1)) (b (+ a 1)) (c (* b 2)) (d (- c a)))
          (if (= n 0) (- d d) (+ 1 (wide (- n 1))))))
      (define (many a b c d e n)
        (if (= n 0) 0 (+ 1 (many (- b a) (- c 1) (- d (* 2 (- e e))) (- e (* 3 (- a a))) (- a a) (- n 1)))))
      (define (applied n) (if (= n 0) 0 (+ 1 (apply applied (- n 1) '()))))
      (define (mapped n) (if (= n 0) '(0) (map (lambda (x) (+ 1 (car (mapped (- n 1))))) '(1))))
      (define (wound n) (if (= n 0) 0 (+ 1 (dynamic-wind (lambda () #f) (lambda () (wound (- n 1))) (lambda () #f)))))
      (define (captured n) (if (= n 0) 0 (+ 1 (call/cc (lambda (k) (if (= n 5) (k (captured (- n 1))) (captured (- n 1))))))))
      (define (guarded n) (if (= n 0) 0 (+ 1 (guard (e (#f 0)) (guarded (- n 1))))))
      (list (small 1500000) (wide 1500000) (many 1 2 3 4 5 1500000) (applied 600000) (car (mapped 300000)) (wound 200000) (captured 300000) (guarded 100000)
        (call/cc (lambda (k) (let deep ((n 900000)) (if (= n 0) (k 'escaped) (+ 1 (deep (- n 1))))))))
      """
    for _ in 0..<2 {
      #expect(
        try session.evaluate(program, name: "test", .showResult) == .value("(1500000 1500000 1500000 600000 300000 200000 300000 100000 escaped)"))
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
