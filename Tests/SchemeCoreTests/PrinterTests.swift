import GuestABI
import XCTest

@testable import SchemeCore

final class PrinterTests: CoreTestCase {
  func testDisplayShowsStringsAndCharactersAsTheyAre() throws {
    var text = TextBuffer()
    printValue(try read("(\"a b\" #\\c |d e| 1.5)"), .display, to: &text)
    XCTAssertEqual(String(decoding: text.bytes(), as: UTF8.self), "(a b c d e 1.5)")
    text.free()
  }

  func testCyclesGetLabels() throws {
    let list = try read("(1 2)")
    setCdr(cdr(list), list)
    XCTAssertEqual(written(list), "#0=(1 2 . #0#)")
    let vector = makeVector(count: 2, fill: .fixnum(7))
    setVectorElement(vector, 1, vector)
    XCTAssertEqual(written(vector), "#0=#(7 #0#)")
    let tail = try read("(a b c)")
    setCdr(cddr(tail), cdr(tail))
    XCTAssertEqual(written(tail), "(a . #0=(b c . #0#))")
  }

  func testSharedPartsGetLabelsOnlyInWriteShared() throws {
    let part = try read("(x)")
    let whole = list(part, part)
    XCTAssertEqual(written(whole), "((x) (x))")
    var text = TextBuffer()
    printValue(whole, .writeShared, to: &text)
    XCTAssertEqual(String(decoding: text.bytes(), as: UTF8.self), "(#0=(x) #0#)")
    text.free()
  }

  func testDeepAndLongDataArePrinted() {
    var deep = Constant.null
    for _ in 0..<200_000 { deep = cons(deep, Constant.null) }
    XCTAssertEqual(writtenText(deep, limit: .max).count, 400_002)
    var long = Constant.null
    for _ in 0..<200_000 { long = cons(.fixnum(1), long) }
    XCTAssertEqual(writtenText(long, limit: .max).count, 400_001)
    XCTAssertEqual(written(long, limit: 20), "(1 1 1 1 1 1 1 1 1 1 ...")
  }

  func testRecordsConstantsAndControlCharactersAreShown() throws {
    let type = makeRecordType(name: try read("<point>"), fields: try read("(x y)"))
    let record = allocateObject(.record, words: 3)
    record.setField(0, type)
    record.setField(1, .fixnum(1))
    record.setField(2, try read("\"a\""))
    XCTAssertEqual(written(record), "#<point 1 \"a\">")
    XCTAssertEqual(written(Constant.eof), "#<eof>")
    XCTAssertEqual(written(.character(0x7F)), "#\\delete")
    XCTAssertEqual(written(makeString("\u{1}")), "\"\\x1;\"")
  }
}
