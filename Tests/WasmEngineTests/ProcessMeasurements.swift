// What a test can measure of its process. Tests run side by side in one process, so such a test runs in a process of its own
// (`#expect(processExitsWith:)`), where nothing else allocates or computes.

import Foundation

enum ProcessMeasurements {
  /// Bytes of memory in use; 0 where /proc does not tell.
  static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
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
