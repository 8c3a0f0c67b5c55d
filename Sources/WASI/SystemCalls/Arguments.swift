// args_* and environ_*: lists of strings that the program copies into its memory.

extension SystemCall {
  func argsGet(_ pointers: GuestPointer, _ buffer: GuestPointer) throws(Errno) {
    try write(process.arguments, pointers, buffer)
  }

  func argsSizesGet(_ count: GuestPointer, _ size: GuestPointer) throws(Errno) {
    try writeSizes(process.arguments, count, size)
  }

  func environGet(_ pointers: GuestPointer, _ buffer: GuestPointer) throws(Errno) {
    try write(process.environment, pointers, buffer)
  }

  func environSizesGet(_ count: GuestPointer, _ size: GuestPointer) throws(Errno) {
    try writeSizes(process.environment, count, size)
  }

  /// The strings one after the other, each with its zero byte, and where each begins.
  private func write(_ strings: [[UInt8]], _ pointers: GuestPointer, _ buffer: GuestPointer) throws(Errno) {
    var target = Int(buffer)
    for (index, string) in strings.enumerated() {
      let bytes = try memory.bytes(at: target, count: string.count + 1)
      bytes.copyBytes(from: string)
      bytes[string.count] = 0
      try memory.store(UInt32(truncatingIfNeeded: target), at: Int(pointers) + 4 * index)
      target += string.count + 1
    }
  }

  private func writeSizes(_ strings: [[UInt8]], _ count: GuestPointer, _ size: GuestPointer) throws(Errno) {
    try memory.store(UInt32(strings.count), at: count)
    try memory.store(UInt32(strings.reduce(0) { $0 + $1.count + 1 }), at: size)
  }
}
