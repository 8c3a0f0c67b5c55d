// Writing text to the standard streams. Everything that the command line itself says goes through here.

import SchemeHost

enum Terminal {
  /// Writes text to standard output.
  static func write(_ text: String) throws(OutputError) { try write(text, to: System.standardOutput) }

  /// Writes text to standard error; when even that fails there is nobody left to tell.
  static func complain(_ text: String) { try? write(text, to: System.standardError) }

  /// Writes a Scheme error's message to standard error.
  static func report(_ message: String) {
    let error = System.standardError
    guard Style.isShown(on: error) else { return complain(message.hasSuffix("\n") ? message : message + "\n") }
    var text = ""
    for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if line.hasPrefix("error:") {
        text += Style.red("error:", on: error) + line.dropFirst(6)
      } else if !content.isEmpty && content.allSatisfy({ $0 == "^" || $0 == "~" }) {
        text += Style.green(String(line), on: error)
      } else {
        text += line
      }
      text += "\n"
    }
    while text.hasSuffix("\n\n") { text.removeLast() }
    complain(text)
  }

  private static func write(_ text: String, to descriptor: Int32) throws(OutputError) {
    var text = text
    var failure: OutputError?
    text.withUTF8 { bytes in
      do throws(OutputError) {
        try OutputSink.writeAll(UnsafeRawBufferPointer(bytes), to: descriptor)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
