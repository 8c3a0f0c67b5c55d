// No module comes by a reference of a type that it is not of, nor by a null where there cannot be one: types of two modules are one type only if they are equal,
// imports fit, locals are set, tables have elements, whatever is loaded on however many threads at the same time.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct TypedReferenceSafetyTests {
  private static let unary = FuncType([.i64], [.i64])

  private static func reference(_ type: UInt32, isNullable: Bool = false) -> ValueType { ValueType(to: .type(type), isNullable: isNullable) }

  /// A module that exports something of each kind whose type refers to the type `narrow`: a function, a table, a constant global, a variable one, a tag.
  private func makeExporter(_ store: Store, narrow: FuncType) throws -> Instance {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(narrow)
    let function = builder.function("function", narrow.parameters, narrow.results) { $0.unreachable() }
    builder.function("taker", [Self.reference(type)], []) { _ in }
    builder.writer.addExport("table", .table, builder.writer.addTable(TableType(Self.reference(type), Limits(1)), initial: .function(function)))
    let constant = builder.writer.addGlobal(GlobalType(Self.reference(type)), .function(function))
    builder.writer.addExport("constant", .global, constant)
    builder.writer.addExport("variable", .global, builder.writer.addGlobal(GlobalType(Self.reference(type), mutable: true), .function(function)))
    builder.writer.addExport("tag", .tag, builder.writer.addTag(type: builder.writer.addType(FuncType([Self.reference(type)]))))
    return try builder.instance(store)
  }

  /// Whether an import of the exporter's thing under a type is linked. `add` adds the import; type 0 is `unary`.
  private func links(_ exporter: Instance, _ add: (inout ModuleWriter) -> Void) throws -> Bool {
    var builder = ModuleBuilder()
    _ = builder.writer.addType(FuncType([.f32], [.f32]))
    _ = builder.writer.addType(Self.unary)
    add(&builder.writer)
    var imports = Imports()
    imports.define("env", exporter)
    let module = try builder.module(exporter.store.engine)
    do {
      _ = try Instance(module, imports: imports, in: exporter.store)
      return true
    } catch is LinkError {
      return false
    }
  }

  @Test func importsFitByTheirTypes() throws {
    let store = Store()
    let exporter = try makeExporter(store, narrow: Self.unary)
    let exact = Self.reference(1)
    let others = [Self.reference(0), exact.nullable, .funcref, ValueType(to: .function, isNullable: false), .externref]
    #expect(try links(exporter) { _ = $0.importFunction("env", "taker", type: $0.addType(FuncType([exact]))) })
    #expect(try links(exporter) { _ = $0.importTable("env", "table", TableType(exact, Limits(1))) })
    #expect(try links(exporter) { _ = $0.importGlobal("env", "constant", GlobalType(exact)) })
    #expect(try links(exporter) { _ = $0.importGlobal("env", "variable", GlobalType(exact, mutable: true)) })
    #expect(try links(exporter) { _ = $0.importTag("env", "tag", type: $0.addType(FuncType([exact]))) })
    for other in others {
      // What may be written, or is written, must be of the very type.
      #expect(try !links(exporter) { _ = $0.importFunction("env", "taker", type: $0.addType(FuncType([other]))) })
      #expect(try !links(exporter) { _ = $0.importTable("env", "table", TableType(other, Limits(1))) })
      #expect(try !links(exporter) { _ = $0.importGlobal("env", "variable", GlobalType(other, mutable: true)) })
      #expect(try !links(exporter) { _ = $0.importTag("env", "tag", type: $0.addType(FuncType([other]))) })
      let isSupertype = other != Self.reference(0) && other != .externref
      #expect(try links(exporter) { _ = $0.importGlobal("env", "constant", GlobalType(other)) } == isSupertype)
    }
  }

  /// A constant that is imported as something more general and exported again is what it was.
  @Test func constantsKeepTheirTypesOnTheWayThroughOtherModules() throws {
    let store = Store()
    let exporter = try makeExporter(store, narrow: Self.unary)
    var builder = ModuleBuilder()
    let global = builder.writer.importGlobal("env", "constant", GlobalType(.funcref))
    builder.writer.addExport("constant", .global, global)
    var imports = Imports()
    imports.define("env", exporter)
    let between = try builder.instance(store, imports)
    #expect(try links(between) { _ = $0.importGlobal("env", "constant", GlobalType(Self.reference(1))) })
    #expect(try !links(between) { _ = $0.importGlobal("env", "constant", GlobalType(Self.reference(0))) })
  }

  // MARK: Types that refer to themselves

  /// The number of a type in the registry: `write` adds types, the last of which is meant.
  private func identity(_ write: (inout ModuleWriter) -> Void) throws -> UInt32 {
    var writer = ModuleWriter()
    write(&writer)
    return try #require(Module(Engine(), writer.finish().bytes).declarations.canonicalTypeIDs.last)
  }

  private func addRecursive(_ writer: inout ModuleWriter, isNullable: Bool = true) -> UInt32 {
    writer.addType(FuncType([Self.reference(writer.typeCount, isNullable: isNullable)], []))
  }

  @Test func aTypeThatRefersToItselfIsOneTypeInAllModules() throws {
    let first = try identity { _ = addRecursive(&$0) }
    let second = try identity { writer in
      _ = writer.addType(Self.unary)
      _ = writer.addType(FuncType([Self.reference(0)], []))
      _ = addRecursive(&writer)
    }
    #expect(first == second)
    #expect(try identity { _ = addRecursive(&$0, isNullable: false) } != first)
    // One that takes such functions is not such a function.
    let around = try identity { writer in
      let recursive = addRecursive(&writer)
      _ = writer.addType(FuncType([Self.reference(recursive, isNullable: true)], []))
    }
    #expect(around != first)
  }

  @Test func aTypeMayReferToEarlierOnesAndItselfOnly() throws {
    let engine = Engine()
    for (index, isRight) in [(0, true), (1, true), (2, false), (ValueType.referableTypes - 1, false)] as [(UInt32, Bool)] {
      var writer = ModuleWriter()
      _ = writer.addType(FuncType())
      _ = writer.addType(FuncType([Self.reference(index)], [Self.reference(index, isNullable: true)]))
      _ = writer.addType(FuncType([.i32]))
      #expect(Module.validate(engine, writer.finish().bytes) == isRight, "\(index)")
    }
  }

  /// A host function of a recursive type that a module names is of that type.
  @Test func theHostMakesFunctionsOfRecursiveTypes() throws {
    let store = Store()
    var builder = ModuleBuilder()
    let recursive = addRecursive(&builder.writer)
    let imported = builder.writer.importFunction("env", "f", type: recursive)
    builder.writer.addDeclarativeElements(functions: [imported])
    builder.function("run") { body in
      body.refFunc(imported)
      body.refFunc(imported)
      body.callRef(type: recursive)
    }
    let module = try builder.module(store.engine)
    let calls = Mutex(0)
    let function = Function(store, module.functionType(recursive)) { (_: borrowing Caller, arguments: [Value]) -> [Value] in
      if case .funcref(_?) = arguments[0] { calls.withLock { $0 += 1 } }
      return []
    }
    #expect(function.type == module.functionType(recursive))
    var imports = Imports()
    imports.define("env", "f", function)
    try Instance(module, imports: imports, in: store).function("run")!()
    #expect(calls.withLock { $0 } == 1)
    // And only functions of the type may be passed to it.
    #expect(throws: CallError.self) { try function.call([.funcref(Function(store) { (_: borrowing Caller) in })]) }
    try function.call([.funcref(function)])
  }

  // MARK: Validation

  /// Whether a function is valid in a module with types 0: () -> (), 1: (i64) -> (i64), functions 0 and 1 of them, table 0 of (ref 1), table 1 of (ref null 1),
  /// global 0 of (ref 1), an element segment with function 0. `exact` is (ref 1), `nullable` (ref null 1).
  private func isValid(_ parameters: [ValueType], _ results: [ValueType], locals: [ValueType], _ code: String) throws -> Bool {
    var builder = ModuleBuilder()
    _ = builder.writer.addType(FuncType())
    _ = builder.writer.addType(Self.unary)
    let none = builder.function("none") { _ in }
    let one = builder.function("one", [.i64], [.i64]) { $0.localGet(0) }
    _ = builder.writer.addTable(TableType(Self.exact, Limits(1)), initial: .function(one))
    _ = builder.writer.addTable(TableType(Self.nullable, Limits(1)))
    _ = builder.writer.addGlobal(GlobalType(Self.exact, mutable: true), .function(one))
    _ = builder.writer.addPassiveElements(functions: [none])
    var mistake: String?
    builder.function("tested", parameters, results) { body in
      for local in locals { _ = body.addLocal(local) }
      mistake = Self.write(code, to: &body)
    }
    #expect(mistake == nil)
    let bytes = builder.writer.finish().bytes
    let isValid = Module.validate(Engine(), bytes)
    // The walk that compiles says the same.
    var configuration = EngineConfiguration()
    configuration.tier = .bbq
    let isCompiled = bytes.withUnsafeBytes { (try? Module(Engine(configuration), copying: $0, eagerly: true)) != nil }
    #expect(isCompiled == isValid, "\(code)")
    return isValid
  }

  private static let exact = reference(1)
  private static let nullable = reference(1, isNullable: true)

  /// Writes instructions, separated by semicolons: a name, and indices, a number or a type. Returns one that is none.
  private static func write(_ code: String, to body: inout FunctionBodyWriter) -> String? {
    let types: [Substring: ValueType] = [
      "exact": exact, "nullable": nullable, "func": .funcref, "none": reference(9, isNullable: true), "": .i32,
    ]
    for instruction in code.split(separator: ";") {
      let words = instruction.split(separator: " ")
      let row = OpcodeTable.all.first { $0.exists && $0.name.description == words[0] }
      guard let row else { return String(instruction) }
      let numbers = words.dropFirst().compactMap { UInt32($0) }
      let block = words.count > 1 ? types[words[1]].map { BlockType.value($0) } ?? .empty : .empty
      switch row.opcode {
      case .block: body.block(block)
      case .loop: body.loop(block)
      case .if: body.if(block)
      case .tryTable: body.tryTable(block, [])
      case .i32Const: body.i32Const(Int32(numbers[0]))
      case .i64Const: body.i64Const(Int64(numbers[0]))
      case .refNull: body.refNull(types[words[1]] ?? .externref)
      case .select: body.select(types[words[1]] ?? .externref)
      default:
        switch numbers.count {
        case 0: body.emit(row.opcode)
        case 1: body.emit(row.opcode, index: numbers[0])
        default: body.emit(row.opcode, numbers[0], numbers[1])
        }
      }
    }
    return nil
  }

  @Test(arguments: [
    (false, "local.get 0; drop"), (true, "ref.func 1; local.set 0; local.get 0; drop"), (true, "ref.func 1; local.tee 0; drop; local.get 0; drop"),
    // What is set in a structure, or in one arm, is not set after it.
    (false, "block; ref.func 1; local.set 0; end; local.get 0; drop"), (false, "loop; ref.func 1; local.set 0; end; local.get 0; drop"),
    (false, "try_table; ref.func 1; local.set 0; end; local.get 0; drop"),
    (true, "block; ref.func 1; local.set 0; local.get 0; drop; end"), (true, "loop; ref.func 1; local.set 0; local.get 0; drop; end"),
    (true, "ref.func 1; local.set 0; block; local.get 0; drop; end; local.get 0; drop"),
    (true, "ref.func 1; local.set 0; block; ref.func 1; local.set 0; end; local.get 0; drop"),
    (false, "i32.const 1; if; ref.func 1; local.set 0; else; local.get 0; drop; end"),
    (false, "i32.const 1; if; ref.func 1; local.set 0; else; ref.func 1; local.set 0; end; local.get 0; drop"),
    (false, "block; block; ref.func 1; local.set 0; end; local.get 0; drop; end"),
    // Unreachable code reads no such local either.
    (false, "unreachable; local.get 0; drop"), (false, "block; br 0; end; local.get 0; drop"),
    (false, "ref.func 0; local.set 0"), (false, "ref.null nullable; local.set 0"),
  ])
  func localsThatAreNotNullAreSetBeforeTheyAreRead(_ isRight: Bool, _ code: String) throws {
    #expect(try isValid([], [], locals: [Self.exact], code) == isRight, "\(code)")
  }

  @Test func parametersAndLocalsWithNullAreSet() throws {
    #expect(try isValid([], [], locals: [Self.nullable], "local.get 0; drop"))
    #expect(try isValid([Self.exact], [], locals: [], "local.get 0; drop"))
    #expect(try !isValid([Self.exact], [], locals: [Self.nullable, Self.exact], "local.get 0; drop; local.get 1; drop; local.get 2; drop"))
  }

  @Test(arguments: [
    (true, "i64.const 1; ref.func 1; call_ref 1; drop"), (false, "i64.const 1; ref.func 0; call_ref 1; drop"),
    (true, "i64.const 1; ref.null nullable; call_ref 1; drop"), (false, "i64.const 1; ref.null func; call_ref 1; drop"),
    (false, "i64.const 1; local.get 1; call_ref 1; drop"), (false, "i64.const 1; local.get 2; call_ref 1; drop"),
    (false, "i64.const 1; i64.const 1; call_ref 1; drop"), (false, "i32.const 1; ref.func 1; call_ref 1; drop"),
    (false, "local.get 0; global.set 0"), (true, "local.get 0; ref.as_non_null; global.set 0"), (false, "local.get 1; ref.as_non_null; global.set 0"),
    (false, "i32.const 0; ref.func 0; table.set 1"), (false, "i32.const 0; ref.null nullable; table.set 0"),
    (true, "i32.const 0; table.get 0; global.set 0"), (false, "i32.const 0; table.get 1; global.set 0"),
    (false, "ref.null nullable; i32.const 1; table.grow 0; drop"), (true, "ref.func 1; i32.const 1; table.grow 0; drop"),
    (false, "i32.const 0; ref.null nullable; i32.const 1; table.fill 0"),
    (false, "i32.const 0; i32.const 0; i32.const 1; table.copy 0 1"), (true, "i32.const 0; i32.const 0; i32.const 1; table.copy 1 0"),
    (false, "i32.const 0; i32.const 0; i32.const 1; table.init 0 1"), (true, "i32.const 0; i64.const 1; drop; drop"),
    (true, "i64.const 1; i32.const 0; call_indirect 1 0; drop"),
    // Branches on null.
    (true, "block; local.get 0; br_on_null 0; global.set 0; end"), (false, "block; local.get 1; br_on_null 0; global.set 0; end"),
    (false, "block nullable; local.get 0; br_on_non_null 0; ref.func 1; end; global.set 0"),
    (true, "block exact; local.get 0; br_on_non_null 0; ref.func 1; end; global.set 0"),
    (false, "block exact; local.get 1; br_on_non_null 0; ref.func 1; end; global.set 0"),
    (false, "local.get 0; br_on_non_null 0"), (false, "block; i64.const 1; br_on_null 0; drop; end"),
    // In unreachable code.
    (true, "unreachable; call_ref 1; drop"), (true, "unreachable; ref.as_non_null; global.set 0"), (true, "unreachable; br_on_null 0; global.set 0"),
    (false, "unreachable; ref.as_non_null; i32.eqz; drop"), (false, "unreachable; br_on_null 0; i64.eqz; drop"),
    // Types that there are not.
    (false, "i64.const 1; ref.func 1; call_ref 9; drop"), (false, "ref.null none; drop"), (false, "block none; unreachable; end; drop"),
    (false, "unreachable; select none; drop"), (true, "ref.func 1; ref.func 1; i32.const 1; select exact; global.set 0"),
    (false, "ref.func 1; local.get 0; i32.const 1; select exact; drop"),
  ])
  func noReferenceIsTakenForOneOfAnotherType(_ isRight: Bool, _ code: String) throws {
    #expect(try isValid([Self.nullable, .funcref, .externref], [], locals: [], code) == isRight, "\(code)")
  }

  @Test func localsOfTypesThatThereAreNotAreRefused() throws {
    #expect(try !isValid([], [], locals: [Self.reference(9, isNullable: true)], "nop"))
  }

  @Test func tablesOfReferencesThatAreNotNullHaveElements() throws {
    let engine = Engine()
    func isValid(_ initial: ConstExpression?, _ element: ValueType) -> Bool {
      var builder = ModuleBuilder()
      _ = builder.writer.addType(Self.unary)
      let other = builder.function(nil) { _ in }
      _ = builder.function(nil, [.i64], [.i64]) { $0.localGet(0) }
      _ = other
      _ = builder.writer.addTable(TableType(element, Limits(3)), initial: initial)
      return Module.validate(engine, builder.writer.finish().bytes)
    }
    let exact = Self.reference(0)
    #expect(!isValid(nil, exact) && !isValid(nil, .externref.nonNull) && isValid(nil, exact.nullable))
    #expect(isValid(.function(1), exact) && !isValid(.function(0), exact) && !isValid(.null(exact.nullable), exact))
    #expect(isValid(.function(0), .funcref.nonNull) && !isValid(.i32(0), exact))
  }

  /// A program that is stopped while such a table grows leaves no null in it.
  @Test func aTableThatGrowsHasItsElementsWheneverTheProgramIsStopped() throws {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(Self.unary)
    let one = builder.function(nil, Self.unary.parameters, Self.unary.results) { $0.localGet(0) }
    builder.writer.addExport("table", .table, builder.writer.addTable(TableType(Self.reference(type), Limits(1)), initial: .function(one)))
    builder.function("grow") { body in
      body.loop()
      body.refFunc(one)
      body.i32Const(1_000_000)
      body.tableGrow()
      body.drop()
      body.br(0)
      body.end()
    }
    let engine = Engine()
    let module = try builder.module(engine)
    for duration in 1...25 {
      let instance = try Instance(module, in: Store(engine))
      let reason = trap { try engine.withTimeLimit(.milliseconds(duration)) { try instance.function("grow")!() } }?.reason
      #expect(reason == .timeLimitExceeded)
      let table = try #require(instance.table("table"))
      // Elements are written in order.
      guard case .funcref(_?)? = table.get(table.count - 1) else {
        Issue.record("null at the end of \(table.count) elements")
        continue
      }
    }
  }

  // MARK: Proposals

  @Test(arguments: [
    ([0x5F, 0x00], "garbage collection"), ([0x5E, 0x7F, 0x00], "garbage collection"), ([0x4E, 0x01, 0x60, 0x00, 0x00], "garbage collection"),
    ([0x50, 0x00, 0x60, 0x00, 0x00], "garbage collection"), ([0x60, 0x01, 0x6C, 0x00], "garbage collection"),
    ([0x60, 0x01, 0x63, 0x6E, 0x00], "garbage collection"), ([0x60, 0x01, 0x64, 0x71, 0x00], "garbage collection"),
    ([0x60, 0x01, 0x63, 0x73, 0x00], "garbage collection"),
  ])
  func whatIsMissingIsCalledByItsProposal(_ type: [UInt8], _ proposal: String) {
    let bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, UInt8(type.count + 1), 1] + type
    let error = #expect(throws: ValidationError.self) { try Module(Engine(), bytes) }
    #expect(error?.description.contains("(\(proposal))") == true, "\(String(describing: error))")
  }

  @Test func withoutTheFeatureTheErrorNamesIt() {
    var configuration = EngineConfiguration()
    configuration.features.remove(.functionReferences)
    let engine = Engine(configuration)
    for type in [[0x60, 0x01, 0x63, 0x00, 0x00], [0x60, 0x01, 0x64, 0x70, 0x00]] as [[UInt8]] {
      let bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, UInt8(type.count + 1), 1] + type
      let error = #expect(throws: ValidationError.self) { try Module(engine, bytes) }
      #expect(error?.description.contains("typed function references") == true)
    }
  }

  // MARK: Threads

  /// Modules with equal and with different types, some of them recursive, are loaded on many threads at the same time: equal types get equal numbers, others others, and
  /// calls lead where they should.
  @Test func typesAreTheSameHoweverManyThreadsLoadThem() throws {
    let salt = Int.random(in: 1_000...9_999)
    /// Its types are of so many i64 and f64, so that nobody else has them; and one that refers to itself and to that.
    func bytes(_ variant: Int) -> [UInt8] {
      var builder = ModuleBuilder()
      for filler in 0..<variant { _ = builder.writer.addType(FuncType(Array(repeating: .f32, count: filler + 1))) }
      let parameters = (0..<20).map { bit in (salt * 16 + variant % 4) >> bit & 1 == 0 ? ValueType.i64 : .f64 }
      let plain = builder.writer.addType(FuncType(parameters, [.i32]))
      let itself = builder.writer.typeCount
      let recursive = builder.writer.addType(FuncType([Self.reference(itself, isNullable: true), Self.reference(plain)], [.i32]))
      let callee = builder.function(nil, parameters, [.i32]) { $0.i32Const(Int32(variant)) }
      let type = builder.writer.addFunction(type: recursive)
      var body = FunctionBodyWriter(parameterCount: 2)
      for parameter in parameters { if parameter == .i64 { body.i64Const(1) } else { body.f64Const(1) } }
      body.localGet(1)
      body.callRef(type: plain)
      body.end()
      builder.writer.addBody(body)
      builder.writer.addDeclarativeElements(functions: [callee, type])
      builder.function("run", [], [.i32]) { body in
        body.refNull(Self.reference(recursive, isNullable: true))
        body.refFunc(callee)
        body.refFunc(type)
        body.callRef(type: recursive)
      }
      return builder.writer.finish().bytes
    }
    let variants = (0..<8).map(bytes)
    let found = Mutex<[Int: Set<[UInt32]>]>([:])
    let failures = Mutex<[String]>([])
    let engine = Engine()
    let threads = (0..<12).map { number in
      let thread = Thread {
        do {
          for iteration in 0..<30 {
            let variant = (number * 7 + iteration) % variants.count
            let module = try Module(engine, variants[variant])
            let ids = module.declarations.canonicalTypeIDs
            found.withLock { _ = $0[variant, default: []].insert(Array(ids[variant..<(variant + 2)])) }
            let result: Int32 = try Instance(module, in: Store(engine)).function("run")!(as: Int32.self)
            if result != Int32(variant) { failures.withLock { $0.append("\(variant): \(result)") } }
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      thread.stackSize = 1 << 20
      return thread
    }
    for thread in threads { thread.start() }
    while !threads.allSatisfy(\.isFinished) { Thread.sleep(forTimeInterval: 0.005) }
    #expect(failures.withLock { $0 } == [])
    let ids = found.withLock { $0 }
    for variant in variants.indices {
      #expect(ids[variant]?.count == 1)
      for other in variants.indices { #expect((ids[variant] == ids[other]) == (variant % 4 == other % 4), "\(variant) and \(other)") }
    }
    #expect(Set(ids.values.flatMap { $0.flatMap { $0 } }).count == 8)
  }
}
