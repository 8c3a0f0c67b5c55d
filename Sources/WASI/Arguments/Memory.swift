// Arguments that are in the guest's memory, or places there for results. Each has checked all its bytes when the call begins; memory never moves and
// never shrinks, so that reading and writing them cannot fail.

/// A path: UTF-8, without a zero byte, short enough for the host.
struct GuestPath: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer, .count] }
  let bytes: [UInt8]

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let buffer = try GuestBuffer(from: &decoder).bytes
    // Before the copy: the guest may claim that all of its memory is a path.
    if buffer.count >= Int(PATH_MAX) { throw .nameTooLong }
    let bytes = [UInt8](buffer)
    guard !bytes.contains(0), bytes.isUTF8 else { throw .illegalSequence }
    self.bytes = bytes
  }
}

extension [UInt8] {
  /// Whether the bytes are what the specification calls a string.
  var isUTF8: Bool { String(decoding: self, as: UTF8.self).utf8.elementsEqual(self) }
}

/// Some bytes.
struct GuestBuffer: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer, .count] }
  let bytes: UnsafeMutableRawBufferPointer

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let (start, count) = (decoder.number32(), decoder.number32())
    bytes = try decoder.call.memory.bytes(at: start, count: Int(count))
  }
}

/// The buffers of a scattered read or gathered write.
struct GuestBuffers: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer, .count] }
  /// The most that a host takes at once. With more, the call is a short one.
  static let maximumCount = 1024
  static let maximumBytes = 0x7FFF_F000

  /// Not more than the host takes at once.
  let buffers: [iovec]

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let memory = decoder.call.memory
    let (start, count) = (decoder.number32(), Int(decoder.number32()))
    let records = try memory.bytes(at: start, count: 8 * count)
    var buffers: [iovec] = []
    buffers.reserveCapacity(min(count, GuestBuffers.maximumCount))
    var room = GuestBuffers.maximumBytes
    for index in 0..<count {
      let size: UInt32 = records.number(at: 8 * index + 4)
      let buffer = try memory.bytes(at: records.number(at: 8 * index), count: Int(size))
      // What is left out is checked all the same.
      guard index < GuestBuffers.maximumCount, room > 0 else { continue }
      let shown = min(buffer.count, room)
      room -= shown
      buffers.append(iovec(iov_base: buffer.baseAddress, iov_len: numericCast(shown)))
    }
    self.buffers = buffers
  }
}

/// Where a call stores a number.
struct Output<Number: FixedWidthInteger & BitwiseCopyable>: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer] }
  private let place: UnsafeMutableRawBufferPointer

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    place = try decoder.call.memory.bytes(at: decoder.number32(), count: MemoryLayout<Number>.size)
  }

  func store(_ number: Number) { place.store(number, at: 0) }
}

extension UnsafeMutableRawBufferPointer {
  /// A number of the guest, least significant byte first.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type = Number.self) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  func store(_ number: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
    storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
  }
}
