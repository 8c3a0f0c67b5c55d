// sock_*: for sockets that were passed on to the program. A program cannot make one.

extension SystemCall {
  func sockAccept(_ socket: OpenSocket, _ flags: DescriptorFlags, _ result: Output<UInt32>) throws(Errno) {
    let listener = socket.object
    try socket.file.require(.sockAccept)
    guard flags.isSubset(of: .nonblocking) else { throw .invalid }
    // What does not listen is not waited for.
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(listener.host, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else { throw .invalid }
    try process.descriptors.requireRoom()
    try listener.wait(for: Int32(POLLIN))
    let host = try checked { accept(listener.host, nil, nil) }
    _ = fcntl(host, F_SETFD, FD_CLOEXEC)
    let connection = HostFile(owning: host, type: .streamSocket)
    if !flags.isEmpty { try connection.setFlags(.nonblocking) }
    result.store(process.descriptors.add(Descriptor(connection, rights: .all)))
  }

  /// The flags that come back say whether a message was cut off.
  func sockRecv(
    _ socket: OpenSocket, _ buffers: GuestBuffers, _ flags: ReceiveFlags, _ result: Output<UInt32>, _ resultFlags: Output<UInt16>
  ) throws(Errno) {
    try socket.file.require(.fdRead)
    try socket.object.wait(for: Int32(POLLIN))
    var hostFlags: Int32 = 0
    if flags.contains(.peek) { hostFlags |= HostSystem.peek }
    if flags.contains(.waitForAll) { hostFlags |= HostSystem.waitForAll }
    var isCutOff = false
    let received = try transfer(buffers) { message in
      let received = recvmsg(socket.object.host, &message, hostFlags)
      isCutOff = Int32(message.msg_flags) & HostSystem.isCutOff != 0
      return received
    }
    result.store(received)
    resultFlags.store(isCutOff ? 1 : 0)
  }

  func sockSend(_ socket: OpenSocket, _ buffers: GuestBuffers, _ flags: SendFlags, _ result: Output<UInt32>) throws(Errno) {
    try socket.file.require(.fdWrite)
    try socket.object.wait(for: Int32(POLLOUT))
    result.store(try transfer(buffers) { sendmsg(socket.object.host, &$0, HostSystem.withoutSignal) })
  }

  private func transfer(_ buffers: GuestBuffers, _ call: (inout msghdr) -> Int) throws(Errno) -> UInt32 {
    var buffers = buffers.buffers
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

  func sockShutdown(_ socket: OpenSocket, _ how: ShutdownFlags) throws(Errno) {
    try socket.file.require(.sockShutdown)
    guard !how.isEmpty else { throw .invalid }
    guard HostSystem.shutDown(socket.object.host, reading: how.contains(.reading), writing: how.contains(.writing)) == 0 else { throw .ofLastCall }
  }
}
