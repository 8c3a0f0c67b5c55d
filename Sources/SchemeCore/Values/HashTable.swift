// Hash tables from values to values, by `eq?`, `eqv?`, `equal?` or `string=?`. The entries stand in the order in which they were made, so a table can be
// walked by number while it changes; an index of open addressing, kept at most half full, leads from hashes to entries.
//
// A key that is compared by identity and lives in the moving heap hashes by its address, so the index of a table with such keys is made again at the next use after one
// has moved: after the next collection if one is young, else when old objects are copied, which is rare.
import GuestABI

enum HashTable {
  /// How keys are compared.
  enum Kind {
    static let eq = 0
    static let eqv = 1
    static let equal = 2
    static let string = 3
  }
  fileprivate enum Field: Int, FieldName {
    /// A fixnum, see `Kind`.
    case kind
    /// The number of entries that are there.
    case count
    /// The number of entries ever made in `entries`, deleted ones among them.
    case used
    /// A vector: key, value, key, value ...
    case entries
    /// A bytevector of 32-bit numbers: entry number plus one, 0 where nothing is.
    case index
    /// The collection after which the index was made, if the address of a young key matters; `addressesOfOld` if only those of old ones do; -1 if none does; -2 if it is to
    /// be made anew.
    case epoch
    static var words: Int { epoch.rawValue + 1 }
  }
  /// What stands for the key of a deleted entry; no program can have it as a key.
  static var hole: Word { Constant.undefined }

  static func make(kind: Int) -> Word {
    let table = allocateObject(.hashTable, words: Field.words)
    table.setField(Field.kind, .fixnum(kind))
    reset(table)
    return table
  }

  /// Empties a table.
  static func reset(_ table: Word) {
    table.setField(Field.count, 0)
    table.setField(Field.used, 0)
    table.setField(Field.entries, makeVector(count: 16, fill: 0))
    table.setField(Field.index, makeBytevector(count: 64, fill: 0))
    table.setField(Field.epoch, .fixnum(-1))
  }

  static func count(_ table: Word) -> Int { table.field(Field.count).index }
  /// Entries have numbers from 0 to below this.
  static func slots(_ table: Word) -> Int { table.field(Field.used).index }
  static func key(_ table: Word, _ entry: Int) -> Word { vectorElement(table.field(Field.entries), 2 * entry) }
  static func value(_ table: Word, _ entry: Int) -> Word { vectorElement(table.field(Field.entries), 2 * entry + 1) }

  // MARK: Hashing

  /// Whether a key's hash is its address.
  @inline(__always)
  private static func hashesByAddress(_ key: Word, _ kind: Int) -> Bool {
    key.isPointer && !key.isSymbol && isComparedByIdentity(key, kind)
  }

  @inline(__always)
  private static func hash(_ key: Word, _ kind: Int) -> UInt32 {
    if key.isPointer && kind != Kind.eq {
      if kind >= Kind.equal { return Hashing.equal(key) }
      if key.isObject && NumberKind.of(key) != .none { return Hashing.equal(key) }
    }
    return Hashing.mix(key)
  }

  @inline(__always)
  private static func matches(_ a: Word, _ b: Word, _ kind: Int) -> Bool {
    if a == b { return true }
    if kind == Kind.eq || !a.isPointer || !b.isPointer { return false }
    return kind == Kind.eqv ? isEqv(a, b) : isEqual(a, b)
  }

  // MARK: Finding

  @inline(__always)
  private static func slot(_ table: Word, _ position: UInt32) -> Address {
    bytevectorBytes(table.field(Field.index)) &+ position &* 4
  }

  /// The number of a key's entry, or -1. May give up, as may whatever calls it (LongWork.swift): many keys can have one hash.
  static func find(_ table: Word, _ key: Word) -> Int {
    let kind = table.field(Field.kind).index
    refresh(table)
    if isComparedByIdentity(key, kind) { return find(table, Hashing.mix(key)) { $0 == key } }
    if key.isString { return find(table, hash(key, kind)) { $0.isString && areEqualStrings(key, $0) } }
    return find(table, hash(key, kind)) { matches($0, key, kind) }
  }

  @inline(__always)
  private static func find(_ table: Word, _ hash: UInt32, _ matches: (Word) -> Bool) -> Int {
    let index = table.field(Field.index)
    let (slots, keys) = (bytevectorBytes(index), vectorElements(table.field(Field.entries)))
    let mask = UInt32(bytevectorCount(index) / 4 - 1)
    var position = hash & mask
    while true {
      let entry = load32(slots &+ position &* 4)
      if entry == 0 { return -1 }
      if matches(load64(keys &+ (entry &- 1) &* 16)) { return Int(entry &- 1) }
      if LongWork.step() { return -1 }
      position = (position &+ 1) & mask
    }
  }

