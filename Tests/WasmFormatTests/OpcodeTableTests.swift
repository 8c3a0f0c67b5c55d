// The opcode table agrees with itself.

import Testing
@testable import WasmFormat

@Suite struct OpcodeTableTests {
  @Test func rowsStandAtTheirCodes() {
    for (index, row) in OpcodeTable.all.enumerated() where row.exists {
      #expect(OpcodeTable.index(of: row.opcode) == index)
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

  @Test func everyOpcodeHasARow() {
    let missing = Opcode.allCases.filter { !OpcodeTable.row($0).exists || OpcodeTable.row($0).opcode != $0 }
    #expect(missing.isEmpty)
  }

  @Test func namesDiffer() {
    // The two forms of `select` have the same name in the text format.
    let names = Opcode.allCases.filter { $0 != .selectTyped }.map { OpcodeTable.row($0).name.description }
    #expect(Set(names).count == names.count)
  }

  /// One or two operands, a result, no immediates.
  @Test func rowsThatLookNumericSayWhatTheyCompute() {
    for opcode in Opcode.allCases {
      let row = OpcodeTable.row(opcode)
      let looksNumeric = row.immediates == .none && row.hasResult && 1...2 ~= row.operandCount && row.vectorOperation == nil
      #expect(looksNumeric == (row.operation != nil), "\(row.name)")
    }
  }

  @Test func everyNumericOperationIsComputedByAnOpcode() {
    let computed = Opcode.allCases.compactMap { OpcodeTable.row($0).operation }
    #expect(NumericOperation.allCases.filter { !computed.contains($0) }.isEmpty)
  }

  @Test func everyOperationOnVectorsIsComputedByAnOpcodeOfTheRightTypes() {
    let rows = Opcode.allCases.map { OpcodeTable.row($0) }.filter { $0.vectorOperation != nil }
    #expect(VectorOperation.allCases.filter { operation in !rows.contains { $0.vectorOperation == operation } }.isEmpty)
    for row in rows {
      let operation = row.vectorOperation!
      #expect(Int(row.operandCount) == operation.operandCount && row.result.machineType == operation.resultType(row.shape), "\(row.name)")
      #expect(operation.isRelaxed == (row.needs == .relaxedSIMD), "\(row.name)")
    }
  }

  @Test func accessesAreWrittenWithTheirNaturalAlignment() {
    for opcode in Opcode.allCases where OpcodeTable.row(opcode).immediates == .memoryArgument {
      var body = FunctionBodyWriter(parameterCount: 0)
      body.load(opcode)
      var writer = ByteWriter(capacity: 16)
      body.write(into: &writer)
      // No locals, prefix if there is one, opcode, alignment.
      let place = opcode.prefix == 0 ? 2 : 3
      #expect(writer.bytes[place] == OpcodeTable.row(opcode).alignment, "\(OpcodeTable.row(opcode).name)")
    }
  }
}
