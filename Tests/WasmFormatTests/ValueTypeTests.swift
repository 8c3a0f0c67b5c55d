import Testing

@testable import WasmFormat

@Suite struct ValueTypeTests {
  static let all: [ValueType] = [.i32, .i64, .f32, .f64, .v128, .funcref, .externref, .exnref]

  @Test func aTypeIsOneWordAndItsMachineTypeOneByte() {
    #expect(MemoryLayout<ValueType>.size == 4 && MemoryLayout<MachineType>.size == 1)
    for type in Self.all { #expect(UInt32(type.machineType.rawValue) == type.bits & 0xFF) }
  }

  @Test func codesAndTypesCorrespond() {
    for type in Self.all { #expect(ValueType(code: type.code) == type) }
    let codes = (0...255).filter { ValueType(code: UInt8($0)) != nil }
    #expect(codes.count == Self.all.count)
    #expect(Set(Self.all.map(\.name)).count == Self.all.count)
  }

  @Test func registerClassesAndSlots() {
    #expect(Self.all.filter { $0.registerClass == .float } == [.f32, .f64, .v128])
    #expect(Self.all.filter(\.isFloat) == [.f32, .f64])
    #expect(Self.all.filter { $0.slotCount == 2 } == [.v128])
    #expect(Self.all.filter(\.isReference) == [.funcref, .externref, .exnref])
  }

  @Test func aTypeMatchesItselfAndUnknownMatchesAll() {
    for type in Self.all {
      for other in Self.all { #expect(type.matches(other) == (type == other)) }
      #expect(ValueType.unknown.matches(type) && !type.matches(.unknown))
    }
  }
}
