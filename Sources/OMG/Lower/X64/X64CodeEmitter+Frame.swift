// Start and end of a function.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  /// Whether the function has to give a register back as it was.
  private func saves(_ register: GPR) -> Bool { saved & X64RegisterFile.number(register).bit != 0 }

  mutating func saveRegisters() {
    for ordinal in 0..<X64RegisterFile.preservedCount where saves(GPR.preserved[ordinal]) {
      asm.store(.w64, Address(.rbp, layout.saved(ordinal)), GPR.preserved[ordinal])
    }
  }

  private mutating func restoreRegisters() {
    if !restores { return }
    for ordinal in 0..<X64RegisterFile.preservedCount where saves(GPR.preserved[ordinal]) {
      asm.load(.w64, GPR.preserved[ordinal], Address(.rbp, layout.saved(ordinal)))
    }
  }

  mutating func prologue() {
    if !layout.exists { return }
    if needs.outerSize > 0 {
      if layout.size > StackLayout.largestUnprobedFrame {
        probe(from: 0, down: layout.size)
      } else {
        asm.loadAddress(.w64, .rsp, Address(.rbp, Int32(-layout.size)))
      }
      if needs.savesContext { asm.store(.w64, Address(.rbp, Int32(BaselineFrame.context)), .r14) }
      if saveHead == 0 { saveRegisters() }
      return
    }
    asm.push(.rbp)
    asm.move(.w64, .rbp, .rsp)
    if needs.savesContext { asm.push(.r14) }
    let amount = layout.size - (needs.savesContext ? 8 : 0)
    if amount > StackLayout.largestUnprobedFrame {
      probe(from: layout.size - amount, down: layout.size)
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
    if layout.exists {
      restoreRegisters()
      if layout.size == 0 { asm.pop(.rbp) } else { asm.leave() }
    }
    asm.ret(popping: needs.incomingArea)
  }

  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at rsp. Afterwards the stack is as at the callee's entry.
  /// Changes r11 and xmm14; r10 may hold the caller's context by now.
  mutating func leaveFrame(_ area: Int) {
    if layout.exists { restoreRegisters() }
    if area == 0 && needs.incomingArea == 0 {
      if !layout.exists { return }
      return layout.size == 0 ? asm.pop(.rbp) : asm.leave()
    }
    asm.leaveFrame(area: area, incomingArea: needs.incomingArea)
  }
}
