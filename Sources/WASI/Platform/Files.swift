// Calls of the C library whose names mean something else inside the types that use them.

enum Files {
  static func open(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 {
    #if canImport(Darwin)
      Darwin.open(path, flags)
    #elseif canImport(Musl)
      Musl.open(path, flags)
    #else
      Glibc.open(path, flags)
    #endif
  }
}
