// Atomic instructions. The one that accesses memory first has the trap site: where it has not faulted, no later one does.

import MachineCode

extension X64CodeEmitter {
  var atomic: X64AtomicVariant { X64AtomicVariant(raw: current.pointee.variant) }

  /// An exchange whose result nobody wants; the value may have other users.
  mutating func atomicStore() {
    asm.move(.w64, .r11, gpr(0))
    asm.exchange(size: atomic.size, address(), .r11)
  }

  mutating func atomicExchange() {
    let size = atomic.size
    if current.pointee.opcode == X64Opcode.exchange.rawValue {
      asm.exchange(size: size, address(), gpr(0))
    } else {
      asm.exchangeAdd(size: size, address(), gpr(0))
    }
    if size < 4 { asm.zeroExtend(size: size, gpr(0)) }
  }

  mutating func atomicUpdate() {
    let size = atomic.size
    let address = address()
    asm.loadZero(size: size, .rax, address)
    let again = asm.makeLabel()
    asm.bind(again)
    asm.move(.w64, .r11, .rax)
    asm.arithmetic(atomic.operation, .w64, .r11, gpr(1))
    asm.compareExchange(size: size, address, .r11)
    asm.jump(.notEqual, again)
  }

  mutating func compareExchange() {
    let size = atomic.size
    asm.compareExchange(size: size, address(), gpr(2))
    // Where they were equal, rax is as it was.
    asm.zeroExtend(size: size, .rax)
  }
}
