// The map by which Linux' `perf` knows the functions in memory that no file describes: /tmp/perf-PID.map, a line for each with its address and size, in
// hexadecimal, and its name. For DebugOptions.writesPerfMap. A process has one, whatever engines it has. Of lines for the same address the last counts:
// the code that was there before is gone.

import WasmFormat

enum PerfMap {
  static let path = "/tmp/perf-\(DiagnosticFile.processNumber).map"

  private static let file = DiagnosticFile(path)

  static func note(_ name: String, at address: UInt, size: Int) {
    // A name must not end the line.
    let shown = String(name.unicodeScalars.map { $0.value < 32 ? "?" : Character($0) })
    file?.append("\(String(address, radix: 16)) \(String(size, radix: 16)) \(shown)\n")
  }
}
