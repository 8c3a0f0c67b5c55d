// The names of things in a graph. Each is an index of its own type, so that none is taken for another; dumps and messages call them v12 and b3.

/// An index among the things of one kind.
protocol GraphIndex: Equatable, Hashable {
  var index: UInt32 { get }
  init(_ index: UInt32)
}

extension GraphIndex {
  @inline(__always) init(_ index: Int) { self.init(UInt32(truncatingIfNeeded: index)) }

  static var none: Self { Self(UInt32.max) }
  @inline(__always) var number: Int { Int(index) }
  @inline(__always) var exists: Bool { index != .max }
}

/// An instruction and the value that it defines: one number names both.
struct Value: GraphIndex {
  var index: UInt32
  @inline(__always) init(_ index: UInt32) { self.index = index }
}

/// A basic block.
struct Block: GraphIndex {
  var index: UInt32
  @inline(__always) init(_ index: UInt32) { self.index = index }
}

extension Value: CustomStringConvertible {
  var description: String { exists ? "v\(index)" : "v?" }
}

extension Block: CustomStringConvertible {
  var description: String { exists ? "b\(index)" : "b?" }
}
