// Reading and writing: fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell.

extension SystemCall {
  func fdRead(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ result: Output<UInt32>) throws {
    try descriptor.file.require(.fdRead)
    result.store(UInt32(try descriptor.file.object.read(buffers.buffers)))
  }

  func fdWrite(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ result: Output<UInt32>) throws {
    try descriptor.file.require(.fdWrite)
    result.store(UInt32(try descriptor.file.object.write(buffers.buffers)))
  }

  func fdPread(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ offset: FileOffset, _ result: Output<UInt32>) throws(Errno) {
    try descriptor.file.require([.fdRead, .fdSeek])
    result.store(UInt32(try descriptor.file.object.read(buffers.buffers, at: offset.host)))
  }

  func fdPwrite(_ descriptor: OpenFile, _ buffers: GuestBuffers, _ offset: FileOffset, _ result: Output<UInt32>) throws(Errno) {
    try descriptor.file.require([.fdWrite, .fdSeek])
    result.store(UInt32(try descriptor.file.object.write(buffers.buffers, at: offset.host)))
  }

  func fdSeek(_ descriptor: OpenFile, _ offset: Int64, _ whence: Whence, _ result: Output<UInt64>) throws(Errno) {
    let asksOnly = offset == 0 && whence == .current
    try descriptor.file.require(asksOnly ? .fdTell : [.fdSeek, .fdTell])
    result.store(try descriptor.file.object.seek(offset, whence))
  }

  func fdTell(_ descriptor: OpenFile, _ result: Output<UInt64>) throws(Errno) {
    try fdSeek(descriptor, 0, .current, result)
  }
}
