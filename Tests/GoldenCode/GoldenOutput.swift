// What a test compares with a golden file: a text, or machine code with notes.

import Foundation

public enum GoldenOutput: Equatable {
  /// Compared without regard to empty lines at its ends.
  case text(String)
  case code(GoldenCode)

  func blessed() throws -> String {
    switch self {
    case .text(let text): text.trimmed + "\n"
    case .code(let code): try code.listing()
    }
  }

  /// What is wrong, if the output is not the expected one.
  func problem(comparedWith expected: String) -> String? {
    switch self {
    case .text(let text): text.trimmed == expected.trimmed ? nil : "expected\n\(expected.trimmed)\nfound\n\(text.trimmed)"
    case .code(let code): code.problem(comparedWith: expected)
    }
  }
}

/// The code of one function. In a golden file each line is an offset, bytes, and an instruction or a piece of data; lines that start with a semicolon
/// are notes.
public struct GoldenCode: Equatable {
  /// Bytes that are no instructions: a jump table, constants.
  public struct Data: Equatable {
    var range: Range<Int>
    /// Bytes of an element.
    var width: Int

    public init(_ range: Range<Int>, width: Int) {
      self.range = range
      self.width = width
    }
  }

  var bytes: [UInt8]
  /// In the order of the code.
  var data: [Data]
  var notes: [String]
  /// As LLVM names the machine.
  var triple: String

  public init(_ bytes: [UInt8], data: [Data] = [], notes: [String] = [], triple: String) {
    self.bytes = bytes
    self.data = data
    self.notes = notes
    self.triple = triple
  }

  func problem(comparedWith text: String) -> String? {
    var expected: [UInt8] = []
    var expectedNotes: [String] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix(";") {
        expectedNotes.append(String(line.dropFirst()).trimmingCharacters(in: .whitespaces))
      } else if let colon = line.firstIndex(of: ":") {
        let bytes = line[line.index(after: colon)...].split(separator: "\t").first ?? ""
        for byte in bytes.split(separator: " ") { expected.append(UInt8(byte, radix: 16) ?? 0) }
      }
    }
    if notes != expectedNotes { return "expected the notes \(expectedNotes), found \(notes)" }
    if bytes == expected { return nil }
    let place = zip(bytes, expected).prefix { $0 == $1 }.count
    return "the code differs from offset \(String(place, radix: 16)) on:\n\((try? listing()) ?? "\(bytes)")"
  }

  func listing() throws -> String {
    var lines: [String] = []
    let disassembler = try Disassembler(bytes, triple)
    var offset = 0
    for part in data {
      if part.range.lowerBound > offset { lines += try disassembler.lines(offset..<part.range.lowerBound) }
      lines += part.range.isEmpty ? [] : self.lines(of: part)
      offset = part.range.upperBound
    }
    if offset < bytes.count { lines += try disassembler.lines(offset..<bytes.count) }
    return (lines + notes.map { "; \($0)" }).joined(separator: "\n") + "\n"
  }

  private func lines(of data: Data) -> [String] {
    stride(from: data.range.lowerBound, to: data.range.upperBound, by: data.width).map { start in
      let element = bytes[start..<min(start + data.width, data.range.upperBound)]
      let value = element.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let text = data.width == 4 ? "\(Int32(truncatingIfNeeded: value))" : "0x" + String(value, radix: 16)
      return Disassembler.line(start, Array(element), ".\(data.width == 4 ? "long" : "quad") \(text)")
    }
  }
}
