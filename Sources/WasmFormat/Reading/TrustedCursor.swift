// The cursor for bodies that have been validated: nothing is checked, nothing is thrown.

/// A place in valid bytes.
public struct TrustedCursor: BinaryCursor {
  public typealias Failure = Never

  public var pc: UnsafePointer<UInt8>

  @inlinable @inline(__always)
  public init(_ pc: UnsafePointer<UInt8>) { self.pc = pc }

  @inlinable @inline(__always)
  public func need(_ count: Int) {}

  @inlinable @inline(__always)
  public func require(
    _ condition: @autoclosure () -> Bool, _ fault: @autoclosure () -> BinaryFault, at place: @autoclosure () -> UnsafePointer<UInt8>
  ) {}

  @inlinable @inline(__always)
  public func allows(_ features: Features) -> Bool { true }
}
