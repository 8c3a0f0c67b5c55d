// Operands as words on wasm's stack, slots in memory, and calls of routines.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Pushes an operand's value as a word.
  @inline(never) mutating func push(_ operand: Operand) {
    switch operand.kind {
    case .slot:
      if state.homes[operand.index] == .double { encode(slot: operand.index) }
      body.localGet(slot(operand.index))
    case .free:
      body.localGet(procedure)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Operand.freeOffset(operand.index)))
    case .constant:
      let value = load64(operand.address)
      // Symbols never move.
      if value.isPointer && !value.isSymbol {
        body.i32Const(0)
        body.load(.i64Load, offset: operand.address)
      } else {
        body.i64Const(Int64(bitPattern: value))
      }
    case .global:
      body.i32Const(0)
      body.load(.i64Load, offset: operand.address + UInt32(SymbolLayout.value))
    case .procedure: body.localGet(procedure)
    }
  }

  @inline(never) mutating func storeSlot(_ index: Int, at position: Int) {
    body.localGet(sp)
    body.localGet(slot(index))
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  @inline(never) mutating func loadSlot(_ index: Int, at position: Int) {
    body.localGet(sp)
    body.load(.i64Load, offset: UInt32(8 * position))
    body.localSet(slot(index))
  }

  /// Stores a live slot, or the running procedure.
  @inline(never) mutating func storeLive(_ index: Int?, at position: Int) {
    if let index { return storeSlot(index, at: position) }
    body.localGet(sp)
    body.localGet(procedure)
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  @inline(never) mutating func loadLive(_ index: Int?, at position: Int) {
    if let index { return loadSlot(index, at: position) }
    body.localGet(sp)
    body.load(.i64Load, offset: UInt32(8 * position))
    body.localSet(procedure)
  }

  /// Pushes whether the value on the stack is `unwind`.
  @inline(never) mutating func isUnwind() {
    body.i64Const(Int64(bitPattern: Constant.unwind))
    body.emit(.i64Eq)
  }

  /// Ends the block around the fast and the slow path of an operation, whose result is the block's; on the stack is what the slow path returned, which may
  /// have failed. Uses the local.
  @inline(never) mutating func endWithResult(of node: Node, in local: UInt32) {
    body.localTee(local)
    isUnwind()
    exit(if: .failed(node))
    body.localGet(local)
    nesting -= 1
    body.end()
    body.localSet(slot(node.slot))
  }

  /// Calls a routine whose arguments are pushed.
  @inline(never) mutating func call(_ routine: UInt32, _ type: RoutineType) {
    body.i32Const(Int32(bitPattern: routine))
    body.callIndirect(type: routineTypes[type.rawValue])
  }
}
