// What a test can measure of its process. Tests run side by side in one process, so such a test runs in a process of its own
// (`#expect(processExitsWith:)`), where nothing else allocates or computes.

import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that look at their process through /proc.
  static var needsProc: Self { .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm"), "there is no /proc") }
}

enum ProcessMeasurements {
  /// Bytes of memory in use.
  static func residentBytes() -> Int { pages(column: 1) * 4096 }

  /// Bytes of address space in use.
  static func addressSpaceBytes() -> Int { pages(column: 0) * 4096 }

  private static func pages(column: Int) -> Int {
    let text = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return Int(text.split(separator: " ")[column])!
  }

  /// What is mapped, a line each. (Foundation's other ways of reading a file end after the first piece of one whose size the system does not know.)
  static func mappings() throws -> [Substring] {
    let bytes = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps")).readToEnd() ?? Data()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The mappings that are writable and executable at once.
  static func writableCode() throws -> [Substring] {
    try mappings().filter { line in
      let rights = line.split(separator: " ")[1]
      return rights.contains("w") && rights.contains("x")
    }
  }

  /// Seconds of processor time that `body` takes in all threads: waiting for a busy machine is not in it.
  static func processorTime(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
  }
}
