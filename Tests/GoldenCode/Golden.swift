// Golden files of machine code: each line is an offset, the bytes, and a disassembly for the reader. Only the bytes are compared. With
// LATCH_BLESS=1 in the environment the files are written anew (this needs llvm-objdump or objdump on the path).

import Foundation

public enum Golden {
  /// Whether code is what the file `Golden/NAME.txt` beside the test says.
  public static func matches(_ code: [UInt8], _ name: String, triple: String, file: String = #filePath) throws -> Bool {
    let url = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden/\(name).txt")
    if ProcessInfo.processInfo.environment["LATCH_BLESS"] == "1" {
      try disassemble(code, triple).write(to: url, atomically: true, encoding: .utf8)
    }
    let text = try String(contentsOf: url, encoding: .utf8)
    var expected: [UInt8] = []
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let bytes = line[line.index(after: colon)...].split(separator: "\t").first ?? ""
      for byte in bytes.split(separator: " ") { expected.append(UInt8(byte, radix: 16) ?? 0) }
    }
    return code == expected
  }

  private static func disassemble(_ code: [UInt8], _ triple: String) throws -> String {
    let directory = FileManager.default.temporaryDirectory
    let name = UUID().uuidString
    let source = directory.appendingPathComponent("\(name).s")
    let object = directory.appendingPathComponent("\(name).o")
    defer {
      try? FileManager.default.removeItem(at: source)
      try? FileManager.default.removeItem(at: object)
    }
    let words = stride(from: 0, to: code.count & ~3, by: 4).map { start in
      String((0..<4).reduce(0 as UInt32) { $0 | UInt32(code[start + $1]) << UInt32($1 * 8) })
    }
    let text = triple.hasPrefix("x86") ? ".byte " + code.map { String($0) }.joined(separator: ",") : ".inst " + words.joined(separator: ",")
    try (text + "\n")
      .write(to: source, atomically: true, encoding: .utf8)
    _ = try run(["clang", "-target", triple, "-c", source.path, "-o", object.path])
    let listing = try run(
      ["llvm-objdump", "-d", "-j", ".text", "--no-print-imm-hex", "--triple=\(triple)"]
        + (triple.hasPrefix("x86") ? ["-M", "intel"] : []) + [object.path])
    var lines: [String] = []
    for line in listing.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let offset = Int(parts[0].trimmingCharacters(in: .whitespaces), radix: 16) else { continue }
      let columns = parts[1].split(separator: "\t", maxSplits: 1)
      guard let column = columns.first else { continue }
      var bytes = column.split(separator: " ").map(String.init)
      // ARM64 listings show whole words, most significant byte first.
      if bytes.count == 1, bytes[0].count == 8 {
        let word = bytes[0]
        bytes = stride(from: 6, through: 0, by: -2).map { start in
          let from = word.index(word.startIndex, offsetBy: start)
          return String(word[from..<word.index(from, offsetBy: 2)])
        }
      }
      let instruction = columns.count > 1 ? columns[1].replacingOccurrences(of: "\t", with: " ") : ""
      lines.append("\(String(offset, radix: 16)): \(bytes.joined(separator: " "))\t\(instruction)")
    }
    return lines.joined(separator: "\n") + "\n"
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
