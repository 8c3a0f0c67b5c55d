// Arguments of calls are moved to their registers at once: registers that are read by some moves and written by others need an order, and cycles a
// scratch register.

import WasmFormat

/// An operand on its way to a register.
struct Move {
  var value: Operand
  var target: Register
  /// The register it is in, or `none`; set by `performMoves`.
  var source = Register.none
  var isDone = false

  @inline(__always)
  init(_ value: Operand, to target: Register) {
    self.value = value
    self.target = target
  }
}

extension Emitter where Assembler: ~Copyable {
  /// Performs `moves`, as if all at once.
  mutating func performMoves() {
    let count = moves.count
    let moves = moves.slice(0, count: count)
    // Registers first, since loads from elsewhere may overwrite them.
    var pending = 0
    for index in 0..<count {
      let source = register(of: moves[index].value)
      moves[index].source = source
      if source == .none { continue }
      if source == moves[index].target { moves[index].isDone = true } else { pending += 1 }
    }
    while pending > 0 {
      let before = pending
      moveRegisters(&pending)
      if pending == before { parkSource() }
    }
    for index in 0..<count where !moves[index].isDone { load(moves[index].target, moves[index].value) }
    self.moves.removeAll()
  }

  /// The register an operand is in, if any.
  @inline(__always)
  private mutating func register(of operand: Operand) -> Register {
    switch operand.kind {
    case .register: return operand.register
    case .local:
      let home = locals[operand.local].home
      return home != .none && inRegister & home.bit != 0 ? home : .none
    default: return .none
    }
  }

  /// Moves between registers whose targets nobody has still to read.
  private mutating func moveRegisters(_ pending: inout Int) {
    let moves = moves.slice(0, count: moves.count)
    // One that already holds its argument must not be overwritten either, but no one targets it twice.
    var sources: RegisterSet = 0
    for move in moves where !move.isDone && move.source != .none { sources |= move.source.bit }
    for index in 0..<moves.count where !moves[index].isDone && moves[index].source != .none {
      guard sources & moves[index].target.bit == 0 else { continue }
      asm.move(moves[index].target, moves[index].source)
      moves[index].isDone = true
      pending -= 1
    }
  }

  /// Only cycles are left: copies one source to a scratch register.
  private mutating func parkSource() {
    for index in 0..<moves.count where !moves[index].isDone && moves[index].source != .none {
      let scratch = Assembler.scratch(moves[index].source.registerClass)
      asm.move(scratch, moves[index].source)
      moves[index].source = scratch
      return
    }
  }
}
