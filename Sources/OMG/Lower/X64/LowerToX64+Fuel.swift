// Fuel: in the store's word, whose address is in the context, or in a register.

import MachineCode
import RuntimeLayout

extension LowerToX64 {
  private static var subtraction: UInt16 { X64Variant(.w64, operation: ArithmeticOp.sub.rawValue).raw }

  private mutating func fuelCell() -> X64Address {
    var address = X64Address(.register)
    address.register = loadWord(X64Address(.context, Int32(InstanceContext.fuel)))
    return address
  }

  mutating func takeFuel() {
    let cell = fuelCell()
    begin()
    use(cell)
    end(.arithmeticConstantToMemory, Self.subtraction, immediate: 1, cell)
    trap(.below, .outOfFuel)
  }

  mutating func fuelGet(_ value: Value) { load(value, fuelCell(), .word64) }

  mutating func spendFuel(_ value: Value) {
    let left = register(at(value).pointee.a, .w64)
    begin()
    redefine(definition(value))
    use(left)
    end(.arithmeticConstant, Self.subtraction, payload: 1)
    trap(.below, .outOfFuel)
  }

  mutating func fuelSet(_ value: Value) {
    let source = register(at(value).pointee.a, .w64)
    let cell = fuelCell()
    begin()
    use(source)
    use(cell)
    end(.store, X64Access.word64.rawValue, cell)
  }
}
