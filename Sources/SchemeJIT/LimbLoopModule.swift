// The loops of long arithmetic (SchemeCore's LimbLoops.swift) with 128-bit products, as an auxiliary module: for hosts that know the wide-arithmetic
// proposal. A host that does not refuses the module, and the portable loops stay.
import GuestABI
import SchemeCore
import WasmFormat

public enum LimbLoopModule {
  /// The module's bytes. Its start function stores the table indices of its functions at `target`, in the order of the fields of `LimbLoops`.
  public static func generate(target: Address) -> ByteWriter {
    var writer = ModuleWriter()
    let row = writer.addType(FuncType([.i32, .i32, .i32, .i64], [.i64]))
    let sum = writer.addType(FuncType([.i32, .i32, .i32, .i32], [.i64]))
    let rows = writer.addType(FuncType([.i32, .i32, .i32, .i32, .i32], []))
    let module = WasmName(AuxiliaryModule.importModule)
    _ = writer.importMemory(module, WasmName(AuxiliaryModule.memory), MemoryType(Limits(1)))
    _ = writer.importTable(module, WasmName(AuxiliaryModule.table), TableType(.funcref, Limits(1)))
    let addProduct = writer.addFunction(type: row)
    let subtractProduct = writer.addFunction(type: row)
    let add = writer.addFunction(type: sum)
    let subtract = writer.addFunction(type: sum)
    let multiply = writer.addFunction(type: rows)
    let patch = writer.addFunction(type: writer.addType(FuncType([], [])))
    writer.setStart(patch)
    let functions = [addProduct, subtractProduct, add, subtract, multiply]
    let segment = writer.addPassiveElements(functions: functions)
    writer.addBody(rowBody(.i64Add128))
    writer.addBody(rowBody(.i64Sub128))
    writer.addBody(sumBody(.i64Add128))
    writer.addBody(sumBody(.i64Sub128))
    writer.addBody(multiplyBody(addProduct))
    writer.addBody(patchBody(segment, count: functions.count, target))
    return writer.finish()
  }

  /// (result, a, count, factor) -> carry: adds or subtracts a product, four limbs an iteration.
  private static func rowBody(_ operation: Opcode) -> FunctionBodyWriter {
    let (result, a, count, factor): (UInt32, UInt32, UInt32, UInt32) = (0, 1, 2, 3)
    var body = FunctionBodyWriter(parameterCount: 4)
    let carry = body.addLocal(.i64)
    let high = body.addLocal(.i64)
    unroll(&body, count, advancing: [result, a]) { body, offset in
      body.localGet(result)
      if operation == .i64Add128 {
        multiplyStep(&body, a, factor, offset)
        addStep(&body) {
          $0.localGet(result); $0.load(.i64Load, offset: offset)
        }
        addStep(&body) { $0.localGet(carry) }
        body.localSet(carry)
      } else {
        // The borrow is the high half of the product and the carry, and what the subtraction lacks.
        body.localGet(result)
        body.load(.i64Load, offset: offset)
        body.i64Const(0)
        multiplyStep(&body, a, factor, offset)
        addStep(&body) { $0.localGet(carry) }
        body.localSet(high)
        body.i64Const(0)
        body.emit(.i64Sub128)
        body.localGet(high)
        body.emit(.i64Sub)
        negate(&body, to: carry, through: high)
      }
      body.store(.i64Store, offset: offset)
    }
    body.localGet(carry)
    body.end()
    return body
  }

