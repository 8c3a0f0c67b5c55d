// A growable array on raw memory for the compilers' inner loops: no reference counting, no exclusivity checks, no
// copy on write, elements must be trivial. Freed with its owner. Everything is inlinable, so that other targets get
// specialised code.
//
// Every access looks whether its index is one of the array's elements, in release builds too: what indices a compiler computes depends on the shape of
// a hostile module, and a mistake must end the process, never read or write what lies beside. `base` alone goes unchecked; it is for filling and copying
// all elements, and for handing them over together with their number.

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
    MemoryCount.charge(self.capacity * MemoryLayout<Element>.stride)
  }

  @inlinable
  deinit {
    storage.deallocate()
    MemoryCount.charge(-capacity * MemoryLayout<Element>.stride)
  }

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
    precondition(used > 0)
    used -= 1
    return storage[used]
  }

  /// Address of an element, for changing single fields; valid until the next append.
  @inlinable @inline(__always)
  public func at(_ index: Int) -> UnsafeMutablePointer<Element> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: used))
    return storage + index
  }

  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress { UnsafePointer(at(index)) }
    @inline(__always) nonmutating unsafeMutableAddress { at(index) }
  }

  /// So many elements from `first` on, in place; valid until the next append. (Of none, `first` does not matter.)
  @inlinable @inline(__always)
  public func slice(_ first: Int, count: Int) -> UnsafeMutableBufferPointer<Element> {
    if count == 0 { return UnsafeMutableBufferPointer(start: storage, count: 0) }
    precondition(first >= 0 && count > 0 && first + count <= used)
    return UnsafeMutableBufferPointer(start: storage + first, count: count)
  }

  /// Makes room for `extra` more elements.
  @inlinable @inline(__always)
  public mutating func reserve(_ extra: Int) {
    if used + extra > capacity { grow(to: used + extra) }
  }

  /// Sets the number of elements; new ones, if any, are left as they are in memory.
  @inlinable
  public mutating func setCount(_ newCount: Int) {
    precondition(newCount >= 0)
    if newCount > capacity { grow(to: newCount) }
    used = newCount
  }

  /// Makes the array so many times one element.
  @inlinable
  public mutating func fill(_ element: Element, count: Int) {
    setCount(count)
    storage.update(repeating: element, count: count)
  }

  @inlinable public mutating func removeAll() { used = 0 }

  /// Exchanges the elements from `first` on end for end.
  @inlinable
  public mutating func reverse(from first: Int = 0) {
    precondition(first >= 0)
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
    MemoryCount.charge(newCapacity * MemoryLayout<Element>.stride)
    let newStorage = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    newStorage.update(from: storage, count: used)
    storage.deallocate()
    MemoryCount.charge(-capacity * MemoryLayout<Element>.stride)
    storage = newStorage
    capacity = newCapacity
  }
}
