// Writing diagnostics, on Apple systems.

#if canImport(Darwin)
  import Darwin

  enum StandardError {
    static func write(_ text: String) {
      var text = text
      text.withUTF8 { bytes in _ = Darwin.write(2, bytes.baseAddress, bytes.count) }
    }
  }
#endif
