// Valid random modules about exceptions: nests of `try_table` with all kinds of clauses, throws and rethrows, calls of every kind between them, values
// that wait on the operand stack meanwhile, traps (which nobody catches). Fuel bounds what they do, and no NaN arises, so that every engine
// must come to the same results. The same seed gives the same module.

import SampleBodies
import WasmFormat

public struct ExceptionModule: ~Copyable {
  private typealias Payload = [ValueType]

  private static let signatures: [FuncType] = [
    FuncType([.i32, .i64, .f64], [.i64]), FuncType([], []), FuncType([.i64], [.i32, .f64, .i64]),
    // More than there are argument registers.
    FuncType([.f32, .i32, .i64, .i32, .i64, .i32, .i64, .i32, .i64, .i32, .i64, .f64], [.f32]),
    FuncType([.v128, .i64], [.i64, .v128, .i32]), FuncType([.f64, .v128, .v128, .v128, .v128, .v128, .v128, .v128, .f32, .v128, .i32], [.v128]),
  ]
  private static let tags: [[ValueType]] = [
    [.i32], [.i64, .f64], [], [.f32, .i64, .i32, .f64, .i64, .i32, .i64, .i64, .i32, .i64], [.v128, .i32, .v128],
  ]
  private static let types: [ValueType] = [.i32, .i64, .f32, .f64, .v128]

  private var random: RandomNumbers
  private var writer = ModuleWriter()
  private var tags: [UInt32] = []
  private var functions: [(index: UInt32, type: FuncType)] = []
  private var fuel: UInt32 = 0

  // The function being written.
  private var body = FunctionBodyWriter(parameterCount: 0)
  private var locals: [ValueType] = []
  private var results: [ValueType] = []
  private var exception: UInt32 = 0
  /// How much more may be written, roughly.
  private var budget = 0

  public static func bytes(seed: UInt64) -> [UInt8] { bytes(seed: seed, exportsVectors: true) }

  /// - Parameter exportsVectors: whether functions with vectors, which JavaScript cannot pass, are exported, too.
  public static func bytes(seed: UInt64, exportsVectors: Bool) -> [UInt8] {
    var module = ExceptionModule(random: RandomNumbers(seed: seed))
    return module.write(exportsVectors: exportsVectors)
  }

  private init(random: RandomNumbers) { self.random = random }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  private mutating func write(exportsVectors: Bool) -> [UInt8] {
    let isImported = chance(30)
    for (position, payload) in Self.tags.enumerated() {
      let type = writer.addType(FuncType(payload, []))
      tags.append(position == 0 && isImported ? writer.importTag("env", "tag", type: type) : writer.addTag(type: type))
    }
    fuel = writer.addGlobal(GlobalType(.i32, mutable: true), .i32(2000))
    _ = writer.addMemory(MemoryType(Limits(1)))
    for position in 0..<number(3...8) {
      let type = Self.signatures[position == 0 ? 0 : number(0...Self.signatures.count - 1)]
      functions.append((writer.addFunction(type: writer.addType(type)), type))
    }
    _ = writer.addTable(TableType(.funcref, Limits(UInt64(functions.count + 1))))
    writer.addActiveElements(offset: .i32(0), functions: functions.map(\.index))
    if chance(50) { writer.addExport("table", .table, 0) }
    for (position, function) in functions.enumerated() {
      writeBody(function.type)
      if exportsVectors || !(function.type.parameters + function.type.results).contains(.v128) {
        writer.addExport(WasmName("f\(position)"), .function, function.index)
      }
    }
    writer.addExport("fuel", .global, fuel)
    writer.addExport("memory", .memory, 0)
    return writer.finish().bytes
  }

  private mutating func writeBody(_ type: FuncType) {
    body = FunctionBodyWriter(parameterCount: type.parameters.count)
    locals = type.parameters
    results = type.results
    for _ in 0..<number(2...14) {
      let local = Self.types[number(0...Self.types.count - 1)]
      _ = body.addLocal(local)
      locals.append(local)
    }
    for number in Self.types where !locals.contains(number) {
      _ = body.addLocal(number)
      locals.append(number)
    }
    exception = body.addLocal(.exnref)
    budget = number(20...120)
    burn()
    for _ in 0..<number(2...8) { statement(0) }
    for result in results { digest(result) }
    body.end()
    var finished = FunctionBodyWriter(parameterCount: 0)
    swap(&finished, &body)
    writer.addBody(finished)
  }

