// The guest's memory as system calls see it: every address that the guest gives is checked, and one outside is `Errno.fault`.

import WasmEngine

struct GuestMemory {
  let memory: Memory

  /// Some bytes, all of which exist.
  func bytes(at pointer: Int, count: Int) throws(Errno) -> UnsafeMutableRawBufferPointer {
    guard let start = try? memory.address(of: pointer, count: count) else { throw .fault }
    return UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  func bytes(at pointer: GuestPointer, count: UInt32) throws(Errno) -> UnsafeMutableRawBufferPointer {
    try bytes(at: Int(pointer), count: Int(count))
  }

  func load<Number: FixedWidthInteger & BitwiseCopyable>(
    at pointer: Int, as type: Number.Type = Number.self
  ) throws(Errno) -> Number {
    Number(littleEndian: try bytes(at: pointer, count: MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at pointer: Int) throws(Errno) {
    try bytes(at: pointer, count: MemoryLayout<Number>.size).storeBytes(of: number.littleEndian, as: Number.self)
  }

  func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at pointer: GuestPointer) throws(Errno) {
    try store(number, at: Int(pointer))
  }

  /// A path, without C's final zero byte. One with a zero byte inside is refused, and so is one that is too long for the host, before it is copied.
  func string(at pointer: GuestPointer, count: UInt32) throws(Errno) -> [UInt8] {
    let bytes = try bytes(at: pointer, count: count)
    if bytes.count >= Int(PATH_MAX) { throw .nameTooLong }
    let string = [UInt8](bytes)
    if string.contains(0) { throw .illegalSequence }
    return string
  }

  /// The buffers of a scattered read or gathered write, at most as many as the host takes at once. (What is left out makes the call a short one.)
  func buffers(at pointer: GuestPointer, count: UInt32) throws(Errno) -> [iovec] {
    let shown = min(Int(count), 1024)
    var buffers: [iovec] = []
    buffers.reserveCapacity(shown)
    for index in 0..<shown {
      let record = Int(pointer) + 8 * index
      let start: UInt32 = try load(at: record)
      let buffer = try bytes(at: start, count: try load(at: record + 4))
      buffers.append(iovec(iov_base: buffer.baseAddress, iov_len: numericCast(buffer.count)))
    }
    return buffers
  }
}
