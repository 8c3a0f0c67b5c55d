// Valid random modules for comparing tiers and engines: functions that call each other, loops, branches, memory, tables, globals. They always end soon
// (a global counts down in loops and functions), and nothing depends on the bits of NaNs: where they could be seen, one NaN stands for all.
//
// The same seed gives the same module. Each exported function is called with whatever arguments; the memory and the globals are exported, too.

import SampleBodies
import WasmFormat

public struct RandomModule: ~Copyable {
  var random: RandomNumbers
  var writer = ModuleWriter()
  /// The functions' types, by index.
  var functions: [FuncType] = []
  var typeIndices: [UInt32] = []
  var globals: [ValueType] = []
  /// The global that counts down; the last one.
  var fuel: UInt32 = 0
  let is64: Bool
  /// Whether the memory is shared. Atomic operators are used on others, too.
  let isShared: Bool
  /// The function that is being written, and what it can use.
  var current = 0
  var locals: [ValueType] = []
  /// What branches to each enclosing label carry, innermost last.
  var labels: [[ValueType]] = []
  /// Whether it has function references, and where.
  let usesReferences: Bool
  var references = ReferenceParts()
  /// Operators that may still be written in this function.
  var room = 0

  /// Those of values.
  static let types: [ValueType] = [.i32, .i64, .f32, .f64, .v128]
  /// Whether what is exported may have vectors, which JavaScript cannot pass.
  let exportsVectors: Bool

  private init(seed: UInt64, exportsVectors: Bool) {
    self.exportsVectors = exportsVectors
    random = RandomNumbers(seed: seed)
    is64 = random.once(in: 12)
    isShared = random.once(in: 4)
    usesReferences = random.once(in: 2)
  }

  /// The bytes of the module with a number.
  public static func bytes(seed: UInt64) -> [UInt8] { bytes(seed: seed, exportsVectors: true) }

  /// - Parameter exportsVectors: whether functions and globals with vectors are exported, too.
  public static func bytes(seed: UInt64, exportsVectors: Bool) -> [UInt8] {
    var module = RandomModule(seed: seed, exportsVectors: exportsVectors)
    module.declare()
    for index in module.functions.indices { module.define(index) }
    return module.writer.finish().bytes
  }

  private mutating func types(_ most: Int) -> [ValueType] { (0..<random.below(most + 1)).map { _ in random.pick(Self.types) } }

  private mutating func declare() {
    for _ in 0..<2 + random.below(5) {
      let type = FuncType(types(random.once(in: 8) ? 12 : 4), random.once(in: 6) ? types(3) : [random.pick(Self.types)])
      functions.append(type)
    }
    let exported = functions.count
    for type in functions { typeIndices.append(writer.addType(type)) }
    if usesReferences {
      declareReferenceFunctions()
      for type in functions[exported...] { typeIndices.append(writer.addType(type)) }
    }
    for type in typeIndices { _ = writer.addFunction(type: type) }
    let table = writer.addTable(TableType(.funcref, Limits(UInt64(functions.count + 2), UInt64(functions.count + 4))))
    writer.addActiveElements(table: table, offset: ConstExpression.i32(0), functions: functions.indices.map { UInt32($0) })
    // Of a table that is out of reach, the optimizing compiler knows the elements.
    if random.once(in: 2) { writer.addExport("table", .table, table) }
    if usesReferences { declareReferences() }
    _ = writer.addMemory(MemoryType(Limits(1, 3), is64: is64, isShared: isShared))
    for _ in 0..<1 + random.below(4) {
      let type = random.pick(Self.types)
      globals.append(type)
      let bits = Int64(random.below(1000))
      let value: ConstExpression =
        switch type {
        case .i32: ConstExpression.i32(Int32(bits))
        case .i64: ConstExpression.i64(bits)
        case .f32: ConstExpression.f32(Float(bits))
        case .v128: ConstExpression.v128(V128(low: UInt64(bits), high: ~UInt64(bits)))
        default: ConstExpression.f64(Double(bits))
        }
      _ = writer.addGlobal(GlobalType(type, mutable: true), value)
    }
    fuel = writer.addGlobal(GlobalType(.i32, mutable: true), .i32(Int32(500 + random.below(5000))))
    if usesReferences { declareReferenceGlobals() }
    for (index, type) in functions[..<exported].enumerated() where exportsVectors || !(type.parameters + type.results).contains(.v128) {
      writer.addExport(WasmName("f\(index)"), .function, UInt32(index))
    }
    for (index, type) in (globals + [.i32]).enumerated() where exportsVectors || type != .v128 {
      writer.addExport(WasmName("g\(index)"), .global, UInt32(index))
    }
    writer.addExport("memory", .memory, 0)
    _ = writer.addActiveData(offset: is64 ? .i64(16) : .i32(16), bytes: (0..<64).map { _ in UInt8(random.below(256)) })
  }