  /// Takes a unit of fuel, or returns at once.
  private mutating func burn() {
    body.globalGet(fuel)
    body.emit(.i32Eqz)
    body.if()
    for result in results { constant(result) }
    body.return()
    body.end()
    body.globalGet(fuel)
    body.i32Const(1)
    body.emit(.i32Sub)
    body.globalSet(fuel)
  }

  // MARK: Values

  private mutating func local(_ type: ValueType) -> UInt32 {
    let candidates = locals.indices.filter { locals[$0] == type }
    return UInt32(candidates[number(0...candidates.count - 1)])
  }

  private mutating func constant(_ type: ValueType) {
    switch type {
    case .i32: body.i32Const(Int32(number(-200...200)))
    case .i64: body.i64Const(Int64(number(-1 << 40...1 << 40)))
    case .f32: body.f32Const(Float(number(-40...40)) / 4)
    case .v128: body.v128Const(V128(low: UInt64(bitPattern: Int64(number(.min ... .max))), high: UInt64(number(0...1000))))
    default: body.f64Const(Double(number(-400...400)) / 8)
    }
  }

  /// A value made of all locals of a type.
  private mutating func digest(_ type: ValueType) {
    constant(type)
    for (index, local) in locals.enumerated() where local == type {
      body.localGet(UInt32(index))
      body.emit(Self.sum(type))
    }
  }

  private static func sum(_ type: ValueType) -> Opcode {
    switch type {
    case .i32: .i32Add
    case .i64: .i64Add
    case .f32: .f32Add
    case .v128: .i32x4Add
    default: .f64Add
    }
  }

  private static func difference(_ type: ValueType) -> Opcode {
    switch type {
    case .i32: .i32Xor
    case .i64: .i64Sub
    case .f32: .f32Sub
    case .v128: .v128Xor
    default: .f64Sub
    }
  }

  private mutating func value(_ type: ValueType, _ depth: Int) {
    budget -= 1
    switch depth > 3 || budget < 0 ? number(0...39) : number(0...99) {
    case 0..<25: body.localGet(local(type))
    case 25..<40: constant(type)
    case 40..<60:
      value(type, depth + 1)
      value(type, depth + 1)
      body.emit(chance(50) ? Self.sum(type) : Self.difference(type))
    case 60..<80: attempt([type], depth + 1)
    case 80..<90:
      let callees = functions.filter { $0.type.results == [type] }
      guard !callees.isEmpty else { return constant(type) }
      call(callees[number(0...callees.count - 1)], depth + 1)
    default:
      body.localGet(local(.i32))
      body.if(.value(type))
      value(type, depth + 1)
      body.else()
      value(type, depth + 1)
      body.end()
    }
  }

  private mutating func call(_ callee: (index: UInt32, type: FuncType), _ depth: Int) {
    for parameter in callee.type.parameters { value(parameter, depth + 1) }
    if chance(60) { return body.call(callee.index) }
    // Now and then of another type, or of none.
    body.i32Const(Int32(chance(95) ? functions.firstIndex { $0.index == callee.index }! : number(0...functions.count + 1)))
    body.callIndirect(type: writer.addType(callee.type))
  }

  // MARK: Statements

  private mutating func assign(_ types: [ValueType]) { for type in types.reversed() { body.localSet(local(type)) } }

  private mutating func statement(_ depth: Int) {
    budget -= 2
    switch depth > 5 || budget < 0 ? number(0...29) : number(0...99) {
    case 0..<20:
      let type = Self.types[number(0...Self.types.count - 1)]
      value(type, 2)
      if chance(20) {
        body.localTee(local(type))
        body.drop()
      } else {
        body.localSet(local(type))
      }
    case 20..<30:
      value(.i32, 3)
      body.i32Const(0xFFF0)
      body.emit(.i32And)
      value(.i64, 3)
      body.store(.i64Store)
    case 30..<40:
      value(.i32, 2)
      body.if()
      for _ in 0..<number(1...2) { statement(depth + 1) }
      if chance(40) {
        body.else()
        statement(depth + 1)
      }
      body.end()
    case 40..<58: `throw`(depth)
    case 58..<80:
      let results = (0..<number(0...3)).map { _ in Self.types[number(0...Self.types.count - 1)] }
      attempt(results, depth + 1)
      assign(results)
    case 80..<90: retry(depth)
    case 90..<97:
      let callee = functions[number(0...functions.count - 1)]
      call(callee, depth)
      assign(callee.type.results)
    default: leave(depth)
    }
  }

