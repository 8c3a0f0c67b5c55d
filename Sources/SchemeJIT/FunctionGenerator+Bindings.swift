// Bindings: everything that gives a slot a value, and inline allocation.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  mutating func binding(_ node: Node) {
    switch node.kind {
    case .call:
      if !capture(node, isTail: false) && !inlineCall(node, isTail: false) && !callAfterEarlyExits(node) { call(node) }
      return
    case .apply: return call(node)
    case .operation: return operation(node)
    case .move:
      if state.type(node.a) == .flonum {
        pushDouble(node.a)
        return bindDouble(node)
      }
      push(node.a)
      body.localSet(slot(node.slot))
    case .primitiveCall: primitiveCall(node)
    case .makeProcedure:
      makeProcedure(node)
      bound(node)
      state.made[node.slot] = node.payload
      return
    case .fillProcedure:
      push(node.a)
      body.emit(.i32WrapI64)
      push(node.argument(0))
      body.store(.i64Store, offset: UInt32(Operand.freeOffset(Int(node.b.bits))))
    case .makeBox:
      push(node.a)
      body.localSet(temporaryA)
      allocate(words: 2)
      storeHeader(Header.make(.box, words: 1))
      body.localGet(address)
      body.localGet(temporaryA)
      body.store(.i64Store, offset: 8)
      pushPointer(Tag.object)
      body.localSet(slot(node.slot))
    case .boxRef:
      push(node.a)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
      if node.flags & Node.definedFlag != 0 { body.localSet(slot(node.slot)) } else { checkDefined(node) }
    case .boxSet:
      push(node.a)
      body.emit(.i32WrapI64)
      push(node.b)
      body.store(.i64Store, offset: UInt32(Tag.offset(Tag.object, 1)))
      markCard(of: node.a, storing: node.b)
    case .globalRef:
      body.i32Const(0)
      body.load(.i64Load, offset: node.payload + UInt32(SymbolLayout.value))
      // What is defined stays defined.
      if globalValue(node.payload) == Constant.undefined { checkDefined(node) } else { body.localSet(slot(node.slot)) }
    case .globalSet:
      refuseSealed(node)
      if globalValue(node.payload) == Constant.undefined {
        body.i32Const(0)
        body.load(.i64Load, offset: node.payload + UInt32(SymbolLayout.value))
        body.i64Const(Int64(Constant.undefined))
        body.emit(.i64Eq)
        fail(if: node)
      }
      setGlobal(node)
    case .globalDefine:
      refuseSealed(node)
      setGlobal(node)
    case .return, .jump, .tailCall, .tailApply, .branch, .branchOperation, .label: break
    }
    bound(node)
  }

  /// Binds the value on the stack unless it is undefined.
  private mutating func checkDefined(_ node: Node) {
    body.localTee(temporaryA)
    body.i64Const(Int64(Constant.undefined))
    body.emit(.i64Eq)
    fail(if: node)
    body.localGet(temporaryA)
    body.localSet(slot(node.slot))
  }

  /// Leaves before a sealed global is assigned or defined: the interpreter raises the error.
  private mutating func refuseSealed(_ node: Node) {
    if !Sealing.isSealed(node.payload) { return }
    body.i32Const(1)
    fail(if: node)
  }

  /// Stores a global's value and the Func it has as a procedure (0 if it is none).
  private mutating func setGlobal(_ node: Node) {
    body.i32Const(0)
    push(node.a)
    body.localTee(temporaryA)
    body.store(.i64Store, offset: node.payload + UInt32(SymbolLayout.value))
    body.i32Const(0)
    body.load(.i32Load, offset: node.payload + UInt32(SymbolLayout.knownFunc))
    body.localSet(address)
    body.i32Const(0)
    body.localGet(temporaryA)
    body.i64Const(Int64(Tag.mask))
    body.emit(.i64And)
    body.i64Const(Int64(Tag.procedure))
    body.emit(.i64Eq)
    body.if(.value(.i32))
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.load(.i32Load, offset: UInt32(Tag.offset(Tag.procedure, 1)))
    body.else()
    body.i32Const(0)
    body.end()
    body.store(.i32Store, offset: node.payload + UInt32(SymbolLayout.knownFunc))
    // What held a procedure is hardly ever assigned; something may have been assumed of it (SchemeCore's Assumptions).
    body.localGet(address)
    ifUnlikely()
    body.localGet(address)
    body.i32Const(Int32(bitPattern: node.payload))
    call(routines.globalAssigned, .frame)
    body.drop()
    body.end()
  }

  private mutating func makeProcedure(_ node: Node) {
    let words = 2 + node.count
    allocate(words: words)
    storeHeader(Header.make(.procedure, words: words - 1))
    body.localGet(address)
    body.i64Const(Int64(node.payload))
    body.store(.i64Store, offset: 8)
    fillFields(node, from: 16)
    pushPointer(Tag.procedure)
    body.localSet(slot(node.slot))
  }

  /// Stores the arguments of a node in the fields of a new object, the first one at an offset in bytes.
  private mutating func fillFields(_ node: Node, from offset: Int) {
    for index in 0..<node.count {
      body.localGet(address)
      push(node.argument(index))
      body.store(.i64Store, offset: UInt32(offset + 8 * index))
    }
  }

  private mutating func primitiveCall(_ node: Node) {
    switch Primitives.row(at: Int(node.payload)).operation {
    case .values where node.count > 1: return makeObject(.multipleValues, node)
    case .list where node.count > 0 && node.count <= JITTuning.maximumInlineElements: return makeList(node)
    case .vector where node.count > 0 && node.count <= JITTuning.maximumInlineElements: return makeObject(.vector, node)
    case .record where node.count <= JITTuning.maximumInlineElements: return makeObject(.record, node)
    case .handlers: return pushRoot(.handlers, node)
    case .parameters: return pushRoot(.parameters, node)
    case .winds: return pushRoot(.winds, node)
    case .frameRecords: return pushRoot(.frameRecords, node)
    case .readChar where node.count == 0: return readCharacter(node, from: currentPort(.currentInputPort), advances: true)
    case .peekChar where node.count == 0: return readCharacter(node, from: currentPort(.currentInputPort), advances: false)
    case .writeChar where node.count == 1: return writeCharacter(node, node.argument(0), to: currentPort(.currentOutputPort))
    default: break
    }
    pushPrimitiveResult(node)
    body.localTee(slot(node.slot))
    isUnwind()
    exit(if: failure(at: node))
  }

  /// An object whose fields are the node's arguments: `(vector a b ...)`, `(values a b ...)`, `(%record type a ...)`.
  private mutating func makeObject(_ kind: ObjectKind, _ node: Node) {
    allocate(words: 1 + node.count)
    storeHeader(Header.make(kind, words: node.count))
    fillFields(node, from: 8)
    pushPointer(Tag.object)
    body.localSet(slot(node.slot))
  }

  private mutating func makeList(_ node: Node) {
    pushList(node, from: 0)
    body.localSet(slot(node.slot))
  }

  /// Pushes the list of a node's arguments from one on: the pairs lie one after the other.
  mutating func pushList(_ node: Node, from first: Int) {
    let count = node.count - first
    if count == 0 { return body.i64Const(Int64(Constant.null)) }
    allocate(words: 2 * count)
    for index in 0..<count {
      body.localGet(address)
      push(node.argument(first + index))
      body.store(.i64Store, offset: UInt32(16 * index))
      body.localGet(address)
      body.linkPair(index, of: count, at: address)
      body.store(.i64Store, offset: UInt32(16 * index + 8))
    }
    pushPointer(Tag.pair)
  }

  // MARK: Roots

  private mutating func pushRoot(_ root: Root, _ node: Node) {
    body.i32Const(0)
    body.load(.i64Load, offset: RuntimeState.address(of: root))
    body.localSet(slot(node.slot))
  }

  /// Roots are looked at in every collection: there is no card to mark.
  mutating func setRoot(_ root: Root, _ node: Node) {
    body.i32Const(0)
    push(node.a)
    body.store(.i64Store, offset: RuntimeState.address(of: root))
    bindConstant(node, Constant.unspecified)
  }

  // MARK: Write barrier

  /// After a store of a value into an object: sets the byte of its card (see SchemeCore's `Cards`), unless the value cannot be a pointer. `offset` is
  /// that of the word from the first of the object, where it is more than `Cards` allows for.
  mutating func markCard(of object: Operand, offset: Int32 = 0, storing value: Operand) {
    if !mayBePointer(value) { return }
    push(object)
    body.emit(.i32WrapI64)
    if offset != 0 {
      body.i32Const(offset)
      body.emit(.i32Add)
    }
    setCard()
  }

  /// Whether the collector has to know of a store of an operand's value.
  func mayBePointer(_ value: Operand) -> Bool {
    if let constant = value.constantValue { return constant.isPointer }
    return !state.type(value).isPointerFree
  }

  /// Sets the card of the address on the stack.
  mutating func setCard() {
    body.i32Const(Int32(Cards.shift))
    body.emit(.i32ShrU)
    body.i32Const(1)
    body.store(.i32Store8, offset: Cards.table)
  }

  // MARK: Allocation

  /// Sets `address` to fresh memory of some words.
  mutating func allocate(words: Int) {
    body.allocate(bytes: 8 * words, to: address, orBy: routines.allocate, routineTypes[RoutineType.allocate.rawValue])
  }

  mutating func storeHeader(_ header: Word) {
    body.localGet(address)
    body.i64Const(Int64(bitPattern: header))
    body.store(.i64Store)
  }

  /// Pushes the tagged pointer to `address`.
  mutating func pushPointer(_ tag: Word) {
    body.tagged(address, tag)
  }
}
