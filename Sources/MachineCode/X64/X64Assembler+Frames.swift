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

  /// Calls, or jumps to, the function of the record in rax, with `area` bytes of stack arguments. If it is another instance's, that is the crossing thunk's
  /// business (CallingConvention). Changes r10 and r11.
  public mutating func goToRecord(isTail: Bool, area: Int) {
    if area > 0 { move(.r10, constant: Int64(area)) }
    arithmetic(.cmp, .w64, .r14, Address(.rax, Int32(FunctionRecord.contextOffset)))
    load(.w64, .r11, Address(.rax, Int32(FunctionRecord.codeOffset)))
    let thunk = InstanceContext.crossing(isTail: isTail, hasStackArguments: area > 0)
    conditionalMove(.notEqual, .w64, .r11, Address(.r14, Int32(thunk)))
    if isTail { jump(.r11) } else { call(.r11) }
  }

  /// Jumps to the function of the record in rax, which is another instance's, with `area` bytes of stack arguments. Changes r10.
  public mutating func crossToRecord(area: Int) {
    if area > 0 { move(.r10, constant: Int64(area)) }
    jump(Address(.r14, Int32(InstanceContext.crossing(isTail: true, hasStackArguments: area > 0))))
  }
}
