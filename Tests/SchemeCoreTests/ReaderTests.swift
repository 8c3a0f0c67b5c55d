import GuestABI
import XCTest

@testable import SchemeCore

final class ReaderTests: CoreTestCase {
  func testWhatIsWrittenReadsBackTheSame() throws {
    for text in [
      "()", "(1 2 3)", "(a . b)", "(a b . c)", "#(1 #(2) \"x\")", "#u8(0 255)", "'x", "`(a ,b ,@c)", "\"a\\nb\\\"\\\\\"",
      "#\\a", "#\\space", "#\\newline", "#\\x0", "#\\λ", "|a b|", "||", "|1|", "+", "-", "...", "->x", "|1+|", "|+i|", "|-I|", "|.5a|", "|-.5a|",
      "|+inf.0|", "|1/0|", "|.|", "|-.|", "+.a", "..", "--1", "+a5", ".a", "|5x|", "#t", "#f", "a.b",
      "-5", "1152921504606846975", "-1152921504606846976", "1152921504606846976", "1/3", "-7/2", "0.5", "-0.0", "1e100",
      "1.5e-10", "+inf.0", "-inf.0", "+nan.0", "123456789012345678901234567890", "λx", "\"λ→😀\"", "(quote a b)", "((a))",
    ] {
      let value = try read(text)
      let again = try read(written(value))
      XCTAssert(isEqual(value, again) || text == "+nan.0", "\(text) became \(written(value))")
      if text != "#\\x0" { XCTAssertEqual(written(value), text) }
    }
  }

  func testEveryKindOfTokenIsRead() throws {
    for (text, expected) in [
      ("#xff", "255"), ("#b-101", "-5"), ("#e1.5", "3/2"), ("#i1/2", "0.5"), ("#x#e-Ff", "-255"), ("1e3", "1000.0"),
      (".5", "0.5"), ("-.5e1", "-5.0"), ("5.", "5.0"), ("+5", "5"), ("#true", "#t"), ("#FALSE", "#f"), ("#\\x41", "#\\A"),
      ("#\\x", "#\\x"), ("#\\(", "#\\("), ("#\\tab", "#\\tab"), ("\"\\x41;\\t\"", "\"A\\t\""), ("\"a\\\n   b\"", "\"ab\""),
      ("; comment\n 5", "5"), ("#| a #| nested |# b |# 5", "5"), ("#;(ignored) 5", "5"), ("(1 #;2 3)", "(1 3)"),
      ("(1 . #;x 2)", "(1 . 2)"), ("[a b]", "(a b)"), ("'()", "'()"), ("a|b c|d", "|ab cd|"), ("#!fold-case ABC", "abc"),
      ("#0=(a b . #0#)", "#0=(a b . #0#)"), ("(#1=(x) #1# #1#)", "((x) (x) (x))"), ("#0=#(1 #0# #1=(#0# . #1#))", "#0=#(1 #0# #1=(#0# . #1#))"),
      ("#7=(#8=x #8# . #7#)", "#0=(x x . #0#)"), ("'#0=(#0#)", "'#0=(#0#)"), ("#0=#1=(#0# #1#)", "#0=(#0# #0#)"), ("(#0=5 #;#1=6 #0#)", "(5 5)"),
      ("a\u{2003}b", "a"), ("(\u{3000}1\u{A0}2)", "(1 2)"), ("#!fold-case STRASSEß", "strassess"),
      ("(1 ; c\r 2)", "(1 2)"), ("\"a\\\r   b\"", "\"ab\""), ("\"a\\ \r\n\t b\"", "\"ab\""), ("\"a\rb\"", "\"a\\nb\""), ("#!/bin/x\r7", "7"),
      ("|a\r\nb|", "|a\\nb|"), ("#| \r |# 5", "5"), ("(1\r2)", "(1 2)"), ("; a\r; b\r3", "3"),
      ("+i", "+i"), ("-I", "-i"), ("1+2i", "1+2i"), ("1/2-3/4i", "1/2-3/4i"), ("1.5e1-2i", "15.0-2.0i"), ("+inf.0-nan.0i", "+inf.0+nan.0i"),
      ("2@0", "2"), ("#x1+Fi", "1+15i"), ("#e1.5+2.5i", "3/2+5/2i"), ("#i1+i", "1.0+1.0i"), ("0+0i", "0"), ("1+0.0i", "1.0+0.0i"), ("1s2", "100.0"),
      ("(a,b)", "(a ,b)"), ("(1,@b)", "(1 ,@b)"), ("(a`b'c)", "(a `b 'c)"), ("(#t,#\\,,x)", "(#t ,#\\, ,x)"),
      ("{a}", "|{a}|"),
      ("|a,b`c|", "|a,b`c|"),
      ("#!/usr/bin/latch\n7", "7"), ("\u{FEFF}8", "8"), ("\"a\r\nb\"", "\"a\\nb\""), ("2/4", "1/2"), ("-0/5", "0"),
    ] {
      XCTAssertEqual(written(try read(text)), expected, text)
    }
  }