  /// In some cases.
  private mutating func `throw`(_ depth: Int) {
    value(.i32, 3)
    body.i32Const(Int32(number(-100...300)))
    body.emit(.i32LtS)
    body.if()
    if chance(25) {
      body.localGet(exception)
      if chance(90) {
        body.emit(.refIsNull)
        body.emit(.i32Eqz)
        body.if()
        body.localGet(exception)
        body.throwRef()
        body.end()
      } else {
        body.throwRef()
      }
    } else {
      let which = number(0...tags.count - 1)
      for type in Self.tags[which] { value(type, 3) }
      body.throw(tags[which])
    }
    body.end()
  }

  /// Returns, by a tail call or not, or traps: in few cases.
  private mutating func leave(_ depth: Int) {
    body.localGet(local(.i32))
    body.i32Const(Int32(number(-30...30)))
    body.emit(.i32Eq)
    body.if()
    let callees = functions.filter { $0.type.results == results }
    switch number(0...9) {
    case 0: body.unreachable()
    case 1...5 where !callees.isEmpty:
      let callee = callees[number(0...callees.count - 1)]
      for parameter in callee.type.parameters { value(parameter, 3) }
      body.returnCall(callee.index)
    default:
      for result in results { value(result, 3) }
      body.return()
    }
    body.end()
  }

  /// A loop that goes on when something is thrown in it.
  private mutating func retry(_ depth: Int) {
    body.loop()
    burn()
    body.tryTable(.empty, chance(50) ? [.tag(tags[2], label: 0), .all(label: 0)] : [.all(label: 0)])
    for _ in 0..<number(1...3) { statement(depth + 1) }
    body.end()
    body.end()
  }

  /// A `try_table` with up to four handlers, each in a block of its own; leaves values of these types. Below them another value may wait.
  private mutating func attempt(_ results: [ValueType], _ depth: Int) {
    let waits = results.count == 1 && chance(40)
    if waits { value(results[0], 4) }
    let payloads = (0..<number(1...4)).map { _ in number(0...2 * tags.count + 1) }
    body.block(blockType(results))
    for handler in payloads.reversed() { body.block(blockType(payload(handler))) }
    body.tryTable(
      blockType(results),
      payloads.enumerated().map { position, handler in
        let label = UInt32(position)
        let tag = tags[handler / 2 % tags.count]
        switch (handler >= 2 * tags.count, handler % 2 == 1) {
        case (false, false): return .tag(tag, label: label)
        case (false, true): return .tagAndReference(tag, label: label)
        case (true, false): return .all(label: label)
        case (true, true): return .allAndReference(label: label)
        }
      })
    for _ in 0..<number(0...3) { statement(depth + 1) }
    for result in results { value(result, depth + 1) }
    body.end()
    for (position, handler) in payloads.enumerated() {
      body.br(UInt32(payloads.count - position))
      body.end()
      if handler % 2 == 1 { body.localSet(exception) }
      assign(handler < 2 * tags.count ? Self.tags[handler / 2] : [])
      if chance(40) { statement(depth + 1) }
      for result in results { value(result, depth + 2) }
    }
    body.end()
    if waits { body.emit(Self.difference(results[0])) }
  }

  /// What a handler finds: even ones no reference, odd ones one; those after the tags' catch everything.
  private func payload(_ handler: Int) -> [ValueType] {
    (handler < 2 * tags.count ? Self.tags[handler / 2] : []) + (handler % 2 == 1 ? [.exnref] : [])
  }

  private mutating func blockType(_ types: [ValueType]) -> BlockType {
    switch types.count {
    case 0: .empty
    case 1: .value(types[0])
    default: .type(writer.addType(FuncType([], types)))
    }
  }
}
