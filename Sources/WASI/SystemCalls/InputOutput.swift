// Reading and writing: fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell.

extension SystemCall {
  /// Calls the host; throws what it says when it returns a negative number.
  func checked<Number: SignedInteger>(_ call: () -> Number) throws(Errno) -> Number {
    let result = call()
    guard result >= 0 else { throw .ofLastCall }
    return result
  }

  func fdRead(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ result: Output<UInt32>) throws(Errno) {
    let (file, buffers) = (descriptor.file, buffers.buffers)
    try file.require(.fdRead)
    try file.wait(for: Int32(POLLIN))
    result.store(UInt32(try checked { readv(file.host, buffers, Int32(buffers.count)) }))
  }

  func fdWrite(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ result: Output<UInt32>) throws(Errno) {
    let (file, buffers) = (descriptor.file, buffers.buffers)
    try file.require(.fdWrite)
    try file.wait(for: Int32(POLLOUT))
    result.store(UInt32(try checked { writev(file.host, buffers, Int32(buffers.count)) }))
  }

  func fdPread(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ offset: FileOffset, _ result: Output<UInt32>) throws(Errno) {
    try descriptor.file.require([.fdRead, .fdSeek])
    try transfer(descriptor.file, buffers, offset, result, preadv)
  }

  func fdPwrite(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ offset: FileOffset, _ result: Output<UInt32>) throws(Errno) {
    try descriptor.file.require([.fdWrite, .fdSeek])
    try transfer(descriptor.file, buffers, offset, result, pwritev)
  }

  /// Reads or writes at a position.
  private func transfer(
    _ file: Descriptor, _ buffers: GuestBuffers, _ offset: FileOffset, _ result: Output<UInt32>,
    _ call: (Int32, UnsafePointer<iovec>?, Int32, off_t) -> Int
  ) throws(Errno) {
    let buffers = buffers.buffers
    result.store(UInt32(try checked { call(file.host, buffers, Int32(buffers.count), offset.host) }))
  }

  func fdSeek(_ descriptor: OpenFile, _ offset: Int64, _ whence: Whence, _ result: Output<UInt64>) throws(Errno) {
    let file = descriptor.file
    let asksOnly = offset == 0 && whence == .current
    try file.require(asksOnly ? .fdTell : [.fdSeek, .fdTell])
    let origin =
      switch whence {
      case .start: SEEK_SET
      case .current: SEEK_CUR
      case .end: SEEK_END
      }
    result.store(UInt64(try checked { lseek(file.host, off_t(offset), origin) }))
  }

  func fdTell(_ descriptor: OpenFile, _ result: Output<UInt64>) throws(Errno) {
    try fdSeek(descriptor, 0, .current, result)
  }
}
