// Ways out of a function that are not part of its hot path.
import GuestABI
import SchemeCore
import WasmFormat

enum ColdExit {
  /// The callee of a call node unwound: record this frame, unwind.
  case calleeUnwound(Node)
  /// A primitive or poll raised an error at a node: record the place, unwind.
  case failed(Node)
  /// Nothing to record: unwind.
  case unwound
  /// The general entry was called with a wrong number of arguments.
  case wrongArgumentCount
  /// An operation cannot be done: call the primitive, which raises the error. (If it comes back with a value after all, that cannot be.)
  case primitive(Node)
  /// A box or global variable has no value.
  case undefinedVariable(Node)
}

extension FunctionGenerator {
  /// Writes an exit's code, which returns.
  func write(_ exit: ColdExit, into body: inout FunctionBodyWriter) {
    func call(_ routine: UInt32, _ type: RoutineType) {
      body.i32Const(Int32(bitPattern: routine))
      body.callIndirect(type: routineTypes[type.rawValue])
    }
    func recordPlace(_ node: Node) {
      body.i32Const(Int32(bitPattern: node.address))
      call(routines.recordPlace, .place)
    }
    switch exit {
    case .calleeUnwound(let node):
      body.localGet(sp)
      body.i32Const(Int32(bitPattern: node.address))
      call(routines.recordFrame, .frame)
    case .failed(let node): recordPlace(node)
    case .unwound: body.i64Const(Int64(bitPattern: Constant.unwind))
    case .wrongArgumentCount:
      body.localGet(procedure)
      body.localGet(sp)
      body.localGet(2)
      call(routines.arityError, .general)
    case .primitive(let node):
      let operands = Operands(node)
      for index in 0..<operands.count {
        body.localGet(sp)
        FunctionGenerator.push(operands[index], firstSlot, into: &body)
        body.store(.i64Store, offset: UInt32(8 * index))
      }
      body.localGet(sp)
      body.i32Const(Int32(operands.count))
      call(routines.primitive(Int(node.payload)), .primitive)
      body.drop()
      recordPlace(node)
    case .undefinedVariable(let node):
      if node.kind == .boxRef {
        FunctionGenerator.push(node.argument(0), firstSlot, into: &body)
        call(routines.undefinedVariable, .unary)
      } else {
        body.i64Const(Int64(bitPattern: Word.pointer(node.payload, Tag.object)))
        call(routines.unboundVariable, .unary)
      }
      body.drop()
      recordPlace(node)
    }
    body.return()
  }
}

/// All operands of an operation node.
struct Operands {
  let node: Node
  let count: Int
  init(_ node: Node) {
    self.node = node
    count = node.operation.operandCount
  }
  subscript(index: Int) -> Operand { index == 0 ? node.a : index == 1 ? node.b : node.argument(index - 2) }
}
