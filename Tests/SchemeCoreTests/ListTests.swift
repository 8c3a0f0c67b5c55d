// List procedures that are written in Scheme, and lists without an end.
import XCTest

@testable import SchemeCore

final class ListTests: XCTestCase {
  func testMemberAssocAndMapsApplyTheProceduresGiven() {
    for (text, expected) in [
      ("(member 2.0 '(1 2 3) =)", "(2 3)"), ("(member \"b\" '(\"a\" \"b\"))", "(\"b\")"), ("(member 9 '(1 2) <)", "#f"),
      ("(assoc 2.0 '((1 one) (2 two)) =)", "(2 two)"), ("(assoc '(a) '(((a)) ((b))))", "((a))"), ("(assoc 5 '() =)", "#f"),
      ("(string-map char-upcase \"aβ\")", "\"AΒ\""), ("(string-map (lambda (a b) (if (char<? a b) a b)) \"adc\" \"bbbb\")", "\"abb\""),
      ("(let ((l '())) (string-for-each (lambda (a b) (set! l (cons (list a b) l))) \"ab\" \"xyz\") l)", "((#\\b #\\y) (#\\a #\\x))"),
      ("(vector-map + #(1 2) #(10 20 30))", "#(11 22)"), ("(iota 5 0 -0.1)", "(0 -0.1 -0.2 -0.30000000000000004 -0.4)"), ("(iota 3)", "(0 1 2)"),
    ] {
      XCTAssertEqual(NativeSession.evaluate(text), expected, text)
    }
  }

  func testListsWithoutAnEndAreErrors() {
    for call in [
      "(length c)", "(list-copy c)", "(last-pair c)", "(append c '())", "(reverse c)", "(memq 'z c)", "(member 'z c)", "(list->vector c)",
      "(apply + c)",
      "(assq 'z p)", "(assoc 'z p)", "(list->string c)",
    ] {
      let result = NativeSession.evaluate(
        "(define c (list 1 2 3)) (set-cdr! (cdr (cdr c)) c) (define p (list (cons 1 2))) (set-cdr! p p) \(call)")
      XCTAssert(result.hasPrefix("error: ") && result.contains("must be"), "\(call): \(result)")
    }
  }
}
