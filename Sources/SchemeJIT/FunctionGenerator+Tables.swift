// Hash tables: an entry whose key is a symbol, a fixnum or another word that is no pointer is found in place, if it is among the first that the index leads to; so is that there
// is none. Other keys, new ones, and tables whose index depends on addresses are left to the primitive.
//
//     block (result i64)
//       block
//         block
//           br_if 1 unless it is a table with such an index, and such a key
//           loop: br_if 1 if the key is there, br 4 with the default, or br_if 2, if there is no entry; the next place, a few times
//           br 1
//         end
//         the entry's value, or a store to it; br 1
//       end
//       primitive
//     end
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// `(%table-ref table key default)`, `(%table-set! table key value)`.
  mutating func tableAccess(_ node: Node) {
    let (index, key, table) = (temporaryA, temporaryB, temporaryC)
    push(node.a)
    body.localSet(table)
    push(node.b)
    body.localSet(key)
    body.block(.value(.i64))
    nesting += 1
    body.block()
    nesting += 1
    leaveUnlessTable(table)
    leaveUnlessHashedAsWord(key)
    findEntry(key, table, index: index, default: node.operation == .tableRef ? node.argument(0) : nil)
    // The address of the entry's key is 5 less, of its value 5 + 8: what a tagged pointer is from its object's first field.
    let value = UInt32(Tag.offset(Tag.object, 2))
    if node.operation == .tableRef {
      body.localGet(address)
      body.load(.i64Load, offset: value)
    } else {
      body.localGet(address)
      push(node.argument(0))
      body.store(.i64Store, offset: value)
      if mayBePointer(node.argument(0)) {
        body.localGet(address)
        body.i32Const(8)
        body.emit(.i32Add)
        setCard()
      }
      body.i64Const(Int64(Constant.unspecified))
    }
    body.br(1)
    nesting -= 1
    body.end()
    pushPrimitiveResult(node)
    endWithResult(of: node, in: temporaryA)
  }

  private mutating func leaveUnlessTable(_ table: UInt32) {
    body.localGet(table)
    tagOfValue()
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    body.brIf(0)
    body.localGet(table)
    isOtherKind(.hashTable)
    body.brIf(0)
    loadTableField(HashTableLayout.epoch, of: table)
    body.i64Const(Int64(bitPattern: HashTableLayout.noEpoch))
    body.emit(.i64Ne)
    body.brIf(0)
  }

  /// Leaves the block around for a key that is neither a fixnum nor a constant nor a symbol.
  private mutating func leaveUnlessHashedAsWord(_ key: UInt32) {
    body.localGet(key)
    tagOfValue()
    body.localTee(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Eq)
    body.if()
    body.localGet(key)
    isOtherKind(.symbol)
    body.brIf(1)
    body.else()
    // A fixnum, or a constant: the tags 0 and 7.
    body.localGet(address)
    body.i32Const(1)
    body.emit(.i32Add)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    body.i32Const(1)
    body.emit(.i32GtU)
    body.brIf(1)
    body.end()
  }

  /// Sets `address` to the vector of entries plus the offset of the key's; leaves the block around if it is not found soon, or the one around that with the default, if there
  /// is one, when it is certain that it is not there.
  private mutating func findEntry(_ key: UInt32, _ table: UInt32, index: UInt32, default value: Operand?) {
    let (place, tries) = (newLocal(.i32), newLocal(.i32))
    let offset = UInt32(Tag.offset(Tag.object, 1))
    body.localGet(key)
    body.localGet(key)
    body.i64Const(32)
    body.emit(.i64ShrU)
    body.emit(.i64Xor)
    body.i64Const(Int64(bitPattern: HashTableLayout.multiplier))
    body.emit(.i64Mul)
    body.i64Const(32)
    body.emit(.i64ShrU)
    body.emit(.i32WrapI64)
    body.localSet(place)
    loadTableField(HashTableLayout.index, of: table)
    body.localSet(index)
    body.i32Const(JITTuning.tableProbes)
    body.localSet(tries)
    body.block()
    body.loop()
    // The number of the entry plus one: the index has four bytes for each place.
    body.localGet(index)
    body.emit(.i32WrapI64)
    body.localGet(place)
    body.localGet(index)
    body.emit(.i32WrapI64)
    body.load(.i32Load, offset: offset)
    body.i32Const(2)
    body.emit(.i32ShrU)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.emit(.i32And)
    body.localTee(place)
    body.i32Const(2)
    body.emit(.i32Shl)
    body.emit(.i32Add)
    body.load(.i32Load, offset: UInt32(Tag.offset(Tag.object, 2)))
    body.localTee(address)
    body.emit(.i32Eqz)
    if let value {
      body.if()
      push(value)
      body.br(4)
      body.end()
    } else {
      body.brIf(2)
    }
    loadTableField(HashTableLayout.entries, of: table)
    body.emit(.i32WrapI64)
    body.localGet(address)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.i32Const(4)
    body.emit(.i32Shl)
    body.emit(.i32Add)
    body.localTee(address)
    body.load(.i64Load, offset: offset)
    body.localGet(key)
    body.emit(.i64Eq)
    body.brIf(1)
    body.localGet(place)
    body.i32Const(1)
    body.emit(.i32Add)
    body.localSet(place)
    body.localGet(tries)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.localTee(tries)
    body.brIf(0)
    body.br(2)
    body.end()
    body.end()
  }

  /// `(%table-key table number)`, `(%table-value table number)`, of a table; leaves unless the number is that of an entry.
  mutating func tableEntry(_ node: Node) {
    push(node.b)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Rotr)
    push(node.a)
    loadTableField(HashTableLayout.used)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64ShrU)
    body.emit(.i64GeU)
    fail(if: node)
    push(node.a)
    loadTableField(HashTableLayout.entries)
    body.emit(.i32WrapI64)
    push(node.b)
    body.emit(.i32WrapI64)
    body.i32Const(1)
    body.emit(.i32Shl)
    body.emit(.i32Add)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, node.operation == .tableKey ? 1 : 2)))
    body.localSet(slot(node.slot))
  }

  private mutating func loadTableField(_ field: Int, of table: UInt32) {
    body.localGet(table)
    loadTableField(field)
  }

  /// Replaces the table on the stack by one of its fields.
  mutating func loadTableField(_ field: Int) {
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1 + field)))
  }
}
