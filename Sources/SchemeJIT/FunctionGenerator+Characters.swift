// Kinds and cases of characters: of those below U+0080 in place, of all others by the primitive.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Pushes whether a character is alphabetic, numeric or white space.
  mutating func characterTest(_ node: Node) {
    ifSmall(node.a, .i32)
    body.localGet(temporaryB)
    switch node.operation {
    case .isAlphabetic:
      body.i64Const(0x20)
      body.emit(.i64Or)
      isInRange(from: 0x61, count: 26)
    case .isNumeric: isInRange(from: 0x30, count: 10)
    default:
      isInRange(from: 9, count: 5)
      body.localGet(temporaryB)
      body.i64Const(0x20)
      body.emit(.i64Eq)
      body.emit(.i32Or)
    }
    body.else()
    pushPrimitiveResult(node)
    checkedTruth(node)
    nesting -= 1
    body.end()
  }

  /// Binds a character in upper or lower case.
  mutating func convertCase(_ node: Node) {
    ifSmall(node.a, .i64)
    // The bit that distinguishes the cases, where the character has one.
    push(node.a)
    body.localGet(temporaryB)
    isInRange(from: node.operation == .charUpcase ? 0x61 : 0x41, count: 26)
    body.emit(.i64ExtendI32U)
    body.i64Const(37)
    body.emit(.i64Shl)
    body.emit(.i64Xor)
    body.else()
    pushPrimitiveResult(node)
    endWithResult(of: node, in: temporaryA)
  }

  /// The start of what is done for a character below U+0080, whose scalar is in `temporaryB`, and gives a value of a type.
  private mutating func ifSmall(_ operand: Operand, _ type: ValueType) {
    pushScalar(operand)
    body.i64Const(0x80)
    body.emit(.i64LtU)
    body.if(.value(type))
    nesting += 1
  }

  /// Pushes the scalar of a character, and sets `temporaryB` to it; something above all scalars for what is no character.
  private mutating func pushScalar(_ operand: Operand) {
    push(operand)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Sub)
    body.i64Const(32)
    body.emit(.i64Rotr)
    body.localTee(temporaryB)
  }

  private mutating func isInRange(from first: Int64, count: Int64) {
    body.i64Const(first)
    body.emit(.i64Sub)
    body.i64Const(count)
    body.emit(.i64LtU)
  }
}
