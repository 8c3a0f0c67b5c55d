// sock_*: for sockets that were passed on to the program. A program cannot make one.

extension SystemCall {
  private func socket(_ number: GuestDescriptor, _ needed: Rights) throws(Errno) -> Descriptor {
    let socket = try descriptor(number)
    guard socket.type == .streamSocket || socket.type == .datagramSocket else { throw .notSocket }
    return try descriptor(number, needed)
  }

  func sockAccept(_ number: GuestDescriptor, _ flags: UInt32, _ result: GuestPointer) throws(Errno) {
    let listener = try socket(number, .sockAccept)
    guard flags & ~UInt32(DescriptorFlags.nonblocking.rawValue) == 0 else { throw .invalid }
    _ = try memory.bytes(at: result, count: 4)
    // What does not listen is not waited for.
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(listener.host, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else { throw .invalid }
    try listener.wait(for: Int32(POLLIN))
    let host = try checked { accept(listener.host, nil, nil) }
    _ = fcntl(host, F_SETFD, FD_CLOEXEC)
    let connection = Descriptor(host: host, type: .streamSocket, rights: .applicable(to: .streamSocket))
    if flags != 0 { try connection.setFlags(.nonblocking) }
    try memory.store(process.descriptors.add(connection), at: result)
  }

  /// The flags are: 1 to look without taking, 2 to wait until all buffers are full. Those that come back say whether a message was cut off.
  func sockRecv(
    _ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ flags: UInt32, _ result: GuestPointer,
    _ resultFlags: GuestPointer
  ) throws(Errno) {
    let socket = try socket(number, .fdRead)
    guard flags & ~3 == 0 else { throw .invalid }
    _ = try memory.bytes(at: result, count: 4)
    _ = try memory.bytes(at: resultFlags, count: 2)
    try socket.wait(for: Int32(POLLIN))
    var hostFlags: Int32 = 0
    if flags & 1 != 0 { hostFlags |= HostSystem.peek }
    if flags & 2 != 0 { hostFlags |= HostSystem.waitForAll }
    var isCutOff = false
    let received = try transfer(buffers, count) { message in
      let received = recvmsg(socket.host, &message, hostFlags)
      isCutOff = Int32(message.msg_flags) & HostSystem.isCutOff != 0
      return received
    }
    try memory.store(received, at: result)
    try memory.store(UInt16(isCutOff ? 1 : 0), at: resultFlags)
  }

  func sockSend(
    _ number: GuestDescriptor, _ buffers: GuestPointer, _ count: UInt32, _ flags: UInt32, _ result: GuestPointer
  ) throws(Errno) {
    let socket = try socket(number, .fdWrite)
    guard flags == 0 else { throw .invalid }
    _ = try memory.bytes(at: result, count: 4)
    try socket.wait(for: Int32(POLLOUT))
    let sent = try transfer(buffers, count) { sendmsg(socket.host, &$0, HostSystem.withoutSignal) }
    try memory.store(sent, at: result)
  }

  private func transfer(_ pointer: GuestPointer, _ count: UInt32, _ call: (inout msghdr) -> Int) throws(Errno) -> UInt32 {
    var buffers = try memory.buffers(at: pointer, count: count)
    let result = try checked {
      buffers.withUnsafeMutableBufferPointer { buffers in
        var message = msghdr()
        message.msg_iov = buffers.baseAddress
        message.msg_iovlen = numericCast(buffers.count)
        return call(&message)
      }
    }
    return UInt32(result)
  }

  /// 1 is reading, 2 writing, 3 both.
  func sockShutdown(_ number: GuestDescriptor, _ how: UInt32) throws(Errno) {
    let socket = try socket(number, .sockShutdown)
    guard (1...3).contains(how) else { throw .invalid }
    guard HostSystem.shutDown(socket.host, reading: how & 1 != 0, writing: how & 2 != 0) == 0 else { throw .ofLastCall }
  }
}
