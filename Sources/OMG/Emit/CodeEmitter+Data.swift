// What comes after the code: out-of-line traps, jump tables, constants.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout

struct JumpTable {
  var label: Label
  var firstSuccessor: Int
  var count: Int
}

struct PoolConstant {
  var label: Label
  var bits: UInt64
  /// Twice, at a multiple of 16.
  var isWide: Bool
}

extension CodeEmitter where Target: ~Copyable {
  /// A label for an explicit trap of the instruction at hand.
  mutating func trapLabel(_ reason: TrapReason) -> Label {
    let label = asm.makeLabel()
    pendingTraps.append(PendingTrap(label: label, reason: reason, wasmOffset: current.pointee.wasmOffset))
    return label
  }

  /// The next instruction may fault.
  @inline(__always)
  mutating func site(_ reason: TrapReason) {
    trapSites.append(
      TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: current.pointee.wasmOffset, reason: reason))
  }

  mutating func emitTraps() {
    for index in 0..<pendingTraps.count {
      let pending = pendingTraps[index]
      asm.bind(pending.label)
      trapSites.append(
        TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: pending.wasmOffset, reason: pending.reason))
      asm.trap()
    }
  }

  mutating func emitTables() {
    for index in 0..<tables.count {
      let table = tables[index]
      asm.align(4)
      asm.bind(table.label)
      let start = asm.offset
      for position in 0..<table.count {
        let target = labels[Int(targets[Int(blockNumbers[table.firstSuccessor + position])])]
        asm.data32(UInt32(truncatingIfNeeded: asm.offset(of: target) - start))
      }
      codeData.append(CodeData(start: UInt32(start), end: UInt32(asm.offset), width: 4))
    }
  }

  mutating func poolLabel(_ bits: UInt64, isWide: Bool) -> Label {
    // The newest ones are the likeliest.
    var index = pool.count - 1
    while index >= max(0, pool.count - 32) {
      if pool[index].bits == bits, pool[index].isWide == isWide { return pool[index].label }
      index -= 1
    }
    let label = asm.makeLabel()
    pool.append(PoolConstant(label: label, bits: bits, isWide: isWide))
    return label
  }

  mutating func emitPool() {
    if let constants = asm.writeConstants() {
      codeData.append(CodeData(start: UInt32(constants.lowerBound), end: UInt32(constants.upperBound), width: 8))
    }
    if pool.count == 0 { return }
    asm.align(16)
    let start = asm.offset
    for isWide in [true, false] {
      for index in 0..<pool.count where pool[index].isWide == isWide {
        asm.bind(pool[index].label)
        asm.data64(pool[index].bits)
        if isWide { asm.data64(pool[index].bits) }
      }
    }
    codeData.append(CodeData(start: UInt32(start), end: UInt32(asm.offset), width: 8))
  }
}
