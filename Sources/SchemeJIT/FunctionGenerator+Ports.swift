// Characters of ports: one that is a byte in the port's buffer is taken out, or put in, in place; the primitive does everything else.
//
//     block (result i64)
//       block
//         br_if 0 unless the port is open, and the byte is there, or there is room for it
//         the byte; br 1
//       end
//       primitive
//     end
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// `(read-char port)`, `(peek-char port)`.
  mutating func readCharacter(_ node: Node, advances: Bool) {
    beginPortOperation(node.a, PortLayout.openTextualInput, node)
    loadField(PortLayout.position, of: node.a)
    body.localTee(temporaryA)
    loadField(PortLayout.end, of: node.a)
    body.emit(.i64GeS)
    body.brIf(0)
    pushBufferAddress(node.a)
    body.load(.i64Load8U, offset: UInt32(Tag.offset(Tag.object, 2)))
    body.localTee(temporaryB)
    body.i64Const(0x80)
    body.emit(.i64GeU)
    body.brIf(0)
    if advances { advance(node.a) }
    body.localGet(temporaryB)
    body.i64Const(32)
    body.emit(.i64Shl)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Or)
    endPortOperation(node)
  }

  /// `(write-char character port)`.
  mutating func writeCharacter(_ node: Node) {
    beginPortOperation(node.b, PortLayout.openTextualOutput, node)
    // A character below U+0080, compared together with the tag.
    push(node.a)
    body.i64Const(Int64(Constant.characterTag))
    body.emit(.i64Sub)
    body.i64Const(32)
    body.emit(.i64Rotr)
    body.i64Const(0x80)
    body.emit(.i64GeU)
    body.brIf(0)
    loadField(PortLayout.position, of: node.b)
    body.localTee(temporaryA)
    loadField(PortLayout.buffer, of: node.b)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64Shl)
    body.emit(.i64GeU)
    body.brIf(0)
    pushBufferAddress(node.b)
    push(node.a)
    body.i64Const(32)
    body.emit(.i64ShrU)
    body.store(.i64Store8, offset: UInt32(Tag.offset(Tag.object, 2)))
    advance(node.b)
    body.i64Const(Int64(Constant.unspecified))
    endPortOperation(node)
  }

  /// Opens the blocks and makes sure that an operand is a port with the traits, and none of those that the primitive looks after.
  private mutating func beginPortOperation(_ port: Operand, _ traits: PortLayout.Traits, _ node: Node) {
    body.block(.value(.i64))
    nesting += 1
    body.block()
    nesting += 1
    push(port)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    body.brIf(0)
    push(port)
    body.emit(.i32WrapI64)
    body.load(.i32Load8U, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i32Const(Int32(Header.kindBits(.port)))
    body.emit(.i32Ne)
    body.brIf(0)
    loadField(PortLayout.traits, of: port)
    body.i64Const(Int64(bitPattern: traits.mask))
    body.emit(.i64And)
    body.i64Const(Int64(bitPattern: traits.wanted))
    body.emit(.i64Ne)
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

  private mutating func loadField(_ index: Int, of port: Operand) {
    push(port)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1 + index)))
  }

  /// Pushes the buffer plus the position in `temporaryA`.
  private mutating func pushBufferAddress(_ port: Operand) {
    loadField(PortLayout.buffer, of: port)
    body.emit(.i32WrapI64)
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.fixnumShift))
    body.emit(.i32ShrU)
    body.emit(.i32Add)
  }

  /// The position is the one in `temporaryA` plus one.
  private mutating func advance(_ port: Operand) {
    push(port)
    body.emit(.i32WrapI64)
    body.localGet(temporaryA)
    body.i64Const(Int64(Word.fixnum(1)))
    body.emit(.i64Add)
    body.store(.i64Store, offset: UInt32(Tag.offset(Tag.object, 1 + PortLayout.position)))
  }
}
