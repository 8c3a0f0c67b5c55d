// Golden files: what is expected of a compiler, in the folder `Golden` beside the test, and texts that other tests expect (`expected`, `replace`). A test
// fails when its file, a section, or an output is missing.
//
// Blessing: with LATCH_BLESS=1 in the environment the outputs are written anew, by this helper alone; then read the difference. What is to be tested is
// written by hand: a new section is a title, an input, and a line for each output. Disassembling takes llvm-objdump or objdump, for blessing only: of machine code the
// bytes are compared, the instructions are for the reader.
//
// A file is one output (`Golden.problems`), or has sections (`GoldenFile`) with text for the reader before the first:
//
//     === Title of the section
//     the input, in a notation of the test
//     --- what is done with it: an instruction set, a list of passes
//     the output
//     --- something else that is done with it
//     its output

import Foundation

public enum Golden {
  public static let isBlessing = ProcessInfo.processInfo.environment["LATCH_BLESS"] != nil

  /// Where the file `Golden/NAME.txt` is, for a test in this file.
  static func url(_ name: String, _ file: String) -> URL {
    URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden/\(name).txt")
  }

  /// The files of the folder `Golden/NAME`, as `GoldenFile` takes them, for a test in this file. A folder that is missing or empty ends the process: a test
  /// over no files would pass.
  public static func files(in name: String, file: String = #filePath) -> [String] {
    let folder = url(name, file).deletingPathExtension()
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()
    precondition(!files.isEmpty, "no golden files in \(folder.path)")
    return files.map { "\(name)/\($0.dropLast(4))" }
  }

  /// What is wrong with an output that is a file of its own; empty if nothing is.
  public static func problems(_ output: GoldenOutput, _ name: String, file: String = #filePath) -> [String] {
    let url = url(name, file)
    do {
      let expected = try expected(at: url, found: isBlessing ? output.blessed() : "")
      return output.problem(comparedWith: expected).map { ["\(name): \($0)"] } ?? []
    } catch {
      return ["\(name): \(error)"]
    }
  }

  /// The text that a file holds, or after blessing the one that was found. `blesses`: of the modes that a test runs in, one writes the file.
  public static func expected(at url: URL, found: String, blesses: Bool = true) throws -> String {
    if isBlessing && blesses { try found.write(to: url, atomically: true, encoding: .utf8) }
    return try String(contentsOf: url, encoding: .utf8)
  }

  private static let lock = NSLock()

  /// Blesses a part of a file: replaces it if it is there. Tests that run at the same time may write to the same file.
  public static func replace(_ part: String, by other: String, in url: URL) throws {
    guard isBlessing, part != other else { return }
    try lock.withLock {
      try String(contentsOf: url, encoding: .utf8).replacing(part, with: other).write(to: url, atomically: true, encoding: .utf8)
    }
  }
}

extension StringProtocol {
  /// Without empty lines at its ends.
  var trimmed: String { trimmingCharacters(in: .newlines) }
}