  private mutating func define(_ index: Int) {
    current = index
    let type = functions[index]
    var body = FunctionBodyWriter(parameterCount: type.parameters.count)
    locals = type.parameters
    for _ in 0..<random.below(7) {
      let local = random.pick(Self.types)
      locals.append(local)
      _ = body.addLocal(local)
    }
    labels = [type.results]
    room = 20 + random.below(200)
    if usesReferences { beginReferenceLocals(&body) }
    leaveWithoutFuel(&body)
    statements(&body, depth: 0)
    for result in type.results { expression(result, &body, depth: 0) }
    body.end()
    writer.addBody(body)
  }

  private func outOfFuel(_ body: inout FunctionBodyWriter) {
    body.globalGet(fuel)
    body.i32Const(1)
    body.emit(.i32LtS)
  }

  /// Says something about the branch that comes next, or nothing.
  mutating func hint(_ body: inout FunctionBodyWriter) {
    if random.once(in: 4) { body.hint(isLikely: random.once(in: 2)) }
  }

  /// Uses fuel; without it, returns something.
  private mutating func leaveWithoutFuel(_ body: inout FunctionBodyWriter) {
    outOfFuel(&body)
    hint(&body)
    body.if()
    for result in functions[current].results { constant(result, &body) }
    body.return()
    body.end()
    useFuel(&body)
  }

  private func useFuel(_ body: inout FunctionBodyWriter) {
    body.globalGet(fuel)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.globalSet(fuel)
  }

  // MARK: Statements

  mutating func statements(_ body: inout FunctionBodyWriter, depth: Int) {
    for _ in 0..<1 + random.below(5) where room > 0 { statement(&body, depth: depth) }
  }

  private mutating func statement(_ body: inout FunctionBodyWriter, depth: Int) {
    room -= 1
    if usesReferences, random.once(in: 8) { return referenceStatement(&body, depth: depth) }
    if usesReferences, random.once(in: 40), depth < 5 { return tailCallReference(&body, depth: depth) }
    switch depth > 5 ? random.below(6) : random.below(15) {
    case 0, 1, 2:
      let candidates = locals.indices.filter { Self.types.contains(locals[$0]) }
      guard let local = candidates.isEmpty ? nil : random.pick(Array(candidates)) else { return }
      expression(locals[local], &body, depth: depth)
      body.localSet(UInt32(local))
    case 3, 4: store(&body, depth: depth)
    case 5:
      let global = random.below(globals.count)
      expression(globals[global], &body, depth: depth, canonical: true)
      body.globalSet(UInt32(global))
    case 6, 7:
      expression(.i32, &body, depth: depth)
      hint(&body)
      body.if()
      labels.append([])
      statements(&body, depth: depth + 1)
      if random.once(in: 2) {
        body.else()
        statements(&body, depth: depth + 1)
      }
      _ = labels.removeLast()
      body.end()
    case 8:
      body.block()
      labels.append([])
      statements(&body, depth: depth + 1)
      _ = labels.removeLast()
      body.end()
    case 9, 10: countedLoop(&body, depth: depth)
    case 11: fueledLoop(&body, depth: depth)
    case 12: branch(&body, depth: depth)
    case 13: bulk(&body, depth: depth)
    default: call(nil, &body, depth: depth)
    }
  }

  /// A loop that runs a few times, by a local of its own.
  private mutating func countedLoop(_ body: inout FunctionBodyWriter, depth: Int) {
    let counter = body.addLocal(.i32)
    body.i32Const(Int32(1 + random.below(9)))
    body.localSet(counter)
    body.loop()
    labels.append([])
    statements(&body, depth: depth + 1)
    body.localGet(counter)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.localTee(counter)
    // While there is fuel.
    body.i32Const(0)
    outOfFuel(&body)
    body.emit(.i32Eqz)
    body.select()
    useFuel(&body)
    hint(&body)
    body.brIf(0)
    _ = labels.removeLast()
    body.end()
  }

  /// A loop that runs as long as a condition holds and there is fuel; sometimes with a parameter.
  private mutating func fueledLoop(_ body: inout FunctionBodyWriter, depth: Int) {
    body.block()
    labels.append([])
    body.loop()
    labels.append([])
    outOfFuel(&body)
    hint(&body)
    body.brIf(1)
    useFuel(&body)
    statements(&body, depth: depth + 1)
    expression(.i32, &body, depth: depth + 2)
    hint(&body)
    body.brIf(0)
    _ = labels.removeLast()
    body.end()
    _ = labels.removeLast()
    body.end()
  }