  /// Whether no other key is the same; the hash is that of the word then.
  @inline(__always)
  private static func isComparedByIdentity(_ key: Word, _ kind: Int) -> Bool {
    if kind == Kind.eq || !key.isPointer || key.isSymbol { return true }
    return kind == Kind.eqv && (!key.isObject || NumberKind.of(key) == .none)
  }

  /// Makes the index again if keys may have moved.
  @inline(__always)
  private static func refresh(_ table: Word) {
    let epoch = table.field(Field.epoch)
    if epoch != .fixnum(-1) && epoch != addressesOfOld && epoch != .fixnum(heapState.statistics.collections) { makeIndex(table) }
  }

  /// The epoch of a table in which the addresses of old objects matter, until these move.
  @inline(__always)
  private static var addressesOfOld: Word { .fixnum(-3 &- heapState.statistics.movingCollections) }

  private static func noteAddress(of key: Word, _ table: Word) {
    if PageAllocator.use(of: UInt32(truncatingIfNeeded: key)) == PageUse.nursery {
      table.setField(Field.epoch, .fixnum(heapState.statistics.collections))
    } else if table.field(Field.epoch) == .fixnum(-1) {
      table.setField(Field.epoch, addressesOfOld)
    }
  }

  @inline(never)
  private static func makeIndex(_ table: Word) {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let index = table.field(Field.index)
    let kind = table.field(Field.kind).index
    fillWords(bytevectorBytes(index), count: bytevectorCount(index) / 8, with: 0)
    table.setField(Field.epoch, .fixnum(-1))
    for entry in 0..<slots(table) {
      let key = key(table, entry)
      if key != hole { enter(table, entry, key, kind) }
      if LongWork.step() { return table.setField(Field.epoch, .fixnum(-2)) }
    }
  }

  /// Puts an entry into the index.
  private static func enter(_ table: Word, _ entry: Int, _ key: Word, _ kind: Int) {
    let mask = UInt32(bytevectorCount(table.field(Field.index)) / 4 - 1)
    var position = hash(key, kind) & mask
    while load32(slot(table, position)) != 0 {
      // An entry that is not in the index is found by nobody: the index is made anew later.
      if LongWork.step() { return table.setField(Field.epoch, .fixnum(-2)) }
      position = (position &+ 1) & mask
    }
    if hashesByAddress(key, kind) { noteAddress(of: key, table) }
    store32(slot(table, position), UInt32(entry + 1))
  }

  // MARK: Changing

  /// Adds or replaces; false when there is no memory for more, or when it has given up.
  static func set(_ table: Word, _ key: Word, _ value: Word) -> Bool {
    let found = find(table, key)
    if LongWork.isAbandoned { return false }
    if found >= 0 {
      setVectorElement(table.field(Field.entries), 2 * found + 1, value)
      return true
    }
    if slots(table) * 2 == vectorCount(table.field(Field.entries)) && !grow(table) { return false }
    let entry = slots(table)
    setVectorElement(table.field(Field.entries), 2 * entry, key)
    setVectorElement(table.field(Field.entries), 2 * entry + 1, value)
    table.setField(Field.used, .fixnum(entry + 1))
    table.setField(Field.count, .fixnum(count(table) + 1))
    enter(table, entry, key, table.field(Field.kind).index)
    return true
  }

  /// Deletes a key; whether it was there. The entry becomes a hole: the index still leads to it, so that searches go on past it.
  static func delete(_ table: Word, _ key: Word) -> Bool {
    let entry = find(table, key)
    if entry < 0 { return false }
    setVectorElement(table.field(Field.entries), 2 * entry, hole)
    setVectorElement(table.field(Field.entries), 2 * entry + 1, 0)
    table.setField(Field.count, .fixnum(count(table) - 1))
    return true
  }

  /// Makes room for another entry: drops the holes if they are many, doubles the table otherwise.
  private static func grow(_ table: Word) -> Bool {
    let old = table.field(Field.entries)
    let used = slots(table)
    let isFull = count(table) * 2 > used
    if isFull && !Heap.hasRoom(bytes: Int64(used) * 64 + 64) { return false }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    // A table whose keys come and go stays where it is.
    let entries = isFull ? makeVector(count: 4 * used, fill: 0) : old
    var next = 0
    for entry in 0..<used {
      let key = vectorElement(old, 2 * entry)
      if key == hole { continue }
      setVectorElement(entries, 2 * next, key)
      setVectorElement(entries, 2 * next + 1, vectorElement(old, 2 * entry + 1))
      next += 1
    }
    table.setField(Field.used, .fixnum(next))
    if isFull {
      table.setField(Field.entries, entries)
      table.setField(Field.index, makeBytevector(count: used * 16, fill: 0))
    } else {
      fillWords(vectorElements(entries) &+ UInt32(next) &* 16, count: 2 * (used - next), with: 0)
    }
    makeIndex(table)
    return true
  }

