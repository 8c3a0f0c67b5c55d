// Writing diagnostics, on Linux.

#if os(Linux)
  import Glibc

  enum StandardError {
    static func write(_ text: String) {
      var text = text
      text.withUTF8 { bytes in _ = Glibc.write(2, bytes.baseAddress, bytes.count) }
    }
  }
#endif