  private mutating func branch(_ body: inout FunctionBodyWriter, depth: Int) {
    // Not to loops' heads without fuel: only labels that lie outside of them end soon, and all of those with fuel do.
    let target = random.below(labels.count)
    let types = labels[labels.count - 1 - target]
    leaveWithoutFuel(&body)
    if random.once(in: 4), types.isEmpty {
      let others = labels.indices.filter { labels[labels.count - 1 - $0].isEmpty }.map { UInt32($0) }
      body.block()
      labels.append([])
      expression(.i32, &body, depth: depth + 2)
      _ = labels.removeLast()
      body.brTableShifted(others.isEmpty ? [] : (0..<random.below(6)).map { _ in random.pick(others) }, default: UInt32(target))
      body.end()
      return
    }
    for type in types { expression(type, &body, depth: depth + 2) }
    expression(.i32, &body, depth: depth + 2)
    hint(&body)
    body.brIf(UInt32(target))
    for _ in types { body.drop() }
  }

  // MARK: Memory

  /// An address that is in bounds almost always.
  mutating func address(_ body: inout FunctionBodyWriter, depth: Int) {
    let type: ValueType = is64 ? .i64 : .i32
    expression(type, &body, depth: depth + 1)
    guard !random.once(in: 60) else { return }
    let mask = random.pick([0xFF, 0xFFF, 0xFFF8, 0x1F])
    if is64 {
      body.i64Const(Int64(mask))
      body.emit(.i64And)
    } else {
      body.i32Const(Int32(mask))
      body.emit(.i32And)
    }
  }

  mutating func offset() -> UInt32 { random.pick([0, 0, 1, 4, 8, 16, 200, 4096, random.once(in: 20) ? 0xFFFF_FFFF : 2]) }

  private mutating func store(_ body: inout FunctionBodyWriter, depth: Int) {
    if random.once(in: 5) { return storeVector(&body, depth: depth) }
    if random.once(in: 5) { return storeAtomically(&body, depth: depth) }
    let opcode: Opcode = random.pick([
      .i32Store, .i64Store, .f32Store, .f64Store, .i32Store8, .i32Store16, .i64Store8, .i64Store16, .i64Store32,
    ])
    address(&body, depth: depth)
    expression(OpcodeTable.row(opcode).operand1, &body, depth: depth + 1, canonical: true)
    body.store(opcode, offset: offset())
  }

  private mutating func bulk(_ body: inout FunctionBodyWriter, depth: Int) {
    let type: ValueType = is64 ? .i64 : .i32
    switch random.below(4) {
    case 0:
      address(&body, depth: depth)
      expression(.i32, &body, depth: depth + 1)
      constant(type, Int64(random.below(64)), &body)
      body.memoryFill()
    case 1:
      address(&body, depth: depth)
      address(&body, depth: depth)
      constant(type, Int64(random.below(64)), &body)
      body.memoryCopy()
    case 2:
      constant(type, Int64(random.below(2)), &body)
      body.memoryGrow()
      body.drop()
    default:
      body.i32Const(Int32(random.below(functions.count + 3)))
      body.refFunc(UInt32(random.below(functions.count)))
      body.tableSet()
    }
  }

  // MARK: Calls

  /// Calls a function that comes before this one, or any one if there is fuel; leaves a value of the type, or nothing.
  mutating func call(_ wanted: ValueType?, _ body: inout FunctionBodyWriter, depth: Int) {
    let candidates = functions.indices.filter { wanted == nil || functions[$0].results == [wanted!] }
    guard room > 0, let callee = candidates.isEmpty ? nil : random.pick(Array(candidates)) else {
      if let wanted { constant(wanted, &body) }
      return
    }
    room -= 3
    for parameter in functions[callee].parameters { expression(parameter, &body, depth: depth + 2) }
    if usesReferences, random.once(in: 3) {
      callReference(of: callee, &body, depth: depth)
    } else if random.once(in: 4) {
      body.i32Const(Int32(random.once(in: 10) ? random.below(functions.count + 3) : callee))
      body.callIndirect(type: typeIndices[callee])
    } else {
      body.call(UInt32(callee))
    }
    if wanted == nil { for _ in functions[callee].results { body.drop() } }
  }
}

extension FunctionBodyWriter {
  /// A `br_table` inside one more block than its labels know of.
  mutating func brTableShifted(_ labels: [UInt32], default label: UInt32) {
    brTable(labels.map { $0 + 1 }, default: label + 1)
  }
}