  /// (result, a, b, count) -> carry or borrow.
  private static func sumBody(_ operation: Opcode) -> FunctionBodyWriter {
    let (result, a, b, count): (UInt32, UInt32, UInt32, UInt32) = (0, 1, 2, 3)
    var body = FunctionBodyWriter(parameterCount: 4)
    let carry = body.addLocal(.i64)
    let high = body.addLocal(.i64)
    unroll(&body, count, advancing: [result, a, b]) { body, offset in
      body.localGet(result)
      body.localGet(a)
      body.load(.i64Load, offset: offset)
      body.i64Const(0)
      for operand in [b, carry] {
        body.localGet(operand)
        if operand == b { body.load(.i64Load, offset: offset) }
        body.i64Const(0)
        body.emit(operation)
      }
      if operation == .i64Add128 { body.localSet(carry) } else { negate(&body, to: carry, through: high) }
      body.store(.i64Store, offset: offset)
    }
    body.localGet(carry)
    body.end()
    return body
  }

  /// A loop over `count` limbs, four an iteration while there are so many; `step` gets the offset from the pointers, which advance.
  private static func unroll(
    _ body: inout FunctionBodyWriter, _ count: UInt32, advancing pointers: [UInt32], _ step: (inout FunctionBodyWriter, UInt32) -> Void
  ) {
    for limbs: Int32 in [4, 1] {
      body.block()
      body.loop()
      body.localGet(count)
      body.i32Const(limbs)
      body.emit(.i32LtS)
      body.brIf(1)
      for index in 0..<UInt32(limbs) { step(&body, 8 * index) }
      for pointer in pointers { advance(&body, pointer, by: 8 * limbs) }
      advance(&body, count, by: -limbs)
      body.br(0)
      body.end()
      body.end()
    }
  }

  /// Pops a number into `target` with the other sign.
  private static func negate(_ body: inout FunctionBodyWriter, to target: UInt32, through local: UInt32) {
    body.localSet(local)
    body.i64Const(0)
    body.localGet(local)
    body.emit(.i64Sub)
    body.localSet(target)
  }

  /// Pushes the 128 bits of a limb times the factor.
  private static func multiplyStep(_ body: inout FunctionBodyWriter, _ a: UInt32, _ factor: UInt32, _ offset: UInt32) {
    body.localGet(a)
    body.load(.i64Load, offset: offset)
    body.localGet(factor)
    body.emit(.i64MulWideU)
  }

  /// Adds 64 bits to the 128 bits on the stack.
  private static func addStep(_ body: inout FunctionBodyWriter, _ limb: (inout FunctionBodyWriter) -> Void) {
    limb(&body)
    body.i64Const(0)
    body.emit(.i64Add128)
  }

  /// (result, a, m, b, n): row by row.
  private static func multiplyBody(_ addProduct: UInt32) -> FunctionBodyWriter {
    let (result, a, m, b, n): (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 1, 2, 3, 4)
    var body = FunctionBodyWriter(parameterCount: 5)
    let bytes = body.addLocal(.i32)
    body.localGet(m)
    body.i32Const(3)
    body.emit(.i32Shl)
    body.localSet(bytes)
    body.localGet(result)
    body.i32Const(0)
    body.localGet(bytes)
    body.memoryFill()
    body.loop()
    body.localGet(result)
    body.localGet(bytes)
    body.emit(.i32Add)
    body.localGet(result)
    body.localGet(a)
    body.localGet(m)
    body.localGet(b)
    body.load(.i64Load)
    body.call(addProduct)
    body.store(.i64Store)
    for pointer in [result, b] { advance(&body, pointer, by: 8) }
    advance(&body, n, by: -1)
    body.localGet(n)
    body.brIf(0)
    body.end()
    body.end()
    return body
  }

  private static func advance(_ body: inout FunctionBodyWriter, _ local: UInt32, by amount: Int32) {
    body.localGet(local)
    body.i32Const(amount)
    body.emit(.i32Add)
    body.localSet(local)
  }

  private static func patchBody(_ segment: UInt32, count: Int, _ target: Address) -> FunctionBodyWriter {
    var body = FunctionBodyWriter(parameterCount: 0)
    let base = body.growTable(by: count, from: segment)
    for index in 0..<count { body.storeTableIndex(base, plus: index, at: target + UInt32(4 * index)) }
    body.end()
    return body
  }
}
