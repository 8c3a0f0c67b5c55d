// Where everything is in a function's frame. From the frame pointer down:
//
//   −8          the instance context, if a call may return with another one
//   −16         the address for further results, if the function has several: what the result area register held at its start; or the
//               caller's value of that register, if the function changes it
//   …           the caller's values of other preserved registers that the function changes
//   …           the allocator's slots: those of 16 bytes, aligned to 16, then those of 8
//   …           the outgoing area, where callees store further results
//
// With an entry in a running frame of the baseline tier, everything but the fixed words (BaselineFrame) lies below that frame.

import RawCollections
import RuntimeLayout

struct FrameLayout: ~Copyable {
  /// Bytes below the frame pointer; a multiple of 16.
  private(set) var size = 0
  /// The function has a frame at all.
  private(set) var exists = true
  /// By the convention's number of a preserved register: where the caller's value is, from the frame pointer.
  private var savedWords = RawArray<Int32>(capacity: 8)
  /// By slot: its lowest byte, from the frame pointer.
  private var slotPlaces = RawArray<Int32>(capacity: 64)
  private var outgoingWords = 0

  /// - Parameter saved: the preserved registers that the function changes.
  mutating func layOut<Registers: RegisterFile>(
    _ registers: Registers.Type, _ needs: FrameNeeds, slots: borrowing UncheckedArray<RegisterWidth>, saved: RegisterSet
  ) {
    let changesArea = saved & Registers.resultArea.bit != 0
    var depth = needs.outerSize > 0 ? needs.outerSize : needs.resultCount > 1 || changesArea ? 16 : needs.savesContext ? 8 : 0
    savedWords.removeAll()
    for ordinal in 0..<Registers.preservedCount {
      var word = 0
      if saved & Registers.preserved(ordinal).bit != 0 {
        if Registers.preserved(ordinal) == Registers.resultArea {
          word = BaselineFrame.resultArea
        } else if needs.outerSize > 0 {
          word = BaselineFrame.preserved(ordinal)
        } else {
          depth += 8
          word = -depth
        }
      }
      savedWords.append(Int32(word))
    }
    outgoingWords = needs.outgoingWords
    placeSlots(slots, below: &depth)
    size = (depth + 8 * outgoingWords + 15) & ~15
    exists =
      size > 0 || needs.hasCalls || needs.mayTrap || needs.readsIncoming
      || (needs.hasTailCalls && (needs.incomingArea > 0 || needs.passesOnStack))
  }

  /// The frame pointer is a multiple of 16.
  private mutating func placeSlots(_ slots: borrowing UncheckedArray<RegisterWidth>, below depth: inout Int) {
    slotPlaces.setCount(slots.count)
    for slot in 0..<slots.count where slots[slot] == .w128 {
      depth = (depth + 31) & ~15
      slotPlaces[slot] = Int32(-depth)
    }
    for slot in 0..<slots.count where slots[slot] != .w128 {
      depth += 8
      slotPlaces[slot] = Int32(-depth)
    }
  }

  // Displacements from the frame pointer.

  func saved(_ ordinal: Int) -> Int32 { savedWords[ordinal] }

  @inline(__always)
  func slot(_ number: Int) -> Int32 { slotPlaces[number] }

  /// Of the highest word of the outgoing area.
  var outgoing: Int32 { Int32(truncatingIfNeeded: 8 * (outgoingWords - 1) - size) }
}
