// Open files of the guest: what is open, the rights that come with it, and the table that the guest's numbers index.

/// A file that the guest has open.
final class Descriptor {
  let object: any FileObject
  var type: FileType { object.type }
  var rights: Rights
  /// The rights that files opened by a path from here may have at most.
  var inheriting: Rights
  /// What a file of its kind can be used for at all.
  private let possible: Rights
  /// The path by which the guest knows the directory, for those that are open from the start.
  let preopenedAs: [UInt8]?

  /// Of the rights, the descriptor gets those that a file of its kind can have.
  init(_ object: any FileObject, rights: Rights, inheriting: Rights = [], preopenedAs: [UInt8]? = nil) {
    self.object = object
    var possible = Rights.applicable(to: object.type)
    // By these, the C library tells a terminal from other devices.
    if object.isTerminal { possible.subtract([.fdSeek, .fdTell]) }
    self.possible = possible
    self.rights = rights.intersection(possible)
    self.inheriting = inheriting
    self.preopenedAs = preopenedAs
  }

  /// A descriptor of the host, used as it is and left open; nil if it is not open.
  convenience init?(inherited host: Int32) {
    guard let file = HostFile.inherited(host) else { return nil }
    self.init(file, rights: file.openedFor)
  }

  /// Throws unless the guest has some rights: `notCapable` for those that it could have, else why no file of this kind can do it.
  func require(_ needed: Rights, else impossible: Errno = .invalidSeek) throws(Errno) {
    if rights.isSuperset(of: needed) { return }
    if possible.isSuperset(of: needed) { throw .notCapable }
    throw type == .directory && !needed.isDisjoint(with: .content) ? .isDirectory : impossible
  }
}

/// The guest's numbers and what they mean.
struct DescriptorTable {
  /// The most that a program may have open.
  static let maximumCount = 1 << 16

  private var slots: [Descriptor?] = []
  /// All before it are taken.
  private var firstFree = 0

  subscript(_ number: GuestDescriptor) -> Descriptor? {
    get { Int(number) < slots.count ? slots[Int(number)] : nil }
    set {
      slots[Int(number)] = newValue
      if newValue == nil { firstFree = min(firstFree, Int(number)) }
    }
  }

  /// Adds one under the number after the highest.
  mutating func append(_ descriptor: Descriptor?) { slots.append(descriptor) }

  /// To be called before something is opened, so that what fails has had no effect.
  mutating func requireRoom() throws(Errno) {
    findFree()
    if firstFree >= DescriptorTable.maximumCount { throw .tooManyOpenFiles }
  }

  /// Adds one under the lowest number that is free.
  mutating func add(_ descriptor: Descriptor) -> GuestDescriptor {
    findFree()
    if firstFree == slots.count { slots.append(descriptor) } else { slots[firstFree] = descriptor }
    return GuestDescriptor(firstFree)
  }

  private mutating func findFree() {
    while firstFree < slots.count && slots[firstFree] != nil { firstFree += 1 }
  }
}
