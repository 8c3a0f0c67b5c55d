// What the engine does, and when, as a file in the trace event format that browsers (chrome://tracing) and Perfetto show: what each thread compiled, what was
// linked, which functions became hot, and where running functions went on in optimized code. For DebugOptions.traceFile.
//
// The format is an array of objects: `ph` X is something with a duration, i a moment; times are in microseconds. The file is a whole array at any time: each event
// takes the place of its end. (What cannot be written again, such as a pipe, has no end, which the format allows.)

import Synchronization
import WasmFormat

final class TraceEvents: Sendable {
  private let file: DiagnosticFile
  private let isEmpty = Mutex(true)

  /// Nil if the file cannot be written.
  init?(_ path: String) {
    guard let file = DiagnosticFile(path) else { return nil }
    self.file = file
    file.append("[", end: "\n]\n")
  }

  /// Something that began and ended at these times of MonotonicClock.
  func span(_ name: String, _ category: String, from start: UInt64, to end: UInt64, _ arguments: KeyValuePairs<String, Int> = [:]) {
    let duration = Self.microseconds(end - min(start, end))
    append(name, category, "\"ph\":\"X\",\"ts\":\(Self.microseconds(start)),\"dur\":\(duration)", arguments)
  }

  /// Something that happens now.
  func moment(_ name: String, _ category: String) {
    append(name, category, "\"ph\":\"i\",\"s\":\"t\",\"ts\":\(Self.microseconds(MonotonicClock.nanoseconds))", [:])
  }

  private func append(_ name: String, _ category: String, _ place: String, _ arguments: KeyValuePairs<String, Int>) {
    let list = arguments.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    let event =
      "{\"name\":\(Self.quoted(name)),\"cat\":\"\(category)\",\(place),\"pid\":\(DiagnosticFile.processNumber),"
      + "\"tid\":\(BackgroundThread.currentNumber),\"args\":{\(list)}}"
    isEmpty.withLock { isEmpty in
      file.append((isEmpty ? "\n" : ",\n") + event, end: "\n]\n")
      isEmpty = false
    }
  }

  private static func microseconds(_ nanoseconds: UInt64) -> String {
    "\(nanoseconds / 1000).\(String(nanoseconds % 1000 + 1000).dropFirst())"
  }

  /// As a string of JSON.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 32: result += "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
