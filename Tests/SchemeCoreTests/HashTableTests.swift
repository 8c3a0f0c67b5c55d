import XCTest

@testable import SchemeCore

final class HashTableTests: XCTestCase {
  func testTablesFindCopyAndForgetKeysByTheirEquivalence() {
    for (text, expected) in [
      (
        "(define t (%make-table 2)) (%table-set! t \"a\" 1) (%table-set! t '(1 #(2)) 2) (%table-set! t \"a\" 3) (list (%table-ref t \"a\" 0) (%table-ref t (list 1 (vector 2)) 0) (%table-ref t 'x 0) (%table-count t))",
        "(3 2 0 2)"
      ),
      (
        "(define t (%make-table 1)) (%table-set! t (expt 2 100) 1) (%table-set! t 1.5 2) (list (%table-ref t (expt 2 100) 0) (%table-ref t 1.5 0) (%table-ref t \"a\" 0))",
        "(1 2 0)"
      ),
      (
        "(define t (%make-table 2)) (let loop ((i 0)) (if (< i 5000) (begin (%table-set! t i (* i i)) (loop (+ i 1))))) (let loop ((i 0)) (if (< i 5000) (begin (%table-delete! t i) (loop (+ i 2))))) (list (%table-count t) (%table-ref t 77 #f) (%table-ref t 78 #f))",
        "(2500 5929 #f)"
      ),
      (
        "(define t (%make-table 0)) (%table-set! t 'a 1) (%table-set! t 'b 2) (%table-delete! t 'a) (%table-set! t 'c 3) (list (%table-slots t) (eq? (%table-key t 0) (%table-hole)) (%table-key t 1) (%table-value t 2))",
        "(3 #t b 3)"
      ),
      (
        "(define t (%make-table 3)) (%table-set! t \"k\" 1) (define u (%table-copy t)) (%table-set! u \"k\" 2) (%table-clear! t) (list (%table-ref u (string #\\k) 0) (%table-count t))",
        "(2 0)"
      ),
      ("(= (equal-hash '(1 \"x\" #(2.5))) (equal-hash (list 1 (string #\\x) (vector 2.5))))", "#t"),
      ("(= (string-ci-hash \"Straße\") (string-ci-hash \"STRASSE\"))", "#t"),
      ("(< -1 (string-hash \"abc\" 10) 10)", "#t"),
      ("(define c (list 1 2)) (set-cdr! (cdr c) c) (exact-integer? (equal-hash c))", "#t"),
    ] {
      XCTAssertEqual(NativeSession.evaluateInside(text), expected, text)
    }
  }

  /// Adding and deleting the same keys for ever takes no more room.
  func testDeletedKeysLeaveRoomForOthers() {
    XCTAssertEqual(
      NativeSession.evaluateInside(
        "(define t (%make-table 1)) (let loop ((i 0)) (if (< i 100000) (begin (%table-set! t i i) (%table-delete! t (- i 3)) (loop (+ i 1))))) (< (%table-slots t) 20)"
      ),
      "#t")
  }

  /// Keys that are found by their address are found after they have moved.
  func testKeysAreFoundAfterTheCollectorHasMovedThem() {
    XCTAssertEqual(
      NativeSession.evaluateInside(
        """
        (define keys (let loop ((i 0) (l '())) (if (< i 300) (loop (+ i 1) (cons (if (even? i) (list i) (string #\\a)) l)) l)))
        (define t (%make-table 0))
        (for-each (lambda (k) (%table-set! t k (cons k '()))) keys)
        (define (garbage n) (if (> n 0) (begin (make-vector 1000 0) (garbage (- n 1)))))
        (define (all? l) (if (null? l) #t (if (eq? (car (%table-ref t (car l) '(#f))) (car l)) (all? (cdr l)) #f)))
        (define new (list 'new))
        (define (move!) (%request-collection) (garbage 5000))
        (list (all? keys) (begin (garbage 5000) (all? keys)) (begin (move!) (all? keys))
          (begin (%table-set! t new (list new)) (all? (cons new keys))) (begin (garbage 5000) (all? (cons new keys))) (begin (move!) (all? (cons new keys)))
          (begin (garbage 5000) (%table-delete! t (car keys))) (%table-count t))
        """), "(#t #t #t #t #t #t #t 300)")
  }
}
