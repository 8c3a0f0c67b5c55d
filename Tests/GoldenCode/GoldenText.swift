// Golden files of text: `Golden/NAME.txt` beside the test. With LATCH_BLESS=1 in the environment they are written anew.

import Foundation

public enum GoldenText {
  /// Whether a text is what the file says.
  public static func matches(_ text: String, _ name: String, file: String = #filePath) throws -> Bool {
    let url = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden/\(name).txt")
    if ProcessInfo.processInfo.environment["LATCH_BLESS"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return try String(contentsOf: url, encoding: .utf8) == text
  }
}
