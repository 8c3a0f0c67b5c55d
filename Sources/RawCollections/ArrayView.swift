// The elements of an UncheckedArray for whoever uses them while another owns them: copied freely, as unchecked as the array itself. Valid as long as the
// array neither grows nor goes.

@frozen
public struct ArrayView<Element> {
  @usableFromInline let start: UnsafeMutablePointer<Element>
  @usableFromInline let used: Int

  @inlinable @inline(__always)
  init(start: UnsafeMutablePointer<Element>, count: Int) {
    self.start = start
    used = count
  }

  @inlinable public var count: Int { @inline(__always) get { used } }

  @inlinable @inline(__always)
  public func at(_ index: Int) -> UnsafeMutablePointer<Element> {
    assert(UInt(bitPattern: index) < UInt(bitPattern: used))
    return start + index
  }

  /// So many elements from `first` on. (Of none, `first` does not matter.)
  @inlinable @inline(__always)
  public func slice(_ first: Int, count: Int) -> ArrayView {
    assert(count == 0 || (first >= 0 && count > 0 && first + count <= used))
    return ArrayView(start: start + first, count: count)
  }

  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress { UnsafePointer(at(index)) }
    @inline(__always) nonmutating unsafeMutableAddress { at(index) }
  }
}
