// The x86-64 macro assembler: registers and their roles, moves. r11 and xmm15 are the scratch registers.

import MachineCode
import RuntimeLayout
import WasmFormat

extension Register {
  @inline(__always) var gpr: GPR { GPR(code) }
  @inline(__always) var xmm: XMM { XMM(code) }
}

extension GPR {
  @inline(__always) var register: Register { .general(code) }
}

extension XMM {
  @inline(__always) var register: Register { .float(code) }
}

extension Address {
  @inline(__always) init(_ place: Place) { self.init(place.base.gpr, place.offset) }
}

extension X64Assembler: MacroAssembler {
  typealias Condition = MachineCode.Condition
  typealias Address = MachineCode.Address

  var writtenCode: UnsafeRawBufferPointer { UnsafeRawBufferPointer(code.bytes) }

  // MARK: Registers and their roles

  /// rax rcx rdx rsi rdi r8 r9 r10, xmm0–xmm14.
  static var allocatable: RegisterSet { 0x7FFF_0000_07C7 }
  /// rcx and rdx: shifts and divisions want them.
  static var allocatedLast: RegisterSet { 0b110 }
  static var leastTemporaries: Int { 3 }
  static var generalHomeCount: Int { 8 }
  /// rdi rsi r8 r9, the preserved ones, rdx, rcx.
  @inline(__always)
  static func generalHome(_ ordinal: Int) -> Register { .general(UInt8(truncatingIfNeeded: 0x12C3_9867 as UInt64 >> UInt64(ordinal * 4)) & 15) }
  @inline(__always)
  static func floatHome(_ ordinal: Int) -> Register { .float(8 + UInt8(truncatingIfNeeded: ordinal)) }

  static var context: Register { @inline(__always) get { GPR.r14.register } }
  static var frame: Register { @inline(__always) get { GPR.rbp.register } }
  static var stack: Register { @inline(__always) get { GPR.rsp.register } }
  static var resultArea: Register { @inline(__always) get { GPR.r13.register } }
  static var record: Register { @inline(__always) get { GPR.rax.register } }
  static var caller: Register { @inline(__always) get { GPR.r10.register } }
  static var functionIndex: Register { @inline(__always) get { GPR.r10.register } }
  static var loopPlace: Register { @inline(__always) get { GPR.r11.register } }
  @inline(__always)
  static func argument(_ registerClass: RegisterClass, _ ordinal: Int) -> Register {
    registerClass == .general ? GPR.argument(ordinal).register : .float(UInt8(truncatingIfNeeded: ordinal))
  }
  @inline(__always)
  static func result(_ registerClass: RegisterClass) -> Register { registerClass == .general ? GPR.rax.register : .float(0) }
  @inline(__always)
  static func preserved(_ ordinal: Int) -> Register { GPR.preserved[ordinal].register }
  @inline(__always)
  static func scratch(_ registerClass: RegisterClass) -> Register { registerClass == .general ? GPR.r11.register : .float(15) }

  // MARK: Moves

  @inline(__always)
  mutating func move(_ to: Register, _ from: Register) {
    if to.registerClass == .general { move(.w64, to.gpr, from.gpr) } else { moveFloat(to.xmm, from.xmm) }
  }

  @inline(__always)
  mutating func load(_ to: Register, constant: Int64) {
    if to.registerClass == .general {
      move(to.gpr, constant: constant)
    } else if constant == 0 {
      floatLogic(.xor, to.xmm, to.xmm)
    } else {
      move(.r11, constant: constant)
      moveBits(.w64, to.xmm, .r11)
    }
  }

  @inline(__always)
  mutating func loadSlot(_ to: Register, _ from: Place, _ type: MachineType) {
    if type.registerClass == .general {
      load(.w64, to.gpr, Address(from))
    } else if type == .v128 {
      loadVector(to.xmm, Address(from))
    } else {
      loadFloat(.f64, to.xmm, Address(from))
    }
  }

  @inline(__always)
  mutating func storeSlot(_ to: Place, _ from: Register, _ type: MachineType) {
    if type.registerClass == .general {
      store(.w64, Address(to), from.gpr)
    } else if type == .v128 {
      storeVector(Address(to), from.xmm)
    } else {
      storeFloat(.f64, Address(to), from.xmm)
    }
  }

  mutating func storeSlot(_ to: Place, constant: Int64) {
    let low = Int32(truncatingIfNeeded: constant)
    if Int64(low) == constant { return store(.w64, Address(to), constant: low) }
    store(.w32, Address(to), constant: low)
    store(.w32, Address(to.base.gpr, to.offset + 4), constant: Int32(truncatingIfNeeded: constant >> 32))
  }

  mutating func copySlot(_ to: Place, _ from: Place, _ type: MachineType) {
    if type == .v128 {
      loadVector(XMM(15), Address(from))
      return storeVector(Address(to), XMM(15))
    }
    loadFloat(.f64, XMM(15), Address(from))
    storeFloat(.f64, Address(to), XMM(15))
  }

  @inline(__always)
  mutating func loadWord(_ to: Register, _ from: Place) { load(.w64, to.gpr, Address(from)) }
  @inline(__always)
  mutating func storeWord(_ to: Place, _ from: Register) { store(.w64, Address(to), from.gpr) }

  mutating func loadElement(_ to: Register, _ base: Register, _ index: Register) {
    load(.w64, to.gpr, Address(base.gpr, index: index.gpr, scale: 3))
  }

  mutating func storeElement(_ base: Register, _ index: Register, _ from: Register) {
    store(.w64, Address(base.gpr, index: index.gpr, scale: 3), from.gpr)
  }

  mutating func loadValue(_ to: Register, _ from: Place, _ type: MachineType) {
    switch type {
    case .i32: load(.w32, to.gpr, Address(from))
    case .f32: loadFloat(.f32, to.xmm, Address(from))
    default: loadSlot(to, from, type)
    }
  }

  mutating func storeValue(_ to: Place, _ from: Register, _ type: MachineType) {
    switch type {
    case .i32: store(.w32, Address(to), from.gpr)
    case .f32: storeFloat(.f32, Address(to), from.xmm)
    default: storeSlot(to, from, type)
    }
  }

  mutating func storeValue(_ to: Place, constant: Int64, _ type: MachineType) {
    store(type == .i32 ? .w32 : .w64, Address(to), constant: Int32(truncatingIfNeeded: constant))
  }

  @inline(__always)
  static func storesConstant(_ constant: Int64, size: Int) -> Bool { size < 8 || Int64(Int32(truncatingIfNeeded: constant)) == constant }

  mutating func loadAddress(_ to: Register, _ place: Place) { loadAddress(.w64, to.gpr, Address(place)) }

  mutating func clear(_ register: Register) {
    if register.registerClass == .general {
      arithmetic(.xor, .w32, register.gpr, register.gpr)
    } else {
      floatLogic(.xor, register.xmm, register.xmm)
    }
  }

  mutating func move(_ to: Register, _ from: Register, unless condition: Condition) {
    if to.registerClass == .general { return conditionalMove(condition.negated, .w64, to.gpr, from.gpr) }
    let skip = skip(condition)
    moveFloat(to.xmm, from.xmm)
    endSkip(skip)
  }
}
