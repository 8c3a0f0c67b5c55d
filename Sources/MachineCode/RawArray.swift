// A growable array on raw memory for the compilers' inner loops: no reference counting, no exclusivity checks, no
// copy on write, elements must be trivial. Freed with its owner.

public struct RawArray<Element>: ~Copyable {
  @usableFromInline var storage: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  public private(set) var count: Int

  public init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    storage = .allocate(capacity: self.capacity)
    count = 0
  }

  deinit { storage.deallocate() }

  /// Address of element 0; valid until the next append.
  @inline(__always) public var base: UnsafeMutablePointer<Element> { storage }

  @inline(__always)
  public mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    storage[count] = element
    count += 1
  }

  @inline(__always)
  public mutating func removeLast() -> Element {
    count -= 1
    return storage[count]
  }

  @inline(__always)
  public subscript(index: Int) -> Element {
    get { storage[index] }
    nonmutating set { storage[index] = newValue }
  }

  /// Makes room for `extra` more elements.
  @inline(__always)
  public mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(to: count + extra) }
  }

  /// Sets the number of elements; new ones, if any, are left as they are in memory.
  public mutating func setCount(_ newCount: Int) {
    if newCount > capacity { grow(to: newCount) }
    count = newCount
  }

  public mutating func removeAll() { count = 0 }

  @inline(never)
  private mutating func grow(to needed: Int) {
    let newCapacity = max(needed, capacity * 2)
    let newStorage = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    newStorage.update(from: storage, count: count)
    storage.deallocate()
    storage = newStorage
    capacity = newCapacity
  }
}
