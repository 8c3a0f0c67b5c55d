// Places for the records that calls fill in. Their layouts are those of the specification's two snapshots.

/// A place for a `fdstat`: what a descriptor is and what may be done with it.
struct DescriptorStatusOutput: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer] }
  private let record: UnsafeMutableRawBufferPointer
  private let snapshot: Snapshot

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    record = try decoder.call.memory.bytes(at: decoder.number32(), count: 24)
    snapshot = decoder.call.snapshot
  }

  func store(_ type: FileType, _ flags: DescriptorFlags, _ rights: Rights, inheriting: Rights) {
    let known = snapshot.rights
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record[0] = type.rawValue
    record.store(flags.rawValue, at: 2)
    record.store(rights.intersection(known).rawValue, at: 8)
    record.store(inheriting.intersection(known).rawValue, at: 16)
  }
}

/// A place for a `filestat`: identity, size and times of a file.
struct FileStatusOutput: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer] }
  private let record: UnsafeMutableRawBufferPointer
  private let snapshot: Snapshot

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    snapshot = decoder.call.snapshot
    record = try decoder.call.memory.bytes(at: decoder.number32(), count: snapshot == .unstable ? 56 : 64)
  }

  func store(_ status: FileStatus) {
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record.store(status.device, at: 0)
    record.store(status.inode, at: 8)
    record[16] = status.type.rawValue
    // The older snapshot counts links in 32 bits, in what is padding in the newer one.
    if snapshot == .unstable { record.store(UInt32(clamping: status.links), at: 20) } else { record.store(status.links, at: 24) }
    let rest = snapshot == .unstable ? 24 : 32
    record.store(status.size, at: rest)
    record.store(status.accessTime, at: rest + 8)
    record.store(status.modificationTime, at: rest + 16)
    record.store(status.changeTime, at: rest + 24)
  }
}

/// A place for a `prestat`: what kind of thing a descriptor was from the start, and the length of its name.
struct PreopenedOutput: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer] }
  private let record: UnsafeMutableRawBufferPointer

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    record = try decoder.call.memory.bytes(at: decoder.number32(), count: 8)
  }

  /// Directories, whose tag is 0, are the only kind.
  func store(nameCount: Int) {
    record.store(UInt32(0), at: 0)
    record.store(UInt32(nameCount), at: 4)
  }
}
