// A growable array on raw memory for the compilers' inner loops: no reference counting, no exclusivity checks, no
// copy on write, elements must be trivial. Freed with its owner. Everything is inlinable, so that other targets get
// specialised code.

@frozen
public struct RawArray<Element>: ~Copyable {
  @usableFromInline var storage: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  @usableFromInline var used: Int

  @inlinable
  public init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    storage = .allocate(capacity: self.capacity)
    used = 0
  }

  @inlinable
  deinit { storage.deallocate() }

  @inlinable public var count: Int { @inline(__always) get { used } }

  /// Address of element 0; valid until the next append.
  @inlinable public var base: UnsafeMutablePointer<Element> { @inline(__always) get { storage } }

  @inlinable @inline(__always)
  public mutating func append(_ element: Element) {
    if used == capacity { grow(to: used + 1) }
    storage[used] = element
    used += 1
  }

  @inlinable @inline(__always)
  public mutating func removeLast() -> Element {
    used -= 1
    return storage[used]
  }

  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) get { storage[index] }
    @inline(__always) nonmutating set { storage[index] = newValue }
  }

  /// Makes room for `extra` more elements.
  @inlinable @inline(__always)
  public mutating func reserve(_ extra: Int) {
    if used + extra > capacity { grow(to: used + extra) }
  }

  /// Sets the number of elements; new ones, if any, are left as they are in memory.
  @inlinable
  public mutating func setCount(_ newCount: Int) {
    if newCount > capacity { grow(to: newCount) }
    used = newCount
  }

  @inlinable public mutating func removeAll() { used = 0 }

  /// Exchanges the elements from `first` on end for end.
  @inlinable
  public mutating func reverse(from first: Int = 0) {
    var low = first
    var high = used - 1
    while low < high {
      let element = storage[low]
      storage[low] = storage[high]
      storage[high] = element
      low += 1
      high -= 1
    }
  }

  @inlinable @inline(never)
  mutating func grow(to needed: Int) {
    let newCapacity = max(needed, capacity * 2)
    let newStorage = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    newStorage.update(from: storage, count: used)
    storage.deallocate()
    storage = newStorage
    capacity = newCapacity
  }
}
