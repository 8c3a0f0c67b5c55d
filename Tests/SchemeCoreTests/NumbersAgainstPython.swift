// Exact arithmetic against Python's integers and fractions, on operands of all lengths with many carries; skipped where there is no python3.
import Foundation
import GuestABI
import XCTest

@testable import SchemeCore

final class NumbersAgainstPython: XCTestCase {
  /// Operands, as decimal or hexadecimal texts: (limbs of the longest, how many of them).
  private static let sizes = [(1, 60), (3, 60), (9, 60), (45, 40), (90, 40), (170, 30), (400, 16), (1000, 6), (3000, 2)]

  /// Python writes for each line `operation a b` what Scheme should write; numbers are hexadecimal.
  private static let script = """
    import sys
    from fractions import Fraction
    from math import gcd, isqrt
    sys.set_int_max_str_digits(0) if hasattr(sys, 'set_int_max_str_digits') else None
    def text(x):
        if isinstance(x, Fraction):
            return format(x.numerator, 'x') + ('/' + format(x.denominator, 'x') if x.denominator != 1 else '')
        return format(x, 'x')
    def truncated(a, b):
        q = abs(a) // abs(b)
        return q if (a < 0) == (b < 0) else -q
    for line in sys.stdin:
        op, a, b = line.split()
        a, b = int(a, 16), int(b, 16)
        if op == '+': r = a + b
        elif op == '-': r = a - b
        elif op == '*': r = a * b
        elif op == 'square': r = a * a
        elif op == 'quotient': r = truncated(a, b)
        elif op == 'remainder': r = a - b * truncated(a, b)
        elif op == 'floor-quotient': r = a // b
        elif op == 'modulo': r = a % b
        elif op == 'gcd': r = gcd(a, b)
        elif op == '/': r = Fraction(a, b)
        elif op == 'sum': r = Fraction(a, b) + Fraction(b, abs(a) + 1)
        elif op == 'product': r = Fraction(a, b) * Fraction(b + 1, abs(a) + 1)
        elif op == 'root': r = isqrt(abs(a))
        elif op == 'and': r = a & b
        elif op == 'or': r = a | b
        elif op == 'xor': r = a ^ b
        elif op == 'bits': r = bin(abs(a)).count('1')
        elif op == 'decimal': print(a); continue
        elif op == 'shift': r = a >> (abs(b) % 999)
        elif op == 'double':
            try: print((a / b).hex())
            except OverflowError: print('overflow')
            continue
        print(text(r))
    """

  private static let expressions = [
    "+": "(+ a b)", "-": "(- a b)", "*": "(* a b)", "square": "(square a)", "quotient": "(quotient a b)", "remainder": "(remainder a b)",
    "floor-quotient": "(floor-quotient a b)", "modulo": "(modulo a b)", "gcd": "(gcd a b)", "/": "(/ a b)",
    "sum": "(+ (/ a b) (/ b (+ (abs a) 1)))", "product": "(* (/ a b) (/ (+ b 1) (+ (abs a) 1)))",
    "root": "(call-with-values (lambda () (exact-integer-sqrt (abs a))) (lambda (r s) (if (= (+ (* r r) s) (abs a)) r 'wrong)))",
    "and": "(bitwise-and a b)", "or": "(bitwise-or a b)", "xor": "(bitwise-xor a b)", "bits": "(bit-count (abs a))",
    "shift": "(arithmetic-shift a (- (modulo (abs b) 999)))",
  ]

  func testArithmeticAgreesWithPython() throws {
    guard let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"].first(where: FileManager.default.isExecutableFile)
    else { throw XCTSkip("there is no python3") }
    var random = SystemRandomNumberGenerator()
    func operand(_ limbs: Int) -> String {
      var digits = ""
      for _ in 0..<Int.random(in: 1...limbs, using: &random) {
        let limb: UInt32 = [0, 1, .max, 0x8000_0000, .random(in: 0 ... .max, using: &random)][Int.random(in: 0...4, using: &random)]
        digits += String(repeating: "0", count: limb.leadingZeroBitCount / 4 - (limb == 0 ? 1 : 0)) + String(limb, radix: 16)
      }
      return (Bool.random(using: &random) ? "-" : "") + digits
    }
    var lines: [String] = []
    for (limbs, count) in Self.sizes {
      for _ in 0..<count {
        let a = operand(limbs)
        var b = operand(Bool.random(using: &random) ? limbs : max(1, limbs / 3))
        if b.allSatisfy({ $0 == "0" || $0 == "-" }) { b += "1" }
        for operation in Self.expressions.keys.sorted() + ["decimal", "double"] { lines.append("\(operation) \(a) \(b)") }
      }
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "latch-numbers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "in"))
    try Data(Self.script.utf8).write(to: folder.appending(path: "script.py"))
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [folder.appending(path: "script.py").path]
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let expectations = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    XCTAssertEqual(expectations.count, lines.count)
    for (line, expected) in zip(lines, expectations) {
      let parts = line.split(separator: " ")
      let binding = "(define a #x\(parts[1])) (define b #x\(parts[2])) "
      let result: String
      switch parts[0] {
      case "decimal":
        result = NativeSession.evaluate(binding + "(define t (number->string a)) (if (= a (string->number t)) (string->symbol t) 'wrong)")
      case "double":
        result = NativeSession.evaluate(binding + "(inexact (/ a b))")
        let value = Double(expected)
        if expected == "overflow" ? result.hasSuffix("inf.0") : Double(result) == value { continue }
      default: result = NativeSession.evaluate(binding + "(string->symbol (number->string \(Self.expressions[String(parts[0])]!) 16))")
      }
      let written = result.hasPrefix("|") ? String(result.dropFirst().dropLast()) : result
      if written != expected {
        XCTFail("\(line.prefix(300)): \(result.prefix(200)), but Python says \(expected.prefix(200))")
        return
      }
    }
  }
}
