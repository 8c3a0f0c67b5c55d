// What is asked of and done with open files, other than reading and writing.

extension SystemCall {
  func fdClose(_ descriptor: OpenFile) { process.descriptors[descriptor.number] = nil }

  /// Moves a descriptor to a number that is open too; what that number meant is closed.
  func fdRenumber(_ from: OpenFile, _ to: OpenFile) {
    if from.number == to.number { return }
    process.descriptors[from.number] = nil
    process.descriptors[to.number] = from.file
  }

  func fdAdvise(_ descriptor: OpenFile, _ offset: FileOffset, _ count: FileOffset, _ advice: Advice) throws(Errno) {
    try descriptor.file.require(.fdAdvise)
    try descriptor.file.object.advise(offset.host, count.host, advice)
  }

  func fdAllocate(_ descriptor: OpenFile, _ offset: FileOffset, _ count: FileOffset) throws(Errno) {
    try descriptor.file.require(.fdAllocate)
    try descriptor.file.object.allocate(offset.host, count.host)
  }

  func fdDatasync(_ descriptor: OpenFile) throws(Errno) {
    try descriptor.file.require(.fdDatasync)
    try descriptor.file.object.sync(dataOnly: true)
  }

  func fdSync(_ descriptor: OpenFile) throws(Errno) {
    try descriptor.file.require(.fdSync)
    try descriptor.file.object.sync(dataOnly: false)
  }

  // MARK: fdstat: type, flags, rights

  func fdFdstatGet(_ descriptor: OpenFile, _ result: DescriptorStatusOutput) throws(Errno) {
    let file = descriptor.file
    result.store(file.type, try file.object.flags, file.rights, inheriting: file.inheriting)
  }

  func fdFdstatSetFlags(_ descriptor: OpenFile, _ flags: DescriptorFlags) throws(Errno) {
    try descriptor.file.require(.fdFdstatSetFlags)
    try descriptor.file.object.setFlags(flags)
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
    try descriptor.file.require(.fdFilestatGet)
    result.store(try descriptor.file.object.status)
  }

  func fdFilestatSetSize(_ descriptor: OpenFile, _ size: FileOffset) throws(Errno) {
    try descriptor.file.require(.fdFilestatSetSize, else: .invalid)
    try descriptor.file.object.setSize(size.host)
  }

  func fdFilestatSetTimes(_ descriptor: OpenFile, _ access: UInt64, _ modification: UInt64, _ flags: TimeFlags) throws(Errno) {
    try descriptor.file.require(.fdFilestatSetTimes)
    try descriptor.file.object.setTimes(try flags.times(access, modification))
  }
}
