// The names of things in a graph. Each is an index of its own type, so that none is taken for another; dumps and messages call them v12 and b3.

/// An instruction and the value that it defines: one number names both.
struct Value: Equatable, Hashable {
  var index: UInt32

  @inline(__always) init(_ index: UInt32) { self.index = index }
  @inline(__always) init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }

  static var none: Value { Value(UInt32.max) }
  @inline(__always) var number: Int { Int(index) }
  @inline(__always) var exists: Bool { index != .max }
}

/// A basic block.
struct Block: Equatable, Hashable {
  var index: UInt32

  @inline(__always) init(_ index: UInt32) { self.index = index }
  @inline(__always) init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }

  static var none: Block { Block(UInt32.max) }
  @inline(__always) var number: Int { Int(index) }
  @inline(__always) var exists: Bool { index != .max }
}

extension Value: CustomStringConvertible {
  var description: String { exists ? "v\(index)" : "v?" }
}

extension Block: CustomStringConvertible {
  var description: String { exists ? "b\(index)" : "b?" }
}
