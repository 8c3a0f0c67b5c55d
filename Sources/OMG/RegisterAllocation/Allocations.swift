// The allocator's result: a place for each operand, and the moves between places that the code needs besides its own instructions.
//
// What emitters must know:
// - A place of `none` for the definition of an instruction that can be rematerialized: the instruction is not needed, leave it out.
//   A definition that nothing uses has a place all the same.
// - Moves copy at least as many bits as their width says. Neither they nor rematerialized instructions may change the flags.
// - A slot has 8 or 16 bytes, as `slotWidths` says; one of 16 is aligned to 16.
// - A move may have a scratch register as its source or target; a move between a slot and the other class's scratch register occurs too
//   (when both a cycle and a move from slot to slot need one), as a move of that other class.

import RawCollections

/// A register, or a slot of the frame.
struct Allocation: Equatable {
  /// 0–63: a physical register. From 64: the slot with the number `raw − 64`. .max: nowhere.
  var raw: UInt32

  @inline(__always) init(_ register: PhysicalRegister) { raw = UInt32(register.number) }
  @inline(__always) init(slot: Int) { raw = UInt32(64 + slot) }
  @inline(__always) private init(raw: UInt32) { self.raw = raw }
  static var none: Allocation { Allocation(raw: .max) }

  @inline(__always) var isRegister: Bool { raw < 64 }
  @inline(__always) var register: PhysicalRegister { PhysicalRegister(UInt8(truncatingIfNeeded: raw)) }
  @inline(__always) var isSlot: Bool { raw >= 64 && raw != .max }
  /// The slot's number, from 0.
  @inline(__always) var slot: Int { Int(raw) - 64 }
}

/// Something to do between two instructions. Those of one place are in order, one after another (not at the same time).
struct Edit {
  enum Kind: UInt8 {
    /// From `source` to `target`; not both are slots.
    case move
    /// The instruction `instruction`, which has one operand, with `target` (a register) as its place.
    case rematerialize
  }

  /// Comes before the instruction with this number.
  var before: UInt32
  var kind: Kind
  var registerClass: RegisterClass
  var width: RegisterWidth
  var source = Allocation.none
  var target: Allocation
  var instruction: UInt32 = 0

  /// The position of the first edit that comes before an instruction, or of a later one.
  static func first(in edits: ArrayView<Edit>, before instruction: UInt32) -> Int {
    var low = 0
    var high = edits.count
    while low < high {
      let middle = (low + high) / 2
      if edits[middle].before < instruction { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

struct Allocations: ~Copyable {
  /// For each of the function's operands, in its order.
  var operands = UncheckedArray<Allocation>(capacity: 2048)
  /// Sorted by `before`.
  var edits = UncheckedArray<Edit>(capacity: 256)
  /// The registers that instructions and edits change (including clobbers).
  var written: RegisterSet = 0
  /// Where those of them that are preserved are saved: at the head's start, before its edits; and where they have to be restored.
  var saves = SaveRegion()
  private var needs = UncheckedArray<UInt8>(capacity: 128)
  /// By slot, the width that it has room for: 64 or 128 bits.
  var slotWidths = UncheckedArray<RegisterWidth>(capacity: 64)
  var slotCount: Int { slotWidths.count }

  /// Fills in `written` and `saves`.
  mutating func findSaves(_ function: borrowing MachineFunction) {
    written = 0
    needs.setCount(function.blocks.count)
    var edit = 0
    for block in 0..<function.blocks.count {
      let record = function.blocks.at(block)
      var changed: RegisterSet = 0
      for index in Int(record.pointee.firstInstruction)..<Int(record.pointee.endInstruction) {
        changed |= registersChanged(by: function.instructions.at(index), function)
      }
      while edit < edits.count, edits[edit].before < record.pointee.endInstruction {
        if edits[edit].target.isRegister { changed |= edits[edit].target.register.bit }
        edit += 1
      }
      needs[block] = changed & function.preserved != 0 ? 1 : 0
      written |= changed
    }
    if written & function.preserved != 0 { saves.find(function, needs) }
  }

  @inline(__always)
  private func registersChanged(by instruction: UnsafePointer<MachineInstruction>, _ function: borrowing MachineFunction) -> RegisterSet {
    var changed = instruction.pointee.clobbers
    // Definitions come first.
    var number = Int(instruction.pointee.firstOperand)
    let end = number + Int(instruction.pointee.operandCount)
    while number < end, function.operands[number].role == .definition {
      if operands[number].isRegister { changed |= operands[number].register.bit }
      number += 1
    }
    return changed
  }
}
