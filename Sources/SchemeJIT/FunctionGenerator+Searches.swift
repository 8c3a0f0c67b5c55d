// `memq`, `assq` and their relatives: a loop over the first pairs, in place. Long lists, improper and circular ones, and keys that are not compared by identity are left
// to the primitive, which begins anew.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// - Parameters:
  ///   - isAssociation: the elements are pairs, whose cars are compared.
  ///   - isIdentity: any key is compared by identity; else only what is no pair and no object, and symbols.
  mutating func search(_ node: Node, isAssociation: Bool, isIdentity: Bool) {
    if testedCall == node.address, let keys = constantKeys(node, isAssociation) { return test(node.a, for: keys) }
    let (rest, element, key, count) = (temporaryA, temporaryB, temporaryC, address)
    push(node.a)
    body.localSet(key)
    push(node.b)
    body.localSet(rest)
    body.block(.value(.i64))
    nesting += 1
    body.block()
    if !isIdentity { leaveUnlessComparedByIdentity(key) }
    body.i32Const(JITTuning.searchedElements)
    body.localSet(count)
    // Depths: 0 the end of the pairs, 1 the next pair, 2 the primitive, 3 what comes after all.
    body.loop()
    body.block()
    isNoPair(rest)
    body.brIf(0)
    if isAssociation {
      loadPairField(0, of: rest)
      body.localTee(element)
      isNoPair(nil)
      branchUnlikely(2)
      body.localGet(element)
      loadPairField(0, of: element)
    } else {
      body.localGet(rest)
      loadPairField(0, of: rest)
    }
    body.localGet(key)
    body.emit(.i64Eq)
    body.brIf(3)
    body.drop()
    loadPairField(1, of: rest)
    body.localSet(rest)
    body.localGet(count)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.localTee(count)
    body.brIf(1)
    body.br(2)
    body.end()
    body.i64Const(Int64(Constant.false))
    body.localGet(rest)
    body.i64Const(Int64(Constant.null))
    body.emit(.i64Eq)
    body.brIf(2)
    body.drop()
    body.end()
    body.end()
    pushPrimitiveResult(node)
    endWithResult(of: node, in: rest)
  }

  // MARK: Constant lists

  /// What a key is compared with, if that is a short list in the program's text and everything in it is compared by identity. (Whether somebody changes a constant
  /// need not be noticed.)
  private func constantKeys(_ node: Node, _ isAssociation: Bool) -> [Word]? {
    guard var rest = node.b.constantValue else { return nil }
    var keys: [Word] = []
    while rest.isPair && keys.count < JITTuning.maximumInlineElements {
      let element = car(rest)
      if isAssociation && !element.isPair { return nil }
      let key = isAssociation ? car(element) : element
      if key.isPointer && !key.isSymbol { return nil }
      keys.append(key)
      rest = cdr(rest)
    }
    return rest.isNull ? keys : nil
  }

  /// Compares with one key after the other; the paths go on with the sides of the branch that follows. (Where the pair is wanted, the list is gone through: a program may have
  /// changed it, and what is loaded has to be looked at.)
  private mutating func test(_ operand: Operand, for keys: [Word]) {
    push(operand)
    body.localSet(temporaryC)
    body.block()
    body.block()
    nesting += 1
    for key in keys {
      body.localGet(temporaryC)
      body.i64Const(Int64(bitPattern: key))
      body.emit(.i64Eq)
      body.brIf(0)
    }
    body.br(1)
    body.end()
    isTestOpen = true
  }

  // MARK: Parts

  /// Leaves the block around for a key that is a pair, or an object but for symbols.
  private mutating func leaveUnlessComparedByIdentity(_ key: UInt32) {
    body.localGet(key)
    tagOfValue()
    body.localTee(address)
    body.i32Const(Int32(Tag.pair))
    body.emit(.i32Eq)
    body.brIf(0)
    body.localGet(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Eq)
    body.if()
    body.localGet(key)
    isOtherKind(.symbol)
    body.brIf(1)
    body.end()
  }
}
