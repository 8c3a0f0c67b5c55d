// A RawArray whose accesses look at nothing in release builds (in debug builds they do), for the optimizing compiler's analyses, passes and register
// allocation, where looking took a fifth of the time. What makes that safe: a module chooses none of the indices. They are numbers of values, blocks,
// registers, ranges and points, which the compiler itself has given by appending, and no array of these becomes shorter before the function is done. What a module's
// bytes say (locals, labels, operands, snapshots) is looked up by the graph's builder and by the baseline compiler, in RawArrays.

@frozen
public struct UncheckedArray<Element>: ~Copyable {
  @usableFromInline var array: RawArray<Element>

  @inlinable
  public init(capacity: Int = 16) { array = RawArray(capacity: capacity) }

  @inlinable public var count: Int { @inline(__always) get { array.used } }

  /// Address of element 0; valid until the next append.
  @inlinable public var base: UnsafeMutablePointer<Element> { @inline(__always) get { array.storage } }

  @inlinable @inline(__always)
  public mutating func append(_ element: Element) { array.append(element) }

  @inlinable @inline(__always)
  public mutating func removeLast() -> Element { array.removeLast() }

  /// Address of an element, for changing single fields; valid until the next append.
  @inlinable @inline(__always)
  public func at(_ index: Int) -> UnsafeMutablePointer<Element> {
    assert(UInt(bitPattern: index) < UInt(bitPattern: array.used))
    return array.storage + index
  }

  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress { UnsafePointer(at(index)) }
    @inline(__always) nonmutating unsafeMutableAddress { at(index) }
  }

  /// So many elements from `first` on, in place; valid until the next append. (Of none, `first` does not matter.)
  @inlinable @inline(__always)
  public func slice(_ first: Int, count: Int) -> UnsafeMutableBufferPointer<Element> {
    assert(count == 0 || (first >= 0 && count > 0 && first + count <= array.used))
    return UnsafeMutableBufferPointer(start: array.storage + first, count: count)
  }

  /// All elements; valid until the next append.
  @inlinable public var view: ArrayView<Element> { @inline(__always) get { ArrayView(start: array.storage, count: array.used) } }

  /// Makes room for `extra` more elements.
  @inlinable @inline(__always)
  public mutating func reserve(_ extra: Int) { array.reserve(extra) }

  /// Sets the number of elements; new ones, if any, are left as they are in memory.
  @inlinable
  public mutating func setCount(_ newCount: Int) { array.setCount(newCount) }

  /// Makes the array so many times one element.
  @inlinable
  public mutating func fill(_ element: Element, count: Int) { array.fill(element, count: count) }

  @inlinable public mutating func removeAll() { array.used = 0 }

  /// Exchanges the elements from `first` on end for end.
  @inlinable
  public mutating func reverse(from first: Int = 0) { array.reverse(from: first) }
}
