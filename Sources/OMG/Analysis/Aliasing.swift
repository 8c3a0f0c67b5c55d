// Whether two accesses may concern the same bytes, and what calls of the runtime change.

import RuntimeLayout

extension Graph {
  /// An address as another value and a constant; modulo the address's width.
  @inline(__always)
  private func split(_ address: Value) -> (Value, Int64) {
    let instruction = at(address)
    if instruction.pointee.operation == .add, let number = constant(instruction.pointee.b) { return (instruction.pointee.a, number) }
    return (address, 0)
  }

  /// Whether accesses of `size` bytes at address + offset, and of `otherSize` at other + otherOffset, may overlap. Different memories are taken to be
  /// possibly the same one: a module may import one twice.
  func mayOverlap(
    _ address: Value, _ offset: Int64, _ size: Int, _ other: Value, _ otherOffset: Int64, _ otherSize: Int, sameMemory: Bool
  ) -> Bool {
    if !sameMemory { return true }
    if address == other { return !Self.areApart(otherOffset - offset, size, otherSize) }
    let (root, number) = split(address)
    let (otherRoot, otherNumber) = split(other)
    guard root == otherRoot, at(root).pointee.type == .i32 else { return true }
    // Addresses are sums modulo 2^32, so the distance is this one, or that much more or less.
    let distance = (otherNumber &- number) &+ (otherOffset &- offset)
    for wrapped in [distance, distance &- 1 << 32, distance &+ 1 << 32] where !Self.areApart(wrapped, size, otherSize) { return true }
    return false
  }

  @inline(__always)
  private static func areApart(_ distance: Int64, _ size: Int, _ otherSize: Int) -> Bool {
    distance >= Int64(size) || distance <= -Int64(otherSize)
  }

  /// What a call or an atomic access may change. Calls of functions may change everything.
  func callEffects(_ value: Value) -> Effects {
    let operation = at(value).pointee.operation
    if operation.isAtomicAccess || operation == .atomicFence { return .atomic }
    guard operation == .callHelper, let helper = RuntimeHelper(rawValue: Int(at(value).pointee.index)) else {
      return .calls
    }
    switch helper {
    case .memoryFill, .memoryCopy, .memoryInit: return [.readsMemory, .writesMemory, .traps]
    case .memoryGrow, .tableGrow, .tableFill, .tableCopy, .tableInit, .dataDrop, .elementDrop: return [.readsState, .writesState, .traps]
    // Meanwhile other threads do what they do.
    case .memoryAtomicWait32, .memoryAtomicWait64, .memoryAtomicNotify: return .atomic
    default: return .calls
    }
  }

  /// Whether setting one global may change another one: imported ones may be the same.
  @inline(__always)
  func mayBeSameGlobal(_ one: UInt32, _ other: UInt32) -> Bool {
    one == other || (Int(one) < module.importedGlobalCount && Int(other) < module.importedGlobalCount)
  }
}
