// The small functions beside a procedure's own that lead to it from calls that do not give the arguments as it takes them:
//
//   gathering       the general entry of a procedure with a rest parameter: takes the arguments from memory and makes the list
//   direct          a direct entry of such a procedure: makes the list of some of its arguments
//   variant         a direct entry of a procedure that has code for some numbers of arguments in a variable of its closures (`Func.variantVariable`): takes the procedure
//                   from there; makes the list, if there is a rest parameter
import GuestABI
import SchemeCore
import WasmFormat

enum EntryFunction {
  case gathering
  case direct(Int)
  case variant(Int)

  /// Those of a procedure that takes its arguments as parameters.
  static func all(of function: Func) -> [EntryFunction] {
    var entries: [EntryFunction] = function.hasRest ? [.gathering] : []
    let most = function.hasRest ? min(function.parameters + JITTuning.maximumDirectRest, FuncLayout.maximumDirectArity) : function.parameters
    for count in function.parameters...most {
      if function.hasRest && function.variant(count) == nil { entries.append(.direct(count)) }
      if function.variantVariable != nil && function.general.variant(count) == function { entries.append(.variant(count)) }
    }
    return entries
  }

  /// The number of arguments; nil: they are in memory.
  var argumentCount: Int? {
    switch self {
    case .gathering: nil
    case .direct(let count), .variant(let count): count
    }
  }

  /// The entry slots that it is for.
  func places(of function: Func) -> [Address] {
    switch self {
    case .gathering: return [function.address + UInt32(FuncLayout.generalEntry)]
    case .variant(let count): return [function.general.address + UInt32(4 * count)]
    case .direct(let count):
      let isOfVariant = function.isVariant && function.variantVariable == nil && function.general.variant(count) == function
      return [function.address + UInt32(4 * count)] + (isOfVariant ? [function.general.address + UInt32(4 * count)] : [])
    }
  }
}

extension ModuleGenerator {
  /// The body of an entry that goes on in the function with an index.
  func body(of entry: EntryFunction, of function: Func, _ index: UInt32) -> FunctionBodyWriter {
    guard let count = entry.argumentCount else { return gatheringBody(of: function, index) }
    let (procedure, sp, first): (UInt32, UInt32, UInt32) = (0, 1, 2)
    var body = FunctionBodyWriter(parameterCount: 2 + count)
    let surplus = count - function.parameters
    let address = surplus > 0 ? body.addLocal(.i32) : 0
    if surplus > 0 {
      body.allocate(bytes: 16 * surplus, to: address, orBy: routines.allocate, type(.allocate))
      for element in 0..<surplus {
        body.localGet(address)
        body.localGet(first + UInt32(function.parameters + element))
        body.store(.i64Store, offset: UInt32(16 * element))
        body.localGet(address)
        body.linkPair(element, of: surplus, at: address)
        body.store(.i64Store, offset: UInt32(16 * element + 8))
      }
    }
    body.localGet(procedure)
    if case .variant = entry, let variable = function.variantVariable {
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Operand.freeOffset(variable)))
    }
    body.localGet(sp)
    for index in 0..<function.parameters { body.localGet(first + UInt32(index)) }
    if function.hasRest {
      if surplus > 0 { body.tagged(address, Tag.pair) } else { body.i64Const(Int64(Constant.null)) }
    }
    body.returnCall(index)
    body.end()
    return body
  }

  private func gatheringBody(of function: Func, _ index: UInt32) -> FunctionBodyWriter {
    let (procedure, sp, count): (UInt32, UInt32, UInt32) = (0, 1, 2)
    var body = FunctionBodyWriter(parameterCount: 3)
    body.localGet(count)
    body.i32Const(Int32(function.parameters))
    body.emit(.i32LtS)
    body.if()
    body.localGet(procedure)
    body.localGet(sp)
    body.localGet(count)
    body.i32Const(Int32(bitPattern: routines.arityError))
    body.callIndirect(type: type(.general))
    body.return()
    body.end()
    body.localGet(procedure)
    body.localGet(sp)
    for index in 0..<function.parameters {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * index))
    }
    body.localGet(sp)
    body.i32Const(Int32(function.parameters))
    body.localGet(count)
    body.i32Const(Int32(bitPattern: routines.listOfArguments))
    body.callIndirect(type: type(.list))
    body.returnCall(index)
    body.end()
    return body
  }
}

extension FunctionBodyWriter {
  /// Sets a local to the address of fresh memory, which the runtime's routine finds where the chunk is used up.
  mutating func allocate(bytes: Int, to address: UInt32, orBy routine: UInt32, _ type: UInt32) {
    let pointer = RuntimeState.address + UInt32(RuntimeStateLayout.allocationPointer)
    let limit = RuntimeState.address + UInt32(RuntimeStateLayout.allocationLimit)
    i32Const(0)
    load(.i32Load, offset: pointer)
    localTee(address)
    i32Const(Int32(bytes))
    emit(.i32Add)
    i32Const(0)
    load(.i32Load, offset: limit)
    emit(.i32GtU)
    hint(isLikely: false)
    `if`()
    i32Const(Int32(bytes))
    i32Const(Int32(bitPattern: routine))
    callIndirect(type: type)
    localSet(address)
    `else`()
    i32Const(0)
    localGet(address)
    i32Const(Int32(bytes))
    emit(.i32Add)
    store(.i32Store, offset: pointer)
    end()
  }

  /// Pushes what follows one of the pairs of a list that lie one after the other from an address on: the next pair, or the empty list.
  mutating func linkPair(_ index: Int, of count: Int, at address: UInt32) {
    if index == count - 1 { return i64Const(Int64(Constant.null)) }
    localGet(address)
    i32Const(16 * Int32(index + 1) - 8 + Int32(Tag.pair))
    emit(.i32Add)
    emit(.i64ExtendI32U)
  }

  /// Pushes the tagged pointer to an address.
  mutating func tagged(_ address: UInt32, _ tag: Word) {
    localGet(address)
    i32Const(8 - Int32(tag))
    emit(.i32Sub)
    emit(.i64ExtendI32U)
  }
}
