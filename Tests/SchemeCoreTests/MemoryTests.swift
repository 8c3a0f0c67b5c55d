// What programs see of the collector: limits, ephemerons, statistics.
import GuestABI
import Testing

@testable import SchemeCore

@Suite(.serialized) struct MemoryTests {
  static let programs: [(String, String)] = [
    ("(define before (cdr (assq 'full-collections (gc-stats)))) (gc) (- (cdr (assq 'full-collections (gc-stats))) before)", "1"),
    (
      "(define k (list 1)) (define e (make-ephemeron k (list 'datum))) (gc) (list (ephemeron-broken? e) (ephemeron-key e) (ephemeron-datum e))",
      "(#f (1) (datum))"
    ),
    ("(define e (make-ephemeron (list 1) (list 'datum))) (gc) (list (ephemeron-broken? e) (ephemeron-key e) (ephemeron-datum e))", "(#t #f #f)"),
    // The key is reachable from the datum only: that does not count.
    ("(define e (let ((k (list 1))) (make-ephemeron k (list k)))) (gc) (ephemeron-broken? e)", "#t"),
    // A chain: each datum is the next key.
    (
      "(define k (list 1)) (define es (let ((k2 (list 2))) (list (make-ephemeron k2 (list 3)) (make-ephemeron k k2)))) (gc) (list (map ephemeron-broken? es) (map ephemeron-datum es))",
      "((#f #f) ((3) (2)))"
    ),
    ("(define e (make-ephemeron (make-vector 10000 0) 'large)) (gc) (ephemeron-broken? e)", "#t"),
    ("(define v (make-vector 10000 0)) (define e (make-ephemeron v 'large)) (gc) (ephemeron-datum e)", "large"),
    ("(define e (make-ephemeron 'symbol 1)) (define f (make-ephemeron 5 2)) (gc) (list (ephemeron-datum e) (ephemeron-datum f))", "(1 2)"),
    ("(list (ephemeron? (make-ephemeron 1 2)) (ephemeron? '()))", "(#t #f)"),
  ]

  @Test(arguments: programs) func aProgramHasItsValue(_ program: String, _ expected: String) {
    #expect(NativeSession.evaluateInside(program) == expected, "\(program)")
  }

  /// A tagged pointer is less than its object's address: were an object at the start of a run of pages, the pointer would be in somebody else's page.
  @Test func noPermanentObjectIsAtTheStartOfItsPages() {
    NativeSession.exclusively {
      for pages in 4..<8 {
        let address = PermanentArena.allocate(bytes: pages * pageSize - 64)
        let pointer = UInt32(truncatingIfNeeded: Word.pointer(address, Tag.object))
        #expect(pointer >> 16 == address >> 16)
      }
    }
  }

  /// Programs that take more than they may have, each inside a guard that catches the error, and then goes on.
  static let hogs = [
    "(let loop ((l '())) (loop (cons 1 l)))",
    "(define (deep n) (+ 1 (deep (+ n 1)))) (deep 0)",
    "(let loop ((v '())) (loop (vector v (make-vector 1000 0))))",
    "(let loop ((s \"abcdefgh\")) (loop (string-append s s)))",
    "(let loop ((l (list 1 2 3 4))) (loop (append l l)))",
    "(let loop ((n 3)) (loop (* n n)))",
    "(let loop ((b (make-bytevector 1000 1))) (loop (bytevector-append b b)))",
    "(make-vector 1000000000 0)", "(make-string 1000000000 #\\a)", "(make-bytevector 4000000000 0)",
    "(let loop ((l (list 1 2 3 4))) (loop (list->string (map (lambda (x) #\\a) (vector->list (make-vector 10000000 1))))))",
    "(apply + (make-list 100000000 1))",
    "(expt 7 (expt 10 12))",
    "(let loop ((n 1000)) (make-list n 0) (vector->list (make-vector n 0)) (loop (* n 2)))",
    "(let loop ((n 1000)) (string->list (make-string n #\\a)) (loop (* n 2)))",
  ]

  @Test(arguments: hogs.indices) func runningOutOfMemoryIsAnErrorThatCanBeCaught(_ index: Int) {
    let program = """
      (define (hog) \(Self.hogs[index]))
      (define outcome (%guard-else hog (lambda (e) (condition/report-string e))))
      (define after (let loop ((i 0) (l '())) (if (< i 100000) (loop (+ i 1) (cons i (if (< i 10) l '()))) (length l))))
      (list outcome after)
      """
    let text: String = NativeSession.exclusively {
      let before = Heap.limit
      Heap.limit = 24 << 20
      defer { Heap.limit = before }
      return NativeSession.run(program, inside: true)
    }
    #expect(text.contains("out of memory") || text.contains("too long") || text.contains("too large"), "\(text)")
    #expect(text.hasSuffix(" 1)"), "\(text)")
  }

  /// Of the large objects, which become old one after the other, one lives at a time: half a dozen fit into the heap.
  @Test func aLargeObjectFindsTheRoomOfGarbage() {
    let program = """
      (define v #f)
      (define (churn n) (if (> n 0) (begin (list n n) (churn (- n 1)))))
      (define (again n) (if (> n 0) (begin (set! v (make-vector 1000000 n)) (churn 300000) (set! v #f) (again (- n 1)))))
      (again 20)
      'done
      """
    let text: String = NativeSession.exclusively {
      let before = Heap.limit
      Heap.limit = 48 << 20
      defer { Heap.limit = before }
      return NativeSession.run(program, inside: true)
    }
    #expect(text == "done", "\(text)")
  }

  /// Code that nobody refers to any more is freed; code that a procedure or a continuation belongs to is not.
  @Test func codeIsCollected() {
    let (before, after, value): (Int64, Int64, String) = NativeSession.exclusively {
      _ = NativeSession.run("(define kept '()) (define k #f) (define (keep f) (set! kept (cons f kept)))")
      _ = NativeSession.run("(keep (let ((n (vector 1 2))) (lambda (x) (list x n '(constant list)))))")
      _ = NativeSession.run("(define count 0) (begin (call/cc (lambda (c) (set! k c))) (set! count (+ count 1)) (list 'count count))")
      _ = NativeSession.run("(gc)")
      let before = codeState.bytes
      for index in 0..<300 { _ = NativeSession.run("(define (junk x) (if (> x \(index)) (list 'a 'b \"text\" x) (junk (+ x 1)))) (junk 0)") }
      _ = NativeSession.run("(gc)")
      let after = codeState.bytes
      let value = NativeSession.run("(if (< count 3) (k 1)) (list ((car kept) 5) count)")
      return (before, after, value)
    }
    #expect(after - before < 20_000, "\(before) \(after)")
    #expect(value == "((5 #(1 2) (constant list)) 2)")
  }
}
