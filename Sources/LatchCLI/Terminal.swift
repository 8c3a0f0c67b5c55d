// Writing text to the standard streams. Everything that the command line itself says goes through here.

import SchemeHost

enum Terminal {
  /// Writes text to standard output.
  static func write(_ text: String) throws(OutputError) { try write(text, to: System.standardOutput) }

  /// Writes text to standard error; when even that fails there is nobody left to tell.
  static func complain(_ text: String) { try? write(text, to: System.standardError) }

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