  /// A copy; nil when there is no memory for it.
  static func copy(_ table: Word) -> Word? {
    let (entries, index) = (table.field(Field.entries), table.field(Field.index))
    if !Heap.hasRoom(bytes: Int64(vectorCount(entries)) * 8 + Int64(bytevectorCount(index)) + 128) { return nil }
    let result = allocateObject(.hashTable, words: Field.words)
    for field in 0..<Field.words { result.setField(field, table.field(field)) }
    let newEntries = allocateObject(.vector, words: vectorCount(entries))
    copyMemory(to: vectorElements(newEntries), from: vectorElements(entries), bytes: vectorCount(entries) * 8)
    let newIndex = makeBytevector(count: bytevectorCount(index), fill: 0)
    copyMemory(to: bytevectorBytes(newIndex), from: bytevectorBytes(index), bytes: bytevectorCount(index))
    result.setField(Field.entries, newEntries)
    result.setField(Field.index, newIndex)
    return result
  }
}

/// What generated code knows of hash tables.
public enum HashTableLayout {
  // Fields.
  public static var used: Int { HashTable.Field.used.rawValue }
  public static var entries: Int { HashTable.Field.entries.rawValue }
  public static var index: Int { HashTable.Field.index.rawValue }
  public static var epoch: Int { HashTable.Field.epoch.rawValue }
  /// The epoch of a table whose index holds for ever.
  public static var noEpoch: Word { .fixnum(-1) }
  /// The hash of a key without address: that of its upper half mixed with the lower one, times this, the upper half of the product.
  public static var multiplier: Word { 0x9E37_79B9_7F4A_7C15 }
}

/// Hashes that depend on nothing but a value's content.
enum Hashing {
  @inline(__always)
  static func mix(_ word: Word) -> UInt32 {
    let product = (word ^ word >> 32) &* HashTableLayout.multiplier
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// How many parts of a datum count.
  private static let maximumParts = 64

  /// Equal for values that are `equal?`.
  static func equal(_ value: Word) -> UInt32 {
    if !value.isPair && !value.isVector { return atom(value) }
    var hash: UInt32 = 17
    var parts = 0
    var stack = ScratchStack()
    stack.push(value)
    while stack.count > 0 && parts < maximumParts && !LongWork.isAbandoned {
      var part = stack.pop()
      parts += 1
      while part.isPair && parts < maximumParts {
        hash = hash &* 31 &+ 1
        if car(part).isPair || car(part).isVector {
          stack.push(cdr(part))
          part = car(part)
        } else {
          hash = hash &* 31 &+ atom(car(part))
          part = cdr(part)
        }
        parts += 1
      }
      if part.isVector {
        hash = hash &* 31 &+ UInt32(vectorCount(part))
        for index in 0..<min(vectorCount(part), 16) { stack.push(vectorElement(part, index)) }
      } else if !part.isPair {
        hash = hash &* 31 &+ atom(part)
      }
    }
    return mix(Word(hash))
  }

  private static func atom(_ value: Word) -> UInt32 {
    if !value.isPointer { return mix(value) }
    if !value.isObject { return 3 }
    switch value.objectKind {
    case .symbol: return mix(value)
    case .string:
      var hash: UInt32 = 0x811C_9DC5
      if LongWork.step(stringCount(value) / 64) { return 0 }
      for index in 0..<stringCount(value) { hash = (hash ^ stringElement(value, index)) &* 0x0100_0193 }
      return mix(Word(hash))
    case .bytevector: return bytes(bytevectorBytes(value), bytevectorCount(value))
    case .flonum: return mix(value.field(0))
    case .bignum:
      let limbs = Bignum.limbs(value)
      return bytes(value.address &+ 16, limbs.count * 8)
    case .ratnum, .compnum: return atom(value.field(0)) &* 31 &+ atom(value.field(1))
    default: return UInt32(value.objectKind.rawValue)
    }
  }

  private static func bytes(_ address: Address, _ count: Int) -> UInt32 {
    if LongWork.step(count / 64) { return 0 }
    var hash: UInt32 = 0x811C_9DC5
    for index in 0..<UInt32(count) { hash = (hash ^ UInt32(load8(address &+ index))) &* 0x0100_0193 }
    return mix(Word(hash))
  }

  /// Equal for strings that are `string-ci=?`.
  static func folded(_ string: Word) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    var scalars = StringCase.Folded(string)
    while let scalar = scalars.next() { hash = (hash ^ scalar) &* 0x0100_0193 }
    return mix(Word(hash))
  }
}
