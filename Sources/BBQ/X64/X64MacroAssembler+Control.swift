// The x86-64 macro assembler: conditions, branches, tables, frames and calls.

import MachineCode
import RuntimeLayout
import WasmFormat

extension Condition: MachineCondition {
  @inline(__always)
  init(_ comparison: IntegerComparison) {
    self =
      switch comparison {
      case .equal: .equal
      case .notEqual: .notEqual
      case .lessSigned: .less
      case .greaterSigned: .greater
      case .lessOrEqualSigned: .lessOrEqual
      case .greaterOrEqualSigned: .greaterOrEqual
      case .lessUnsigned: .below
      case .greaterUnsigned: .above
      case .lessOrEqualUnsigned: .belowOrEqual
      case .greaterOrEqualUnsigned: .aboveOrEqual
      }
  }

  @inline(__always)
  init(withZero comparison: IntegerComparison) {
    switch comparison {
    case .lessSigned: self = .sign
    case .greaterOrEqualSigned: self = .noSign
    default: self.init(comparison)
    }
  }

  @inline(__always) init(code: UInt8) { self = Condition(rawValue: code).unsafelyUnwrapped }
  @inline(__always) var code: UInt8 { rawValue }
}

extension X64Assembler {
  // MARK: Branches

  mutating func jump(_ label: Label, unless register: Register, isBelow word: Place) {
    arithmetic(.cmp, .w64, register.gpr, Address(word))
    jump(.aboveOrEqual, label)
  }

  mutating func jump(_ label: Label, unless constant: Int32, isBelow word: Place) {
    arithmetic(.cmp, .w64, Address(word), constant: constant)
    jump(.belowOrEqual, label)
  }

  mutating func jump(_ label: Label, unlessInt32 place: Place, is constant: UInt32) {
    arithmetic(.cmp, .w32, Address(place), constant: Int32(bitPattern: constant))
    jump(.notEqual, label)
  }

  mutating func jump(_ label: Label, ifZero register: Register) {
    test(.w64, register.gpr, register.gpr)
    jump(.equal, label)
  }

  mutating func jump(_ label: Label, unlessStatusIsZero register: Register) {
    test(.w32, register.gpr, register.gpr)
    jump(.notEqual, label)
  }

  mutating func jumpThroughTable(_ index: Register, count: Int, otherwise: Label) -> Label {
    let index = index.gpr
    arithmetic(.cmp, .w32, index, constant: Int32(truncatingIfNeeded: count))
    jump(.aboveOrEqual, otherwise)
    let table = makeLabel()
    loadAddress(.r11, of: table)
    loadAddress(.w64, index, Address(.r11, index: index, scale: 2))
    loadSign32(.r11, Address(index, -4))
    arithmetic(.add, .w64, .r11, index)
    jump(.r11)
    return table
  }

  /// An entry is relative to its own end, so the table's label stands after the first one.
  mutating func tableEntry(_ position: Int, of table: Label, to label: Label) {
    displacementWord(to: label)
    if position == 0 { bind(table) }
  }

  mutating func countDown(_ word: Place, by weight: Int32, ifSpent label: Label) {
    arithmetic(.sub, .w32, Address(word), constant: weight)
    jump(.sign, label)
  }

  mutating func takeOne(_ word: Place, ifNone label: Label) {
    arithmetic(.sub, .w64, Address(word), constant: 1)
    jump(.below, label)
  }

  // MARK: Frames

  mutating func enterFrame() {
    push(.rbp)
    move(.w64, .rbp, .rsp)
  }

  mutating func reserveFrame(savesContext: Bool) -> Int {
    if savesContext { push(.r14) }
    encode(.w64, 0x81, reg: 5, rm: GPR.rsp.code)
    let field = offset
    code.word32(0)
    return field
  }

  mutating func setFrameSize(_ size: Int, at field: Int, savesContext: Bool) {
    let amount = size - (savesContext ? 8 : 0)
    if size <= StackLayout.largestUnprobedFrame {
      code.store32(UInt32(amount), at: field)
    } else {
      probeFrame(amount, at: field)
    }
  }

  /// Replaces the prologue's `sub rsp` by a jump to code that touches every page of the frame on the way down.
  private mutating func probeFrame(_ amount: Int, at field: Int) {
    let start = field - 3
    code.storeByte(0xE9, at: start)
    code.store32(UInt32(bitPattern: Int32(offset - start - 5)), at: start + 1)
    code.storeByte(0x66, at: start + 5)
    code.storeByte(0x90, at: start + 6)
    loadAddress(.w64, .r11, Address(.rsp, Int32(-amount)))
    touchPages()
    code.reserve(8)
    code.byte(0xE9)
    code.word32(UInt32(bitPattern: Int32(start + 7 - offset - 4)))
  }

  mutating func leaveAndReturn(popping bytes: Int) {
    leave()
    ret(popping: bytes)
  }

  /// Changes r11 and xmm14; r10 may hold the caller's context by now.
  mutating func leaveForTailCall(area: Int, incomingArea: Int) {
    if area == 0 && incomingArea == 0 { leave() } else { leaveFrame(area: area, incomingArea: incomingArea) }
  }

  // MARK: Calls

  mutating func reserveArguments(_ size: Int) { arithmetic(.sub, .w64, .rsp, constant: Int32(size)) }

  mutating func noteCallee(cell: UInt, byAddress: Bool) {
    if !byAddress { load(.w32, .r10, Address(.rax, Int32(FunctionRecord.functionIndexOffset))) }
    move(.r11, constant: Int64(bitPattern: UInt64(cell)))
    let width: Width = byAddress ? .w64 : .w32
    let callee: GPR = byAddress ? .rax : .r10
    let place = Address(.r11, Int32(byAddress ? CalleeCell.recordOffset : CalleeCell.functionOffset))
    arithmetic(.cmp, width, callee, place)
    let isSame = skip(.equal)
    store(width, place, callee)
    arithmetic(.add, .w32, Address(.r11, Int32(CalleeCell.changesOffset)), constant: 1)
    endSkip(isSame)
  }

  mutating func call(_ address: Place) { call(Address(address)) }
  mutating func jump(_ address: Place) { jump(Address(address)) }
  mutating func loadMemoryBase() { load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base))) }
}
