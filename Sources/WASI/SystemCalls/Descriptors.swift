// What is asked of and done with open files, other than reading and writing.

import OpenBeneath

extension SystemCall {
  func fdClose(_ descriptor: OpenFile) { process.descriptors[descriptor.number] = nil }

  /// Moves a descriptor to a number that is open too; what that number meant is closed.
  func fdRenumber(_ from: OpenFile, _ to: OpenFile) {
    if from.number == to.number { return }
    process.descriptors[from.number] = nil
    process.descriptors[to.number] = from.file
  }

  func fdAdvise(_ descriptor: OpenFile, _ offset: FileOffset, _ count: FileOffset, _ advice: Advice) throws(Errno) {
    let file = descriptor.file
    try file.require(.fdAdvise)
    try succeed(HostSystem.advise(file.host, offset.host, count.host, advice))
  }

  func fdAllocate(_ descriptor: OpenFile, _ offset: FileOffset, _ count: FileOffset) throws(Errno) {
    let file = descriptor.file
    try file.require(.fdAllocate)
    try succeed(HostSystem.allocate(file.host, offset.host, count.host))
  }

  func fdDatasync(_ descriptor: OpenFile) throws(Errno) {
    try descriptor.file.require(.fdDatasync)
    try succeed(HostSystem.syncData(descriptor.file.host))
  }

  func fdSync(_ descriptor: OpenFile) throws(Errno) {
    try descriptor.file.require(.fdSync)
    _ = try checked { fsync(descriptor.file.host) }
  }

  /// For calls that return an error number.
  private func succeed(_ number: Int32) throws(Errno) {
    if number != 0 { throw Errno(host: number) }
  }

  // MARK: fdstat: type, flags, rights

  func fdFdstatGet(_ descriptor: OpenFile, _ result: DescriptorStatusOutput) throws(Errno) {
    let file = descriptor.file
    result.store(file.type, try file.flags, file.rights, inheriting: file.inheriting)
  }

  func fdFdstatSetFlags(_ descriptor: OpenFile, _ flags: DescriptorFlags) throws(Errno) {
    try descriptor.file.require(.fdFdstatSetFlags)
    try descriptor.file.setFlags(flags)
  }

  /// Rights can be given up, never gained.
  func fdFdstatSetRights(_ descriptor: OpenFile, _ rights: Rights, _ inheriting: Rights) throws(Errno) {
    let file = descriptor.file
    guard rights.isSubset(of: file.rights), inheriting.isSubset(of: file.inheriting) else { throw .notCapable }
    file.rights = rights
    file.inheriting = inheriting
  }

  // MARK: filestat: identity, size, times

  func fdFilestatGet(_ descriptor: OpenFile, _ result: FileStatusOutput) throws(Errno) {
    let file = descriptor.file
    try file.require(.fdFilestatGet)
    result.store(try file.information, file.type)
  }

  func fdFilestatSetSize(_ descriptor: OpenFile, _ size: FileOffset) throws(Errno) {
    try descriptor.file.require(.fdFilestatSetSize, else: .invalid)
    _ = try checked { ftruncate(descriptor.file.host, size.host) }
  }

  func fdFilestatSetTimes(_ descriptor: OpenFile, _ access: UInt64, _ modification: UInt64, _ flags: TimeFlags) throws(Errno) {
    try descriptor.file.require(.fdFilestatSetTimes)
    let times = try flags.times(access, modification)
    guard futimens(descriptor.file.host, times) == 0 else { throw .ofLastCall }
  }
}

extension TimeFlags {
  /// Both times as the host wants them.
  func times(_ access: UInt64, _ modification: UInt64) throws(Errno) -> [timespec] {
    [try time(access, .access, .accessNow), try time(modification, .modification, .modificationNow)]
  }

  private func time(_ value: UInt64, _ set: TimeFlags, _ setNow: TimeFlags) throws(Errno) -> timespec {
    switch (contains(set), contains(setNow)) {
    case (true, true): throw .invalid
    case (true, false): timespec(nanoseconds: value)
    case (false, true): timespec(tv_sec: 0, tv_nsec: latch_time_now)
    case (false, false): timespec(tv_sec: 0, tv_nsec: latch_time_omit)
    }
  }
}
