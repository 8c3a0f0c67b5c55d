// The inline operations: what is common in place. Where an operand is wrong the interpreter goes on, and raises the error.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  mutating func operation(_ node: Node) {
    switch node.operation {
    case .add, .subtract, .multiply, .quotient, .remainder, .modulo, .divide, .minimum, .maximum, .absolute, .negate, .square:
      return arithmetic(node)
    case .exactToInexact: return exactToInexact(node)
    case .squareRoot: return squareRoot(node)
    case .floor: return rounded(node, .f64Floor)
    case .ceiling: return rounded(node, .f64Ceil)
    case .truncate: return rounded(node, .f64Trunc)
    case .round: return rounded(node, .f64Nearest)
    case .car: load(node, [0])
    case .cdr: load(node, [1])
    case .cadr: load(node, [1, 0])
    case .cddr: load(node, [1, 1])
    case .caar: load(node, [0, 0])
    case .cdar: load(node, [0, 1])
    case .caddr: load(node, [1, 1, 0])
    case .cdddr: load(node, [1, 1, 1])
    case .cadddr: load(node, [1, 1, 1, 0])
    case .cons: return conses(from: node, 1)
    case .setCar: setPair(node, 0)
    case .setCdr: setPair(node, 1)
    case .vectorRef:
      vectorAddress(node)
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
      body.localSet(slot(node.slot))
    case .vectorSet:
      vectorAddress(node)
      push(node.argument(0))
      body.store(.i64Store, offset: UInt32(Tag.offset(Tag.object, 1)))
      if mayBePointer(node.argument(0)) {
        elementAddress(node)
        setCard()
      }
      bindConstant(node, Constant.unspecified)
    case .vectorLength:
      checkKind(node.a, .vector, node)
      push(node.a)
      body.emit(.i32WrapI64)
      body.load(.i64Load32U, offset: UInt32(Tag.offset(Tag.object, 0)) + 4)
      body.i64Const(Int64(Tag.fixnumShift))
      body.emit(.i64Shl)
      body.localSet(slot(node.slot))
    case .stringLength: rawLength(.string, node)
    case .symbolToString:
      checkKind(node.a, .symbol, node)
      push(node.a)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 0) + SymbolLayout.name))
      body.localSet(slot(node.slot))
    case .stringRef: stringRef(node)
    case .checkValues:
      checkValues(node)
      bindConstant(node, Constant.unspecified)
    case .valueRef:
      if isManyValues(node) {
        push(node.a)
        body.emit(.i32WrapI64)
        body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1 + (node.b.constantValue?.index ?? 0))))
        body.localSet(slot(node.slot))
      } else {
        callPrimitive(node)
      }
    case .stringSet: stringSet(node)
    case .bytevectorRef: bytevectorRef(node)
    case .bytevectorSet: bytevectorSet(node)
    case .bytevectorLength: rawLength(.bytevector, node)
    case .recordRef:
      checkRecord(node)
      push(node.a)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: recordField(node))
      body.localSet(slot(node.slot))
    case .recordSet:
      checkRecord(node)
      push(node.a)
      body.emit(.i32WrapI64)
      push(node.argument(1))
      body.store(.i64Store, offset: recordField(node))
      markCard(of: node.a, offset: Int32(recordField(node)), storing: node.argument(1))
      bindConstant(node, Constant.unspecified)
    case .charToInteger:
      checkCharacter(node.a, node)
      push(node.a)
      body.i64Const(32)
      body.emit(.i64ShrU)
      body.i64Const(Int64(Tag.fixnumShift))
      body.emit(.i64Shl)
      body.localSet(slot(node.slot))
    case .charUpcase, .charDowncase: convertCase(node)
    case .setHandlers: setRoot(.handlers, node)
    case .setParameters: setRoot(.parameters, node)
    case .setWinds: setRoot(.winds, node)
    case .memq: search(node, isAssociation: false, isIdentity: true)
    case .memv: search(node, isAssociation: false, isIdentity: false)
    case .assq: search(node, isAssociation: true, isIdentity: true)
    case .assv: search(node, isAssociation: true, isIdentity: false)
    case .readChar: readCharacter(node, from: port(node.a), advances: true)
    case .peekChar: readCharacter(node, from: port(node.a), advances: false)
    case .writeChar: writeCharacter(node, node.a, to: port(node.b))
    case .tableRef, .tableSet: tableAccess(node)
    case .tableSlots:
      checkKind(node.a, .hashTable, node)
      push(node.a)
      loadTableField(HashTableLayout.used)
      body.localSet(slot(node.slot))
    case .tableKey, .tableValue:
      checkKind(node.a, .hashTable, node)
      tableEntry(node)
    case let operation where operation.isPredicate: predicateValue(node)
    default: callPrimitive(node)
    }
    bound(node)
  }

  mutating func bindConstant(_ node: Node, _ value: Word) {
    body.i64Const(Int64(bitPattern: value))
    body.localSet(slot(node.slot))
  }

  /// Leaves an operation to its primitive.
  mutating func callPrimitive(_ node: Node) {
    pushPrimitiveResult(node)
    body.localTee(slot(node.slot))
    isUnwind()
    exit(if: .failed(node))
  }

  mutating func pushPrimitiveResult(_ node: Node) {
    let operands = Operands(node)
    for index in 0..<operands.count {
      body.localGet(sp)
      push(operands[index])
      body.store(.i64Store, offset: UInt32(8 * index))
    }
    body.localGet(sp)
    body.i32Const(Int32(operands.count))
    call(routines.primitive(Int(node.payload)), .primitive)
  }

  // MARK: Pairs

  /// Loads along a path of fields (0 car, 1 cdr), each step from a pair.
  private mutating func load(_ node: Node, _ fields: [Int]) {
    var source = temporaryA
    push(node.a)
    if node.a.kind == .slot { source = slot(node.a.index) } else { body.localTee(source) }
    for (step, field) in fields.enumerated() {
      if step == 0 && state.type(node.a) == .pair {
        body.emit(.i32WrapI64)
      } else {
        checkTag(Tag.pair, node)
        body.localGet(source)
        body.emit(.i32WrapI64)
      }
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.pair, field)))
      source = temporaryA
      if step < fields.count - 1 { body.localTee(source) }
    }
    body.localSet(slot(node.slot))
  }

  /// Leaves unless the value on the stack has a tag.
  private mutating func checkTag(_ tag: Word, _ node: Node) {
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    body.i32Const(Int32(tag))
    body.emit(.i32Ne)
    fail(if: node)
  }

  /// Leaves unless an operand is a character.
  mutating func checkCharacter(_ operand: Operand, _ node: Node) {
    if state.type(operand) == .character { return }
    push(operand)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Constant.characterTag))
    body.emit(.i32Ne)
    fail(if: node)
  }

  private mutating func setPair(_ node: Node, _ field: Int) {
    if state.type(node.a) != .pair {
      push(node.a)
      checkTag(Tag.pair, node)
    }
    push(node.a)
    body.emit(.i32WrapI64)
    push(node.b)
    body.store(.i64Store, offset: UInt32(Tag.offset(Tag.pair, field)))
    markCard(of: node.a, storing: node.b)
    bindConstant(node, Constant.unspecified)
  }

  /// So many bindings of new pairs, which follow one another: they are allocated together.
  mutating func conses(from first: Node, _ count: Int) {
    allocate(words: 2 * count)
    var node = first
    for index in 0..<count {
      body.localGet(address)
      push(node.a)
      body.store(.i64Store, offset: UInt32(16 * index))
      body.localGet(address)
      push(node.b)
      body.store(.i64Store, offset: UInt32(16 * index + 8))
      body.localGet(address)
      body.i32Const(Int32(16 * index) - 8 + Int32(Tag.pair))
      body.emit(.i32Add)
      body.emit(.i64ExtendI32U)
      body.localSet(slot(node.slot))
      bound(node)
      node = node.next
    }
  }

  // MARK: Objects

  /// Leaves unless an operand is an object of a kind.
  /// The length of a string or bytevector.
  private mutating func rawLength(_ kind: ObjectKind, _ node: Node) {
    checkKind(node.a, kind, node)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Shl)
    body.localSet(slot(node.slot))
  }

  private mutating func checkKind(_ operand: Operand, _ kind: ObjectKind, _ node: Node) {
    switch (state.type(operand), kind) {
    case (.vector, .vector), (.string, .string), (.bytevector, .bytevector): return
    default: break
    }
    push(operand)
    checkTag(Tag.object, node)
    push(operand)
    isOtherKind(kind)
    fail(if: node)
  }

  /// Checks a vector access and pushes the vector plus eight times the index.
  private mutating func vectorAddress(_ node: Node) {
    checkKind(node.a, .vector, node)
    // The index is a fixnum, and below the length as an unsigned number: its tagged word, rotated so that the tag is on top, is.
    push(node.b)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Rotr)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load32U, offset: UInt32(Tag.offset(Tag.object, 0)) + 4)
    body.emit(.i64GeU)
    fail(if: node)
    elementAddress(node)
  }

  /// Pushes the vector plus eight times the index.
  private mutating func elementAddress(_ node: Node) {
    push(node.a)
    body.emit(.i32WrapI64)
    push(node.b)
    body.emit(.i32WrapI64)
    body.emit(.i32Add)
  }

  /// Checks an index of a string or bytevector, whose length is in its first word.
  private mutating func checkIndex(_ node: Node, _ kind: ObjectKind) {
    checkKind(node.a, kind, node)
    push(node.b)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Rotr)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    body.emit(.i64GeU)
    fail(if: node)
  }

  /// Pushes a string or bytevector plus the size of an element, 1 << `size` bytes, times the index.
  private mutating func elementAddress(_ node: Node, size: UInt32) {
    push(node.a)
    body.emit(.i32WrapI64)
    push(node.b)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(UInt32(Tag.fixnumShift) - size))
    body.emit(.i32ShrU)
    body.emit(.i32Add)
  }

  private mutating func stringRef(_ node: Node) {
    checkIndex(node, .string)
    elementAddress(node, size: 2)
    body.load(.i64Load32U, offset: UInt32(Tag.offset(Tag.object, 2)))
    body.i64Const(32)
    body.emit(.i64Shl)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Or)
    body.localSet(slot(node.slot))
  }

  /// Whether the value of a `%value-ref` is certainly in an object. (A first value need not be.)
  private func isManyValues(_ node: Node) -> Bool { node.b.constantValue ?? 0 != 0 || state.type(node.a) == .values }

  private mutating func checkValues(_ node: Node) {
    let count = node.b.constantValue?.index ?? 0
    if count < 2 || node.argument(0).constantValue != Constant.false {
      pushPrimitiveResult(node)
      isUnwind()
      return exit(if: .failed(node))
    }
    push(node.a)
    checkTag(Tag.object, node)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i64Const(Int64(bitPattern: Header.make(.multipleValues, words: count)))
    body.emit(.i64Ne)
    fail(if: node)
  }

  private mutating func stringSet(_ node: Node) {
    checkIndex(node, .string)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i32Load8U, offset: UInt32(Tag.offset(Tag.object, 0)) + 1)
    fail(if: node)
    checkCharacter(node.argument(0), node)
    elementAddress(node, size: 2)
    push(node.argument(0))
    body.i64Const(32)
    body.emit(.i64ShrU)
    body.store(.i64Store32, offset: UInt32(Tag.offset(Tag.object, 2)))
    bindConstant(node, Constant.unspecified)
  }

  private mutating func bytevectorSet(_ node: Node) {
    checkIndex(node, .bytevector)
    push(node.argument(0))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Rotr)
    body.i64Const(256)
    body.emit(.i64GeU)
    fail(if: node)
    elementAddress(node, size: 0)
    push(node.argument(0))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64ShrU)
    body.store(.i64Store8, offset: UInt32(Tag.offset(Tag.object, 2)))
    bindConstant(node, Constant.unspecified)
  }

  private mutating func bytevectorRef(_ node: Node) {
    checkIndex(node, .bytevector)
    elementAddress(node, size: 0)
    body.load(.i64Load8U, offset: UInt32(Tag.offset(Tag.object, 2)))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Shl)
    body.localSet(slot(node.slot))
  }

  private mutating func checkRecord(_ node: Node) {
    checkKind(node.a, .record, node)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    push(node.b)
    body.emit(.i64Ne)
    fail(if: node)
  }

  /// The offset of the field of a record operation, whose index is a constant that the expander wrote.
  private func recordField(_ node: Node) -> UInt32 {
    let index = node.argument(0).constantValue?.index ?? 0
    return UInt32(Tag.offset(Tag.object, 2 + index))
  }
}
