// What is asked of and done with open files, other than reading and writing.

import OpenBeneath

extension SystemCall {
  func fdClose(_ number: GuestDescriptor) throws(Errno) {
    _ = try descriptor(number)
    process.descriptors[number] = nil
  }

  /// Moves a descriptor to a number that is open too; what that number meant is closed.
  func fdRenumber(_ from: GuestDescriptor, _ to: GuestDescriptor) throws(Errno) {
    let file = try descriptor(from)
    _ = try descriptor(to)
    if from == to { return }
    process.descriptors[from] = nil
    process.descriptors[to] = file
  }

  func fdAdvise(_ number: GuestDescriptor, _ offset: UInt64, _ count: UInt64, _ advice: UInt32) throws(Errno) {
    let file = try descriptor(number, .fdAdvise)
    let advice = try Errno.check(UInt8(truncatingIfNeeded: advice), as: Advice.self)
    try succeed(HostSystem.advise(file.host, try SystemCall.offset(offset), try SystemCall.offset(count), advice))
  }

  func fdAllocate(_ number: GuestDescriptor, _ offset: UInt64, _ count: UInt64) throws(Errno) {
    let file = try descriptor(number, .fdAllocate)
    try succeed(HostSystem.allocate(file.host, try SystemCall.offset(offset), try SystemCall.offset(count)))
  }

  func fdDatasync(_ number: GuestDescriptor) throws(Errno) {
    try succeed(HostSystem.syncData(try descriptor(number, .fdDatasync).host))
  }

  func fdSync(_ number: GuestDescriptor) throws(Errno) {
    _ = try checked { [file = try descriptor(number, .fdSync)] in fsync(file.host) }
  }

  /// For calls that return an error number.
  private func succeed(_ number: Int32) throws(Errno) {
    if number != 0 { throw Errno(host: number) }
  }

  // MARK: fdstat: type, flags, rights

  func fdFdstatGet(_ number: GuestDescriptor, _ result: GuestPointer) throws(Errno) {
    let file = try descriptor(number)
    let record = try memory.bytes(at: result, count: 24)
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record[0] = file.type.rawValue
    try memory.store(file.flags.rawValue, at: Int(result) + 2)
    try memory.store(file.rights.rawValue, at: Int(result) + 8)
    try memory.store(file.inheriting.rawValue, at: Int(result) + 16)
  }

  func fdFdstatSetFlags(_ number: GuestDescriptor, _ flags: UInt32) throws(Errno) {
    let file = try descriptor(number, .fdFdstatSetFlags)
    try file.setFlags(try Errno.check(UInt16(truncatingIfNeeded: flags), in: DescriptorFlags.all))
  }

  /// Rights can be given up, never gained.
  func fdFdstatSetRights(_ number: GuestDescriptor, _ rights: UInt64, _ inheriting: UInt64) throws(Errno) {
    let file = try descriptor(number)
    let (rights, inheriting) = (Rights(rawValue: rights), Rights(rawValue: inheriting))
    guard rights.isSubset(of: file.rights), inheriting.isSubset(of: file.inheriting) else { throw .notCapable }
    file.rights = rights
    file.inheriting = inheriting
  }

  // MARK: filestat: identity, size, times

  func fdFilestatGet(_ number: GuestDescriptor, _ result: GuestPointer) throws(Errno) {
    let file = try descriptor(number, .fdFilestatGet)
    try write(try file.information, file.type, at: result)
  }

  func fdFilestatSetSize(_ number: GuestDescriptor, _ size: UInt64) throws(Errno) {
    let file = try descriptor(number, .fdFilestatSetSize)
    let size = try SystemCall.offset(size)
    _ = try checked { ftruncate(file.host, size) }
  }

  func fdFilestatSetTimes(_ number: GuestDescriptor, _ access: UInt64, _ modification: UInt64, _ flags: UInt32) throws(Errno) {
    let file = try descriptor(number, .fdFilestatSetTimes)
    let times = try SystemCall.times(access, modification, flags)
    guard futimens(file.host, times) == 0 else { throw .ofLastCall }
  }

  /// Writes the 64 bytes of a `filestat`.
  func write(_ information: stat, _ type: FileType, at result: GuestPointer) throws(Errno) {
    let record = try memory.bytes(at: result, count: 64)
    record.initializeMemory(as: UInt8.self, repeating: 0)
    func store(_ value: UInt64, at offset: Int) { record.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self) }
    store(UInt64(truncatingIfNeeded: information.st_dev), at: 0)
    store(UInt64(information.st_ino), at: 8)
    record[16] = type.rawValue
    store(UInt64(information.st_nlink), at: 24)
    store(UInt64(information.st_size), at: 32)
    store(HostSystem.accessTime(information).nanoseconds, at: 40)
    store(HostSystem.modificationTime(information).nanoseconds, at: 48)
    store(HostSystem.changeTime(information).nanoseconds, at: 56)
  }

  /// Both times as the host wants them.
  static func times(_ access: UInt64, _ modification: UInt64, _ flags: UInt32) throws(Errno) -> [timespec] {
    let flags = try Errno.check(UInt16(truncatingIfNeeded: flags), in: TimeFlags.all)
    func time(_ value: UInt64, _ set: TimeFlags, _ setNow: TimeFlags) throws(Errno) -> timespec {
      switch (flags.contains(set), flags.contains(setNow)) {
      case (true, true): throw .invalid
      case (true, false): timespec(nanoseconds: value)
      case (false, true): timespec(tv_sec: 0, tv_nsec: latch_time_now)
      case (false, false): timespec(tv_sec: 0, tv_nsec: latch_time_omit)
      }
    }
    return [try time(access, .access, .accessNow), try time(modification, .modification, .modificationNow)]
  }
}
