// A hash table from words to words outside the moving heap, by identity: source positions, cycle detection. Open addressing,
// linear probing, at most half full. Key 0 (the fixnum 0) cannot be stored. When there is no memory for more entries, `set` adds none and the operation
// gives up (LongWork.swift).
import GuestABI

public struct WordTable {
  private var base: Address = 0
  private var pages = 0
  private var capacity = 0
  public private(set) var count = 0

  /// Whether the table is for longer than one operation: then it gets its memory whatever is left.
  private let isPermanent: Bool

  public init() { isPermanent = false }
  init(isPermanent: Bool) { self.isPermanent = isPermanent }

  /// Gives the memory back.
  public mutating func free() {
    if pages > 0 { PageAllocator.free(base, pages: pages) }
    self = WordTable(isPermanent: isPermanent)
  }

  /// Forgets all entries, and keeps a little memory.
  public mutating func removeAll() {
    if count == 0 { return }
    if pages > 4 { return free() }
    fillWords(base, count: capacity * 2, with: 0)
    count = 0
  }

  /// The value for a key, or nil.
  public func value(_ key: Word) -> Word? {
    if count == 0 { return nil }
    let slot = slot(of: key)
    return load64(slot) == key ? load64(slot &+ 8) : nil
  }

  /// Adds or replaces.
  public mutating func set(_ key: Word, _ value: Word) {
    if (count + 1) * 2 > capacity && !grow() { return }
    let slot = slot(of: key)
    if load64(slot) == 0 { count += 1 }
    store64(slot, key)
    store64(slot &+ 8, value)
  }

  private func slot(of key: Word) -> Address {
    var hash = key &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
    var index = Int(truncatingIfNeeded: hash) & (capacity - 1)
    while true {
      let slot = base &+ UInt32(truncatingIfNeeded: index) &* 16
      let found = load64(slot)
      if found == key || found == 0 { return slot }
      index = (index + 1) & (capacity - 1)
    }
  }

  private mutating func grow() -> Bool {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let old = self
    let newPages = max(1, old.pages * 2)
    let new =
      isPermanent
      ? PageAllocator.allocate(pages: newPages, use: PageUse.permanent) : PageAllocator.allocateIfThereIsRoom(pages: newPages)
    if new == 0 {
      if isPermanent { abortRuntime("out of memory") }
      LongWork.runOutOfMemory()
      return false
    }
    pages = newPages
    base = new
    capacity = pages * pageSize / 16
    fillWords(base, count: capacity * 2, with: 0)
    for index in 0..<UInt32(old.capacity) {
      let key = load64(old.base &+ index &* 16)
      if key == 0 { continue }
      let slot = slot(of: key)
      store64(slot, key)
      store64(slot &+ 8, load64(old.base &+ index &* 16 &+ 8))
    }
    if old.pages > 0 { PageAllocator.free(old.base, pages: old.pages) }
    return true
  }
}
