// What the process takes of the machine's memory, in bytes.

import Glibc

enum ProcessMemory {
  /// Begins to look for the peak; what is taken now.
  static func reset() -> Int {
    if let file = fopen("/proc/self/clear_refs", "w") {
      fputs("5", file)
      fclose(file)
    }
    return now()
  }

  static func now() -> Int { field("VmRSS:") }
  static func peak() -> Int { field("VmHWM:") }

  private static func field(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split { $0 == "\t" || $0 == " " || $0 == "\n" }
      if words.count > 1, words[0] == name { return (Int(words[1]) ?? 0) * 1024 }
    }
    return 0
  }
}
