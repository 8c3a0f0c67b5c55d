// Reading and writing: fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell.

extension SystemCall {
  /// The descriptor of a number, with rights to what the call is about to do.
  func descriptor(_ number: GuestDescriptor, _ needed: Rights = []) throws(Errno) -> Descriptor {
    guard let descriptor = process.descriptors[number] else { throw .badDescriptor }
    guard descriptor.rights.isSuperset(of: needed) else { throw .notCapable }
    return descriptor
  }

  /// Calls the host; throws what it says when it returns a negative number. A call that a signal interrupted is not repeated: the signal may be
  /// `Engine.interrupt`, which ends the program as soon as the call returns.
  func checked<Number: SignedInteger>(_ call: () -> Number) throws(Errno) -> Number {
    let result = call()
    guard result >= 0 else { throw .ofLastCall }
    return result
  }

  func fdRead(_ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ result: GuestPointer) throws(Errno) {
    // Before rights are looked at: a directory has this error on other systems too.
    if process.descriptors[number]?.type == .directory { throw .isDirectory }
    let file = try descriptor(number, .fdRead)
    let buffers = try memory.buffers(at: buffers, count: count)
    try file.wait(for: Int32(POLLIN))
    let read = try checked { readv(file.host, buffers, Int32(buffers.count)) }
    try memory.store(UInt32(read), at: result)
  }

  func fdWrite(_ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ result: GuestPointer) throws(Errno) {
    let file = try descriptor(number, .fdWrite)
    let buffers = try memory.buffers(at: buffers, count: count)
    try file.wait(for: Int32(POLLOUT))
    let written = try checked { writev(file.host, buffers, Int32(buffers.count)) }
    try memory.store(UInt32(written), at: result)
  }

  func fdPread(
    _ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ offset: UInt64, _ result: GuestPointer
  ) throws(Errno) {
    try transfer(descriptor(number, [.fdRead, .fdSeek]), buffers, count, offset, result, preadv)
  }

  func fdPwrite(
    _ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ offset: UInt64, _ result: GuestPointer
  ) throws(Errno) {
    try transfer(descriptor(number, [.fdWrite, .fdSeek]), buffers, count, offset, result, pwritev)
  }

  /// Reads or writes at a position.
  private func transfer(
    _ file: Descriptor, _ buffers: GuestPointer, _ count: UInt32, _ offset: UInt64, _ result: GuestPointer,
    _ call: (Int32, UnsafePointer<iovec>?, Int32, off_t) -> Int
  ) throws(Errno) {
    let buffers = try memory.buffers(at: buffers, count: count)
    let offset = try SystemCall.offset(offset)
    let transferred = try checked { call(file.host, buffers, Int32(buffers.count), offset) }
    try memory.store(UInt32(transferred), at: result)
  }

  /// A position or size as the host has them.
  static func offset(_ offset: UInt64) throws(Errno) -> off_t {
    guard let offset = off_t(exactly: offset) else { throw .invalid }
    return offset
  }

  func fdSeek(_ number: GuestDescriptor, _ offset: Int64, _ whence: UInt32, _ result: GuestPointer) throws(Errno) {
    let whence = try Errno.check(UInt8(truncatingIfNeeded: whence), as: Whence.self)
    let asksOnly = offset == 0 && whence == .current
    let file = try descriptor(number, asksOnly ? .fdTell : [.fdSeek, .fdTell])
    let origin =
      switch whence {
      case .start: SEEK_SET
      case .current: SEEK_CUR
      case .end: SEEK_END
      }
    let position = lseek(file.host, off_t(offset), origin)
    guard position >= 0 else { throw .ofLastCall }
    try memory.store(UInt64(position), at: result)
  }

  func fdTell(_ number: GuestDescriptor, _ result: GuestPointer) throws(Errno) {
    try fdSeek(number, 0, UInt32(Whence.current.rawValue), result)
  }
}
