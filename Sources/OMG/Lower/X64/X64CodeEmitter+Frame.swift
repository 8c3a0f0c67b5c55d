// Start and end of a function.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  /// From rbp to the highest word of the outgoing area.
  var outgoing: Int32 { Int32(truncatingIfNeeded: 8 * (needs.outgoingWords - 1) - frameSize) }

  mutating func layOutFrame() {
    slotBase = needs.outerSize > 0 ? needs.outerSize : needs.resultCount > 1 ? 16 : needs.savesContext ? 8 : 0
    frameSize = (slotBase + 8 * (slotCount + needs.outgoingWords) + 15) & ~15
    hasFrame =
      frameSize > 0 || needs.hasCalls || needs.mayTrap || needs.readsIncoming
      || (needs.hasTailCalls && (needs.incomingArea > 0 || needs.passesOnStack))
  }

  mutating func prologue() {
    if !hasFrame { return }
    if needs.outerSize > 0 {
      if frameSize > StackLayout.largestUnprobedFrame {
        probe(from: 0, down: frameSize)
      } else {
        asm.loadAddress(.w64, .rsp, Address(.rbp, Int32(-frameSize)))
      }
      if needs.savesContext { asm.store(.w64, Address(.rbp, Int32(BaselineFrame.context)), .r14) }
      return
    }
    asm.push(.rbp)
    asm.move(.w64, .rbp, .rsp)
    if needs.savesContext { asm.push(.r14) }
    let amount = frameSize - (needs.savesContext ? 8 : 0)
    if amount > StackLayout.largestUnprobedFrame {
      probe(from: frameSize - amount, down: frameSize)
    } else if amount > 0 {
      asm.arithmetic(.sub, .w64, .rsp, constant: Int32(amount))
    }
    if needs.resultCount > 1 { asm.store(.w64, Address(.rbp, Int32(BaselineFrame.resultArea)), .r13) }
  }

  /// Moves rsp from rbp − start to rbp − end, touching every page on the way.
  private mutating func probe(from start: Int, down end: Int) {
    asm.loadAddress(.w64, .rsp, Address(.rbp, Int32(-start)))
    asm.loadAddress(.w64, .r11, Address(.rbp, Int32(-end)))
    asm.touchPages()
  }

  mutating func epilogue() {
    if hasFrame {
      if frameSize == 0 { asm.pop(.rbp) } else { asm.leave() }
    }
    asm.ret(popping: needs.incomingArea)
  }

  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at rsp. Afterwards the stack is as at the callee's entry.
  /// Changes r11, r13 and xmm14; r10 may hold the caller's context by now.
  mutating func leaveFrame(_ area: Int) {
    if needs.resultCount > 1 { asm.load(.w64, .r13, Address(.rbp, Int32(BaselineFrame.resultArea))) }
    if area == 0 && needs.incomingArea == 0 {
      if !hasFrame { return }
      return frameSize == 0 ? asm.pop(.rbp) : asm.leave()
    }
    asm.leaveFrame(area: area, incomingArea: needs.incomingArea)
  }
}
