// What a module's exports do, as lines to compare with another engine's (outcomes.js prints the same). Every exported function is called once, in
// order, with arguments made from its position; then globals and memories are summed up. A module's imports are host functions that
// do nothing, and globals, tables and memories of the type that it asks for.

import WasmEngine

enum Outcomes {
  /// The lines of a module in a mode.
  static func lines(_ bytes: [UInt8], _ mode: Mode) -> [String] {
    let store = Store(mode.engine)
    do {
      let module = try mode.module(bytes)
      let instance = try Instance(module, imports: imports(of: module, in: store), in: store)
      return module.exports.enumerated().compactMap { line($0, $1, instance) }
    } catch {
      return ["instantiate \(outcome(error))"]
    }
  }

  private static func imports(of module: Module, in store: Store) throws -> Imports {
    var imports = Imports()
    for declaration in module.imports {
      switch declaration.descriptor {
      case .function(let type):
        let functionType = module.declarations.types[Int(type)]
        let results = functionType.results.compactMap(Value.zero)
        imports.define(declaration.module, declaration.name, Function(store, functionType) { _, _ in results })
      case .table(let type): imports.define(declaration.module, declaration.name, try Table(store, type))
      case .memory(let type): imports.define(declaration.module, declaration.name, try Memory(store, type))
      case .global(let type):
        guard let zero = Value.zero(type.value) else { continue }
        imports.define(declaration.module, declaration.name, try Global(store, zero, mutable: type.isMutable))
      case .tag(let type): imports.define(declaration.module, declaration.name, Tag(store, module.declarations.types[Int(type)].parameters))
      }
    }
    return imports
  }

  private static func line(_ position: Int, _ export: ExportDeclaration, _ instance: Instance) -> String? {
    switch instance.export(export.name) {
    case .function(let function):
      let arguments = function.type.parameters.enumerated().map { argument($1, position &+ $0) }
      do {
        return "\(position) \(try function.call(arguments).map(text).joined(separator: " "))"
      } catch {
        return "\(position) \(outcome(error))"
      }
    case .global(let global): return "\(position) global \(text(global.value))"
    case .memory(let memory):
      var sum: UInt32 = 0
      memory.withUnsafeBytes { bytes in for byte in bytes { sum = (sum &* 31) &+ UInt32(byte) } }
      return "\(position) memory \(memory.pageCount) \(sum)"
    case .table(let table): return "\(position) table \(table.count)"
    default: return nil
    }
  }

  private static func argument(_ type: ValueType, _ seed: Int) -> Value {
    switch type {
    case .i32: .i32(Int32(truncatingIfNeeded: seed &* 40503 &- 7))
    case .i64: .i64(Int64(seed) &* 1_000_003 &- 9)
    case .f32: .f32(Float(seed) * 0.5 - 3)
    case .f64: .f64(Double(seed) * 0.25 - 5)
    case .v128:
      .v128(V128(low: UInt64(truncatingIfNeeded: seed &* 0x0123_4567_89AB_CDEF), high: UInt64(truncatingIfNeeded: seed &* 0xFEDC_BA98_7654_321)))
    default: .zero(type) ?? .i32(0)
    }
  }

  /// NaNs are all alike: their bits may differ between engines.
  private static func text(_ value: Value) -> String {
    switch value {
    case .i32(let number): "\(number)"
    case .i64(let number): "\(number)"
    case .f32(let number): number.isNaN ? "nan" : "\(Int64(Int32(bitPattern: number.bitPattern)))f"
    case .f64(let number): number.isNaN ? "nan" : "\(Int64(bitPattern: number.bitPattern))d"
    case .v128(let vector): "\(vector)"
    case .funcref(let function): function == nil ? "null" : "function"
    default: "ref"
    }
  }

  /// Engines divide traps into kinds differently; these are the ones they share.
  private static func outcome(_ error: any Error) -> String {
    guard let trap = error as? Trap else { return error is Exception ? "exception" : "error" }
    return switch trap.reason {
    case .unreachable: "trap unreachable"
    case .memoryOutOfBounds: "trap memory"
    case .tableOutOfBounds, .undefinedElement: "trap table"
    case .uninitializedElement, .indirectCallTypeMismatch: "trap signature"
    case .integerDivideByZero: "trap division"
    case .integerOverflow, .invalidConversionToInteger: "trap number"
    case .nullReference: "trap null"
    case .unalignedAtomic: "trap unaligned"
    case .expectedSharedMemory: "trap shared"
    default: "trap \(trap.reason)"
    }
  }
}
