// Ephemerons: what one holds is kept only if its key is reached from elsewhere. So they are copied without looking into them, and settled when all else has
// been scanned: as long as some key turns out to be reached, its ephemeron's fields are, and scanning goes on.
import GuestABI

extension Collector {
  /// Copies an ephemeron to where nobody looks into it.
  mutating func moveEphemeron(_ word: Word) -> Word {
    let old = word.address
    let new = heapState.raws.reserve(UInt32(8 + 8 * EphemeronField.count), use: toUse)
    copyMemory(to: new, from: old, bytes: 8 + 8 * EphemeronField.count)
    let result = Word.pointer(new, Tag.object)
    store64(old, result << 32 | Header.forwardBits)
    store64(old &+ 8, Word(ephemerons))
    ephemerons = old
    if isMarking { marker.note(ephemeron: result) }
    return result
  }

  /// Keeps what the ephemerons hold whose keys were reached, until there are no more of them; breaks the others.
  mutating func settleEphemerons() {
    var isChanging = true
    while isChanging {
      isChanging = false
      var waiting: Address = 0
      var old = ephemerons
      ephemerons = 0
      while old != 0 {
        let next = Address(truncatingIfNeeded: load64(old &+ 8))
        let ephemeron = load64(old) >> 32
        if isReached(ephemeron.field(EphemeronField.key)) {
          isChanging = true
          update(ephemeron.address &+ 8 &+ UInt32(8 * EphemeronField.key))
          update(ephemeron.address &+ 8 &+ UInt32(8 * EphemeronField.datum))
        } else {
          store64(old &+ 8, Word(waiting))
          waiting = old
        }
        old = next
      }
      scan()
      // Scanning may have found more.
      while waiting != 0 {
        let next = Address(truncatingIfNeeded: load64(waiting &+ 8))
        store64(waiting &+ 8, Word(ephemerons))
        ephemerons = waiting
        waiting = next
      }
    }
    while ephemerons != 0 {
      Collector.breakUp(ephemeron: load64(ephemerons) >> 32)
      ephemerons = Address(truncatingIfNeeded: load64(ephemerons &+ 8))
    }
  }

  static func breakUp(ephemeron: Word) {
    ephemeron.setField(EphemeronField.key, Constant.false)
    ephemeron.setField(EphemeronField.datum, Constant.false)
    ephemeron.setField(EphemeronField.isBroken, Constant.true)
  }

  /// Whether a value is not to be collected, as far as is known.
  private func isReached(_ word: Word) -> Bool {
    if !word.isPointer { return true }
    let use = UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16))
    if fromUses >> use & 1 != 0 { return load64(word.address) & Header.kindMask == Header.forwardBits }
    if use == PageUse.youngLarge || isFull && use == PageUse.large { return load32(word.address &- LargeObject.object &+ LargeObject.mark) != 0 }
    return true
  }
}