  private func error(_ text: [UInt8]) -> ReadError? {
    var reader = Reader(text)
    do throws(ReadError) {
      while try reader.next() != nil {}
      return nil
    } catch {
      return error
    }
  }

  func testErrorsHaveAPlaceAndKnowWhetherMoreInputWouldHelp() {
    for (text, line, column, isIncomplete) in [
      ("(a b", 1, 1, true), ("(a\n  (b", 2, 3, true), ("\"abc", 1, 1, true), ("#| x", 1, 1, true), ("'", 1, 1, true),
      ("(a . ", 1, 1, true), ("|abc", 1, 1, true), ("#\\", 1, 1, true), ("\"a\\", 1, 1, true), ("#;", 1, 1, true), ("#(1", 1, 1, true),
      ("#0=", 1, 1, true), ("#0", 1, 1, true), ("#0=(1", 1, 4, true), ("#0=#0#", 1, 1, false), ("(#0# #0=a)", 1, 2, false),
      ("(#0=a #0=b)", 1, 7, false), ("(#0=a\n(#0=b)", 1, 1, true), ("(define x #0=(1)\n(define y\r #0=(2))", 1, 1, true),
      ("\r\r )", 3, 2, false), ("; c\r\n)", 2, 1, false), ("\"x\r\n\" )", 2, 3, false), ("#x1.8", 1, 1, false), ("#b12", 1, 1, false),
      (")", 1, 1, false), ("(a . )", 1, 6, false), ("(a . b c)", 1, 8, false), ("( . a)", 1, 3, false), (".", 1, 1, false),
      ("#foo", 1, 1, false), ("#\\foo", 1, 1, false), ("\"\\q\"", 1, 2, false), ("(a]", 1, 3, false), ("#u8(256)", 1, 5, false),
      ("(')", 1, 3, false), ("é )", 1, 3, false), ("\u{1}", 1, 1, false), ("#xZZ", 1, 1, false),
    ] {
      let error = error([UInt8](text.utf8))
      XCTAssertNotNil(error, text)
      XCTAssertEqual(error?.line, line, text)
      XCTAssertEqual(error?.column, column, text)
      XCTAssertEqual(error?.isIncomplete, isIncomplete, text)
    }
  }

  func testNothingInATextCrashesTheReader() {
    var state: UInt64 = 42
    let alphabet = [UInt8]("()[]'`,@#\\\"|;.+-0189abexλ \n\u{0}\u{7f}".utf8) + [0xFF, 0xC3, 0x80]
    for _ in 0..<3000 {
      var text: [UInt8] = []
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      _ = error(text)
    }
    XCTAssertEqual(error([0x61, 0x20, 0xFF, 0xFE])?.column, 3)
  }

  func testDeepNestingIsAnErrorAndLongListsAreNot() throws {
    let deep = [UInt8](repeating: UInt8(ascii: "("), count: 10_000_000)
    XCTAssertEqual(error(deep).map { "\($0.message)" }, "nested too deeply")
    var long: [UInt8] = [UInt8(ascii: "(")]
    for _ in 0..<300_000 { long += [UInt8(ascii: "x"), 32] }
    long.append(UInt8(ascii: ")"))
    var reader = Reader(long)
    XCTAssertEqual(listLength(try XCTUnwrap(try reader.next())), 300_000)
  }

  func testListsAndTheirElementsHavePositions() throws {
    let form = try read("\n  (foo (bar)\n   #(1) 'x)")
    XCTAssertEqual(SourcePositions.lookup(form), SourcePosition(source: 0, line: 2, column: 3))
    XCTAssertEqual(SourcePositions.lookupElement(of: form), SourcePosition(source: 0, line: 2, column: 4))
    XCTAssertEqual(SourcePositions.lookup(cadr(form)), SourcePosition(source: 0, line: 2, column: 8))
    XCTAssertEqual(SourcePositions.lookup(caddr(form)), SourcePosition(source: 0, line: 3, column: 4))
    XCTAssertEqual(SourcePositions.lookup(car(cdddr(form))), SourcePosition(source: 0, line: 3, column: 9))
    XCTAssertNil(SourcePositions.lookup(.fixnum(5)))
  }
}
