// The opcode table agrees with itself.

import Testing
import WasmFormat

@Suite struct OpcodeTableTests {
  @Test func rowsStandAtTheirCodes() {
    for index in 0..<OpcodeTable.count where OpcodeTable.rows[index].exists {
      #expect(OpcodeTable.index(of: OpcodeTable.rows[index].opcode) == index)
    }
  }

  @Test func knownRowsAreRight() {
    let add = OpcodeTable.row(.i64Add)
    #expect(add.opcode.rawValue == 0x7C && add.operandCount == 2 && add.operand0 == .i64 && add.result == .i64)
    let store = OpcodeTable.row(.f64Store)
    #expect(store.operand0 == .i32 && store.operand1 == .f64 && !store.hasResult && store.alignment == 3)
    #expect(OpcodeTable.row(.i64Extend32S).opcode.rawValue == 0xC4)
    #expect(OpcodeTable.row(.f64ReinterpretI64).opcode.rawValue == 0xBF)
    #expect(OpcodeTable.row(.tableFill).opcode.rawValue == 0xFC011)
    #expect(!OpcodeTable.rows[0x27].exists)
  }
}
