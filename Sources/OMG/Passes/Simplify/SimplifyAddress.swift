// Rules for the addresses of accesses and of bounds checks: constant parts go into the offset where the address cannot wrap around.

extension Graph {
  mutating func simplifyAddress(_ value: Value) -> Bool {
    let instruction = at(value)
    let address = instruction.pointee.a
    let all: UInt64 = at(address).pointee.type == .i32 ? 0xFFFF_FFFF : UInt64.max
    let offset = UInt64(bitPattern: instruction.pointee.immediate)
    guard offset <= target.largestOffset else { return false }
    if let number = unsignedConstant(address) {
      if number != 0, number <= target.largestOffset - offset {
        let zero = constant(at(address).pointee.type, 0, before: value)
        at(value).pointee.a = zero
        at(value).pointee.immediate = Int64(number + offset)
      }
      return markSafe(value)
    }
    if isOperation(address, .add), let number = unsignedConstant(at(address).pointee.b), number <= target.largestOffset - offset {
      let inner = at(address).pointee.a
      let (sum, carry) = possibleBits(inner).addingReportingOverflow(number)
      if !carry, sum <= all {
        instruction.pointee.a = inner
        instruction.pointee.immediate = Int64(number + offset)
        return true
      }
    }
    return false
  }

  /// A check that goes through for what is known of the address's low bits.
  mutating func simplifyAlignmentCheck(_ value: Value) -> Bool {
    let instruction = at(value)
    let mask = UInt64(instruction.pointee.index) - 1
    let address = instruction.pointee.a
    if let number = unsignedConstant(address) {
      if (number &+ UInt64(bitPattern: instruction.pointee.immediate)) & mask == 0 { unlink(value) }
    } else if possibleBits(address) & mask == 0, UInt64(bitPattern: instruction.pointee.immediate) & mask == 0 {
      unlink(value)
    }
    return false
  }

  /// Accesses within the memory's initial size: it never shrinks.
  private mutating func markSafe(_ value: Value) -> Bool {
    guard isInitiallyThere(value) else { return false }
    if isOperation(value, .boundsCheck) {
      unlink(value)
      return false
    }
    at(value).pointee.isSafe = true
    return false
  }

  /// Whether an access or check is of a constant address within the memory's initial size.
  func isInitiallyThere(_ value: Value) -> Bool {
    let instruction = at(value)
    guard let address = unsignedConstant(instruction.pointee.a), address <= 1 << 32 else { return false }
    return endOfAccess(value) + address <= UInt64(module.memories[Int(instruction.pointee.index)].minimumBytes)
  }

  /// Of an access or check: the offset after the last byte.
  @inline(__always)
  func endOfAccess(_ value: Value) -> UInt64 { UInt64(bitPattern: at(value).pointee.immediate) + UInt64(accessSize(value)) }

  /// Bytes that an access concerns; of a bounds check, whose offset is after the last byte, 0.
  @inline(__always)
  func accessSize(_ value: Value) -> Int {
    let instruction = at(value)
    switch instruction.pointee.operation {
    case .load, .atomicLoad, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange, .atomicCompareExchange:
      return instruction.pointee.access.byteCount(instruction.pointee.type)
    case .store, .atomicStore: return instruction.pointee.access.byteCount(at(instruction.pointee.b).pointee.type)
    default: return 0
    }
  }
}
