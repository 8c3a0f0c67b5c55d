// What both compilers do with whole frames; see RuntimeLayout's CallingConvention and StackLayout.

import RuntimeLayout

extension X64Assembler {
  /// Moves rsp down to the address in r11, touching every page in between. Changes the flags and rax.
  public mutating func touchPages() {
    let loop = makeLabel()
    bind(loop)
    arithmetic(.sub, .w64, .rsp, constant: 4096)
    load(.w32, .rax, Address(.rsp))
    arithmetic(.cmp, .w64, .rsp, .r11)
    jump(.above, loop)
    move(.w64, .rsp, .r11)
  }

  /// Gives up the frame at rbp for a tail call whose stack arguments, `area` bytes, lie at rsp; its own are `incomingArea` bytes. Afterwards the stack is as
  /// at the callee's entry. Changes r11 and xmm14; r15 comes back from the context.
  public mutating func leaveFrame(area: Int, incomingArea: Int) {
    // r15 carries the caller's rbp while the arguments overwrite this frame from the top down.
    load(.w64, .r15, Address(.rbp))
    loadFloat(.f64, XMM(14), Address(.rbp, 8))
    let base = 16 + incomingArea - area
    var offset = area - 8
    while offset >= 0 {
      load(.w64, .r11, Address(.rsp, Int32(offset)))
      store(.w64, Address(.rbp, Int32(base + offset)), .r11)
      offset -= 8
    }
    loadAddress(.w64, .rsp, Address(.rbp, Int32(base - 8)))
    storeFloat(.f64, Address(.rsp), XMM(14))
    move(.w64, .rbp, .r15)
    load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
  }
}
