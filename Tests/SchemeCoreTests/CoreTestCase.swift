// What the tests of the core share: one started runtime (its state is global, and XCTest runs tests one after the other), and an evaluator
// that applies primitives to data, so that the core is tested without the expander and the interpreter.
import GuestABI
import XCTest

@testable import SchemeCore

class CoreTestCase: XCTestCase {
  private struct Row {
    let function: PrimitiveFunction
    let minimum: Int
    let maximum: Int
  }
  nonisolated(unsafe) private static var table: [String: Row] = [:]

  override func setUp() {
    Heap.start(stackBytes: 4 << 20, limit: 1 << 30)
    if !Self.table.isEmpty { return }
    definePrimitives { name, minimum, maximum, function, _ in
      Self.table["\(name)"] = Row(function: function, minimum: minimum, maximum: maximum)
    }
  }

  /// A number of arguments that a primitive accepts.
  func argumentCount(_ name: String, _ seed: Int) throws -> Int {
    let row = try XCTUnwrap(Self.table[name])
    let most = row.maximum < 0 ? row.minimum + 3 : row.maximum
    return row.minimum + seed % (most - row.minimum + 1)
  }

  static var primitiveNames: [String] { table.keys.sorted() }

  func read(_ text: String) throws -> Word {
    var reader = Reader([UInt8](text.utf8))
    return try XCTUnwrap(try reader.next())
  }

  func written(_ value: Word, limit: Int = 1 << 20) -> String {
    String(decoding: writtenText(value, limit: limit), as: UTF8.self)
  }

  /// Applies primitives, inside out; `(quote datum)` quotes.
  func evaluate(_ datum: Word) throws -> Word {
    if !datum.isPair { return datum }
    // Symbols that look like numbers are written with bars.
    let name = written(car(datum)).filter { $0 != "|" }
    if name == "quote" { return cadr(datum) }
    var operands: [Word] = []
    var rest = cdr(datum)
    while rest.isPair {
      let value = try evaluate(car(rest))
      if value == Constant.unwind { return value }
      operands.append(value)
      rest = cdr(rest)
    }
    return try apply(name, operands)
  }

  func apply(_ name: String, _ operands: [Word]) throws -> Word {
    let row = try XCTUnwrap(Self.table[name], "no primitive \(name)")
    XCTAssert(operands.count >= row.minimum && (row.maximum < 0 || operands.count <= row.maximum), name)
    let base = runtimeState.stackBase
    for (index, operand) in operands.enumerated() { store64(base + UInt32(index * 8), operand) }
    return row.function(base, Int32(operands.count))
  }

  /// What an expression's value looks like, or its error after `error: `.
  func result(_ text: String) throws -> String {
    let value = try evaluate(try read(text))
    if value == Constant.unwind {
      return "error: " + String(decoding: raisedText(runtimeState.roots[.raised]), as: UTF8.self)
    }
    return written(value)
  }

  func check(_ text: String, _ expected: String, file: StaticString = #filePath, line: UInt = #line) throws {
    XCTAssertEqual(try result(text), expected, text, file: file, line: line)
  }
}
