// Golden files: what is expected of a compiler, in the folder `Golden` beside the test. A test fails when its file, a section, or an output is missing.
//
// Blessing: with LATCH_BLESS=1 in the environment the outputs are written anew; then read the difference. What is to be tested is written by hand: a
// new section is a title, an input, and a line for each output. Disassembling takes llvm-objdump or objdump, for blessing only: of machine code the
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
  static let isBlessing = ProcessInfo.processInfo.environment["LATCH_BLESS"] != nil

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
      if isBlessing { try output.blessed().write(to: url, atomically: true, encoding: .utf8) }
      return try output.problem(comparedWith: String(contentsOf: url, encoding: .utf8)).map { ["\(name): \($0)"] } ?? []
    } catch {
      return ["\(name): \(error)"]
    }
  }
}

extension StringProtocol {
  /// Without empty lines at its ends.
  var trimmed: String { trimmingCharacters(in: .newlines) }
}
