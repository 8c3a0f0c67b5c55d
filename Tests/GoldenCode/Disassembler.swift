// Disassembly by the tools of LLVM: clang makes an object file of the bytes, objdump reads it.

import Foundation

final class Disassembler {
  private let object: URL
  private let triple: String
  private var isX86: Bool { triple.hasPrefix("x86") }

  init(_ code: [UInt8], _ triple: String) throws {
    self.triple = triple
    let directory = FileManager.default.temporaryDirectory
    let name = UUID().uuidString
    let source = directory.appendingPathComponent("\(name).s")
    object = directory.appendingPathComponent("\(name).o")
    defer { try? FileManager.default.removeItem(at: source) }
    let words = stride(from: 0, to: code.count & ~3, by: 4).map { start in
      String((0..<4).reduce(0 as UInt32) { $0 | UInt32(code[start + $1]) << UInt32($1 * 8) })
    }
    let text = isX86 ? ".byte " + code.map { String($0) }.joined(separator: ",") : ".inst " + words.joined(separator: ",")
    try (text + "\n").write(to: source, atomically: true, encoding: .utf8)
    _ = try Self.run(["clang", "-target", triple, "-c", source.path, "-o", object.path])
  }

  deinit { try? FileManager.default.removeItem(at: object) }

  /// The instructions in a range of the code.
  func lines(_ range: Range<Int>) throws -> [String] {
    let listing = try Self.run(
      ["llvm-objdump", "-d", "-j", ".text", "--no-print-imm-hex", "--triple=\(triple)"] + (isX86 ? ["-M", "intel"] : [])
        + ["--start-address=\(range.lowerBound)", "--stop-address=\(range.upperBound)", object.path])
    return listing.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let offset = Int(parts[0].trimmingCharacters(in: .whitespaces), radix: 16) else { return nil }
      let columns = parts[1].split(separator: "\t", maxSplits: 1)
      guard let column = columns.first else { return nil }
      let instruction = columns.count > 1 ? columns[1] : ""
      return Self.line(offset, Self.bytes(column), Self.tidy(instruction))
    }
  }

  static func line(_ offset: Int, _ bytes: [UInt8], _ text: String) -> String {
    let hexadecimal = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    let line = "\(String(offset, radix: 16)): \(hexadecimal)"
    return line + String(repeating: " ", count: max(30 - line.count, 0)) + "\t\(text)"
  }

  /// Listings for ARM64 show whole words, the most significant byte first.
  private static func bytes(_ column: Substring) -> [UInt8] {
    let fields = column.split(separator: " ")
    guard fields.count == 1, let word = UInt32(fields[0], radix: 16), fields[0].count == 8 else {
      return fields.map { UInt8($0, radix: 16) ?? 0 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32($0 * 8)) }
  }

  /// Without the name of the section, which is in every jump.
  private static func tidy(_ instruction: Substring) -> String {
    instruction.replacingOccurrences(of: "\t", with: " ").replacingOccurrences(of: #" *<\.text[^>]*>"#, with: "", options: .regularExpression)
      .trimmingCharacters(in: .whitespaces)
  }

  private static func run(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
