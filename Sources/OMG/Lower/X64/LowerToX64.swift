// x86-64's part of lowering. Which operation becomes which instructions is in the extensions, one file for each kind of operation.

import MachineCode
import WasmFormat

typealias LowerToX64 = Lowering<X64Selector>

struct X64Selector: InstructionSelector {
  typealias Registers = X64RegisterFile

  /// shlx and its like, rorx.
  var hasBMI2 = false
  /// Vector instructions have three operands.
  var hasAVX = false
  /// How many vector constants the graph has, as soon as that has been asked for.
  var vectorConstantCount = -1

  static func begin(_ lowering: inout LowerToX64) {
    lowering.target.hasBMI2 = lowering.module.processor.contains(.bmi2)
    lowering.target.hasAVX = lowering.module.processor.contains(.avx)
    lowering.target.vectorConstantCount = -1
  }

  static func lower(_ value: Value, _ lowering: inout LowerToX64) { lowering.lower(value) }

  static func lowerTerminator(_ value: Value, _ block: Block, _ lowering: inout LowerToX64) { lowering.lowerTerminator(value, block) }

  static func constant(_ bits: Int64, _ type: ValueKind, _ lowering: inout LowerToX64) -> VirtualRegister { lowering.constant(bits, type) }

  static func constant(_ vector: V128, _ lowering: inout LowerToX64) -> VirtualRegister { lowering.constant(vector) }

  static func isRepeatable(_ instruction: MachineInstruction) -> Bool {
    switch X64Opcode(rawValue: instruction.opcode).unsafelyUnwrapped {
    case .constant: instruction.variant == 0
    case .floatConstant, .vectorConstant: true
    case .load: X64PackedAddress(raw: instruction.auxiliary).base == .frame
    default: false
    }
  }

  static func endParameters(_ lowering: inout LowerToX64) { lowering.end(.parameters, 0) }

  static func loadFrame(_ value: Value, _ displacement: Int32, _ lowering: inout LowerToX64) { lowering.loadFrame(value, displacement) }

  static func growStack(_ bytes: Int, _ lowering: inout LowerToX64) {
    lowering.begin()
    lowering.end(.growStack, 0, payload: Int64(bytes))
  }

  static func storeArgument(_ argument: Value, word: Int, _ lowering: inout LowerToX64) {
    lowering.storeWord(argument, X64Address(.stack, Int32(8 * word)))
  }

  static func loadOutgoing(_ value: Value, word: Int, _ lowering: inout LowerToX64) {
    let type = lowering.at(value).pointee.type
    lowering.load(value, X64Address(.outgoing, Int32(-8 * (word + type.words - 1))), LowerToX64.wholeAccess(type))
  }
}
