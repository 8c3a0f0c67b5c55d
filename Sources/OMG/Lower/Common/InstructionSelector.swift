// An instruction set's half of lowering: what one instruction becomes. The other half, which is the same for all of them, is Lowering; an
// instruction set extends it (`extension Lowering<X64Selector>`) with its selection, and the functions here are the entries to that. The selector
// itself is the state that selection needs besides Lowering's.

import WasmFormat

protocol InstructionSelector {
  associatedtype Registers: RegisterFile

  init()

  /// Another function is about to be lowered.
  static func begin(_ lowering: inout Lowering<Self>)

  /// Makes the code of an instruction that is no terminator.
  static func lower(_ value: Value, _ lowering: inout Lowering<Self>)
  static func lowerTerminator(_ value: Value, _ block: Block, _ lowering: inout Lowering<Self>)

  /// A constant in a register of its own.
  static func constant(_ bits: Int64, _ type: ValueKind, _ lowering: inout Lowering<Self>) -> VirtualRegister

  static func constant(_ vector: V128, _ lowering: inout Lowering<Self>) -> VirtualRegister

  /// Whether the value that an instruction defines can be made again anywhere instead of being kept: by a constant, or from a word of the frame that
  /// nothing changes.
  static func isRepeatable(_ instruction: MachineInstruction) -> Bool

  /// Ends the instruction that defines the parameters that arrive in registers.
  static func endParameters(_ lowering: inout Lowering<Self>)
  /// Loads a value from a place above the frame pointer.
  static func loadFrame(_ value: Value, _ displacement: Int32, _ lowering: inout Lowering<Self>)

  /// Makes room on the stack for arguments; stores one in a word of it.
  static func growStack(_ bytes: Int, _ lowering: inout Lowering<Self>)
  static func storeArgument(_ argument: Value, word: Int, _ lowering: inout Lowering<Self>)
  /// Loads a value from a word of the outgoing area, counted from its highest downwards.
  static func loadOutgoing(_ value: Value, word: Int, _ lowering: inout Lowering<Self>)
}
