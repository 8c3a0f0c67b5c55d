// The cursor for bodies that have been validated: nothing is checked, nothing is thrown.

/// A place in valid bytes.
public struct TrustedCursor: BinaryCursor {
  public typealias Failure = Never

  public var pc: UnsafePointer<UInt8>

  @inlinable @inline(__always)
  public init(_ pc: UnsafePointer<UInt8>) { self.pc = pc }

  @inlinable public static var checks: Bool { @inline(__always) get { false } }

  @inlinable @inline(__always)
  public func has(_ count: Int) -> Bool { true }

  /// Goes from a body's start to its first operator.
  public mutating func skipLocals() {
    for _ in 0..<u32() {
      _ = u32()
      _ = valueType()
    }
  }

  public func failure(_ fault: BinaryFault, at place: UnsafePointer<UInt8>) -> Never { preconditionFailure("\(fault) in a valid body") }

  @inlinable @inline(__always)
  public func allows(_ features: Features) -> Bool { true }
}
