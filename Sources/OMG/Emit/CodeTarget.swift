// An instruction set's half of emission, on top of its assembler: the code of single instructions. The other half, which is the same for all of
// them, is CodeEmitter; an instruction set extends it (`extension CodeEmitter<X64Assembler>`), and the static functions here are the entries to
// that.

import MachineCode

/// An assembler that CodeEmitter can write with.
protocol CodeTarget: ~Copyable {
  associatedtype Registers: RegisterFile

  // MARK: Assembling

  init(capacity: Int)
  mutating func reset()
  /// Offset of the next byte; the bytes so far.
  var offset: Int { get }
  var bytes: UnsafeBufferPointer<UInt8> { get }
  mutating func makeLabel() -> Label
  mutating func bind(_ label: Label)
  mutating func offset(of label: Label) -> Int
  mutating func align(_ alignment: Int)
  /// An instruction that traps.
  mutating func trap()
  /// Words that are no instructions.
  mutating func data32(_ word: UInt32)
  mutating func data64(_ word: UInt64)
  /// Writes the vector constants that instructions have named; returns where they are, nil if there are none.
  mutating func writeConstants() -> Range<Int>?
  /// Changes a byte that has been written.
  mutating func patch(_ byte: UInt8, at offset: Int)

  // MARK: Facts about machine instructions

  /// A jump that does nothing else.
  static func isJump(_ instruction: MachineInstruction) -> Bool
  /// A jump through a table, whose index is in a register.
  static func isTableJump(_ instruction: MachineInstruction) -> Bool
  /// More than a few bytes of code.
  static func isLong(_ instruction: MachineInstruction) -> Bool
  /// About how many bytes of code an instruction is; a move of the allocator's; the saving of a register.
  static func estimate(_ instruction: MachineInstruction) -> Int32
  static var moveEstimate: Int32 { get }
  static var saveEstimate: Int32 { get }

  // MARK: Code

  static func prologue(_ emitter: inout CodeEmitter<Self>)
  /// Saves the preserved registers that the function changes (`emitter.saved`).
  static func saveRegisters(_ emitter: inout CodeEmitter<Self>)
  /// Whether the block's first instruction, which is at hand, need not be written: its effect is there already.
  static func isFirstRedundant(_ block: Int, _ emitter: inout CodeEmitter<Self>) -> Bool
  /// The instruction at hand.
  static func emitInstruction(_ block: Int, _ emitter: inout CodeEmitter<Self>)
  static func apply(_ edit: Edit, _ emitter: inout CodeEmitter<Self>)
  /// A jump to a block, if that does not follow.
  static func jump(_ block: Int, _ emitter: inout CodeEmitter<Self>)
}
