// Start and end of a function.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  /// From rbp to the highest word of the outgoing area.
  var outgoing: Int32 { Int32(truncatingIfNeeded: 8 * (needs.outgoingWords - 1) - frameSize) }

  mutating func layOutFrame() {
    slotBase = needs.outerSize > 0 ? needs.outerSize : needs.resultCount > 1 || saves(.r13) ? 16 : needs.savesContext ? 8 : 0
    for ordinal in 0..<savedWords.count where saves(GPR.preserved[ordinal]) {
      if GPR.preserved[ordinal] == .r13 {
        savedWords[ordinal] = BaselineFrame.resultArea
      } else if needs.outerSize > 0 {
        savedWords[ordinal] = BaselineFrame.preserved(ordinal)
      } else {
        slotBase += 8
        savedWords[ordinal] = -slotBase
      }
    }
    frameSize = (slotBase + 8 * (slotCount + needs.outgoingWords) + 15) & ~15
    hasFrame =
      frameSize > 0 || needs.hasCalls || needs.mayTrap || needs.readsIncoming
      || (needs.hasTailCalls && (needs.incomingArea > 0 || needs.passesOnStack))
  }

  /// Whether the function has to give a register back as it was.
  private func saves(_ register: GPR) -> Bool { saved & X64RegisterFile.number(register).bit != 0 }

  mutating func saveRegisters() {
    for ordinal in 0..<savedWords.count where saves(GPR.preserved[ordinal]) {
      asm.store(.w64, Address(.rbp, Int32(savedWords[ordinal])), GPR.preserved[ordinal])
    }
  }

  private mutating func restoreRegisters() {
    if !restores { return }
    for ordinal in 0..<savedWords.count where saves(GPR.preserved[ordinal]) {
      asm.load(.w64, GPR.preserved[ordinal], Address(.rbp, Int32(savedWords[ordinal])))
    }
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
      if saveHead == 0 { saveRegisters() }
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
    if saveHead == 0 { saveRegisters() }
  }

  /// Moves rsp from rbp − start to rbp − end, touching every page on the way.
  private mutating func probe(from start: Int, down end: Int) {
    asm.loadAddress(.w64, .rsp, Address(.rbp, Int32(-start)))
    asm.loadAddress(.w64, .r11, Address(.rbp, Int32(-end)))
    asm.touchPages()
  }

  mutating func epilogue() {
    if hasFrame {
      restoreRegisters()
      if frameSize == 0 { asm.pop(.rbp) } else { asm.leave() }
    }
    asm.ret(popping: needs.incomingArea)
  }

  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at rsp. Afterwards the stack is as at the callee's entry.
  /// Changes r11 and xmm14; r10 may hold the caller's context by now.
  mutating func leaveFrame(_ area: Int) {
    if hasFrame { restoreRegisters() }
    if area == 0 && needs.incomingArea == 0 {
      if !hasFrame { return }
      return frameSize == 0 ? asm.pop(.rbp) : asm.leave()
    }
    asm.leaveFrame(area: area, incomingArea: needs.incomingArea)
  }
}
