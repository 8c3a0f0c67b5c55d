// Characters of ports: one that is a byte in the port's buffer is taken out, or put in, in place; the primitive does everything else.
//
//     block (result i64)
//       block
//         br_if 0 unless the port is open, and the byte is there, or there is room for it
//         the byte; br 1
//       end
//       primitive
//     end
//
// Without a port it is the current one: the parameter's value outside of any `parameterize`, or the innermost binding, if that is the parameter's.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// `(read-char port)`, `(peek-char port)`.
  mutating func readCharacter(_ node: Node, from port: UInt32, advances: Bool) {
    beginPortOperation(port, PortLayout.openTextualInput)
    loadField(PortLayout.position, of: port)
    body.localTee(temporaryA)
    loadField(PortLayout.end, of: port)
    body.emit(.i64GeS)
    body.brIf(0)
    pushBufferAddress(port)
    body.load(.i64Load8U, offset: UInt32(Tag.offset(Tag.object, 2)))
    body.localTee(temporaryB)
    body.i64Const(0x80)
    body.emit(.i64GeU)
    body.brIf(0)
    if advances { advance(port) }
    body.localGet(temporaryB)
    body.i64Const(32)
    body.emit(.i64Shl)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Or)
    endPortOperation(node)
  }

  /// `(write-char character port)`.
  mutating func writeCharacter(_ node: Node, _ character: Operand, to port: UInt32) {
    beginPortOperation(port, PortLayout.openTextualOutput)
    // A character below U+0080, compared together with the tag.
    push(character)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Sub)
    body.i64Const(32)
    body.emit(.i64Rotr)
    body.i64Const(0x80)
    body.emit(.i64GeU)
    body.brIf(0)
    loadField(PortLayout.position, of: port)
    body.localTee(temporaryA)
    loadField(PortLayout.buffer, of: port)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Shl)
    body.emit(.i64GeU)
    body.brIf(0)
    pushBufferAddress(port)
    push(character)
    body.i64Const(32)
    body.emit(.i64ShrU)
    body.store(.i64Store8, offset: UInt32(Tag.offset(Tag.object, 2)))
    advance(port)
    body.i64Const(Int64(Constant.unspecified))
    endPortOperation(node)
  }

  /// A local with the port that an operand is.
  mutating func port(_ operand: Operand) -> UInt32 {
    push(operand)
    body.localSet(temporaryC)
    return temporaryC
  }

  /// A local with the current port, for a call without one.
  mutating func currentPort(_ root: Root) -> UInt32 {
    PortLayout.makeParameter(root)
    body.i32Const(0)
    body.load(.i64Load, offset: RuntimeState.address(of: root))
    body.localSet(temporaryA)
    readParameterInA()
    body.localSet(temporaryC)
    return temporaryC
  }

  /// Opens the blocks and makes sure that a local's value is a port with the traits, and none of those that the primitive looks after.
  private mutating func beginPortOperation(_ port: UInt32, _ traits: PortLayout.Traits) {
    body.block(.value(.i64))
    nesting += 1
    body.block()
    nesting += 1
    body.localGet(port)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    body.brIf(0)
    body.localGet(port)
    body.emit(.i32WrapI64)
    body.load(.i32Load, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i32Const(Int32(traits.mask))
    body.emit(.i32And)
    body.i32Const(Int32(traits.wanted))
    body.emit(.i32Ne)
    body.brIf(0)
  }

  /// With the value on the stack: ends the blocks, and has the primitive do what is left.
  private mutating func endPortOperation(_ node: Node) {
    body.br(1)
    nesting -= 1
    body.end()
    pushPrimitiveResult(node)
    endWithResult(of: node, in: temporaryA)
  }

  private mutating func loadField(_ index: Int, of port: UInt32) {
    body.localGet(port)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1 + index)))
  }

  /// Pushes the buffer plus the position in `temporaryA`.
  private mutating func pushBufferAddress(_ port: UInt32) {
    loadField(PortLayout.buffer, of: port)
    body.emit(.i32WrapI64)
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.fixnumShift))
    body.emit(.i32ShrU)
    body.emit(.i32Add)
  }

  /// The position is the one in `temporaryA` plus one.
  private mutating func advance(_ port: UInt32) {
    body.localGet(port)
    body.emit(.i32WrapI64)
    body.localGet(temporaryA)
    body.i64Const(Int64(Word.fixnum(1)))
    body.emit(.i64Add)
    body.store(.i64Store, offset: UInt32(Tag.offset(Tag.object, 1 + PortLayout.position)))
  }
}
