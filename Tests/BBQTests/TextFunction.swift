// The notation of the golden files: a function in a text like WebAssembly's, one instruction a line, in a module that has something of everything.
//
//     (param i32 f64) (result i64) (local i32*3) (memory checked) (counting) (processor avx fma)
//     local.get 0
//     i64.load 8              the offset, and another memory than the first: i64.load 8 memory 1
//     v128.const 1 2 3 4      as many lanes as there are numbers
//     v128.load8_lane 3 16    the lane, and the offset
//     loop i64                one value; several: a type's index
//     try_table i64 (catch 0 1) (catch_all_ref 0)
//     ref.null null.1         (ref null 1); ref.1: (ref 1)
//
// types      0: the function's own; 1: (i64 f64) -> (i64); 2: (i32) -> (i64 f64 i32); 3: (i64 ×8) -> (i64); 4: (i64 f64) -> (); 5: (i64 i32) -> (i64 i32);
//            6: (ref 1) -> (); 7: (i64 (ref 1)) -> (i64 (ref 1)). A function that refers to types has one after these, and 0 is () -> ().
//            (equal types are one: where the function's own is one of them, the later ones move up)
// functions  0, 1: imported, of types 1 and 2; 2: the one in the text; 3, 4, 5: of types 1, 2 and 3
// memories   0; 1 with 64-bit addresses; 2 like 0
// tables     0 of functions; 1 of external references
// globals    0 imported i64; 1 i32; 2 i64; 3 f32; 4 f64; 5 externref; 6 v128
// tags       0 of type 4
// segments   one of elements, one of data, passive

import BBQ
import CompilerInterface
import RuntimeLayout
import WasmFormat

struct TextFunction {
  struct Mistake: Error, CustomStringConvertible {
    var description: String
  }

  var parameters: [ValueType] = []
  var results: [ValueType] = []
  var locals: [ValueType] = []
  var strategy = MemoryStrategy.guarded
  var counts = false
  var processor: ProcessorFeatures = []
  /// The instructions, in words.
  var instructions: [[Substring]] = []

  static let index: UInt32 = 2

  init(_ text: String) throws {
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    var rest = lines[...]
    if let first = lines.first, first.hasPrefix("(") {
      rest = lines.dropFirst()
      for group in first.split(whereSeparator: { $0 == "(" || $0 == ")" }) where group != " " { try readHeader(group.split(separator: " ")) }
    }
    instructions = rest.map { $0.split(whereSeparator: { " ()".contains($0) }) }
  }

  private mutating func readHeader(_ words: [Substring]) throws {
    switch words[0] {
    case "param": parameters = try Self.types(words.dropFirst())
    case "result": results = try Self.types(words.dropFirst())
    case "local": locals = try Self.types(words.dropFirst())
    case "memory": strategy = words[1] == "checked" ? .checked : .guarded
    case "counting": counts = true
    case "processor":
      guard let features = ProcessorFeatures(named: words.dropFirst().joined(separator: ",")) else { throw Mistake(description: "(\(words))") }
      processor = features
    default: throw Mistake(description: "(\(words[0])…)")
    }
  }

  private static func types(_ words: ArraySlice<Substring>) throws -> [ValueType] {
    try words.flatMap { word in
      let parts = word.split(separator: "*")
      return Array(repeating: try type(parts[0]), count: parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }
  }

  private static func type(_ word: Substring) throws -> ValueType {
    let all: [ValueType] = [.i32, .i64, .f32, .f64, .v128, .funcref, .externref, .exnref]
    if let type = all.first(where: { $0.name == word }) { return type }
    let parts = word.split(separator: ".")
    guard parts.count == 2, parts[0] == "ref" || parts[0] == "null", let index = UInt32(parts[1]) else {
      throw Mistake(description: "no type is called \(word)")
    }
    return ValueType(to: .type(index), isNullable: parts[0] == "null")
  }

  // MARK: The module

  func module() throws -> [UInt8] {
    var writer = ModuleWriter()
    let type = FuncType(parameters, results)
    var own = writer.addType(type.hasTypeIndices ? FuncType() : type)
    let mixed = writer.addType(FuncType([.i64, .f64], [.i64]))
    let several = writer.addType(FuncType([.i32], [.i64, .f64, .i32]))
    let many = writer.addType(FuncType(Array(repeating: .i64, count: 8), [.i64]))
    let payload = writer.addType(FuncType([.i64, .f64], []))
    _ = writer.addType(FuncType([.i64, .i32], [.i64, .i32]))
    _ = writer.addType(FuncType([ValueType(to: .type(mixed), isNullable: false)], []))
    let pair: [ValueType] = [.i64, ValueType(to: .type(mixed), isNullable: false)]
    _ = writer.addType(FuncType(pair, pair))
    if type.hasTypeIndices { own = writer.addType(type) }
    _ = writer.importFunction("env", "mixed", type: mixed)
    _ = writer.importFunction("env", "several", type: several)
    _ = writer.importGlobal("env", "global", GlobalType(.i64, mutable: true))
    for type in [own, mixed, several, many] { _ = writer.addFunction(type: type) }
    _ = writer.addTable(TableType(.funcref, Limits(1)))
    _ = writer.addTable(TableType(.externref, Limits(1)))
    _ = writer.addMemory(MemoryType(Limits(1)))
    _ = writer.addMemory(MemoryType(Limits(1), is64: true))
    _ = writer.addMemory(MemoryType(Limits(1)))
    _ = writer.addTag(type: payload)
    _ = writer.addGlobal(GlobalType(.i32, mutable: true), .i32(0))
    _ = writer.addGlobal(GlobalType(.i64, mutable: true), .i64(0))
    _ = writer.addGlobal(GlobalType(.f32, mutable: true), .f32(0))
    _ = writer.addGlobal(GlobalType(.f64, mutable: true), .f64(0))
    _ = writer.addGlobal(GlobalType(.externref, mutable: true), .null(.externref))
    _ = writer.addGlobal(GlobalType(.v128, mutable: true), .v128(.zero))
    writer.addPassiveElements(functions: [0, Self.index])
    writer.addPassiveData(bytes: [1, 2, 3])
    writer.addBody(try body())
    for type in [FuncType([.i64, .f64], []), FuncType([.i32], []), FuncType(Array(repeating: .i64, count: 8), [])] {
      var body = FunctionBodyWriter(parameterCount: type.parameters.count)
      body.unreachable()
      body.end()
      writer.addBody(body)
    }
    return writer.finish().bytes
  }

  private func body() throws -> FunctionBodyWriter {
    var body = FunctionBodyWriter(parameterCount: parameters.count)
    for type in locals { _ = body.addLocal(type) }
    for words in instructions { try Self.write(words, to: &body) }
    body.end()
    return body
  }

  /// Writes the code that the baseline compiler makes of the function.
  func compile<Result>(_ use: (CompiledFunction) throws -> Result) throws -> Result {
    try module().withUnsafeBytes { raw in
      var ids: [FuncType: UInt32] = [:]
      let module = try ModuleReader.read(raw) { type in
        let id = ids[type] ?? UInt32(40 + ids.count)
        ids[type] = id
        return (type, id)
      }
      let information = ModuleInformation(module, strategy: strategy, processor: processor, countsExecution: counts)
      var validator = BodyValidator()
      for (index, range) in module.bodies.enumerated() {
        try validator.validate(
          information, functionIndex: Int(Self.index) + index, body: UnsafeRawBufferPointer(rebasing: raw[range]), moduleOffset: range.lowerBound)
      }
      var compiler = BBQCompiler()
      let range = module.bodies[0]
      return try use(
        compiler.compile(
          information, functionIndex: Int(Self.index), body: UnsafeRawBufferPointer(rebasing: raw[range]), moduleOffset: range.lowerBound))
    }
  }

  // MARK: Instructions

  /// Every opcode by its name; both forms of `select` have the same, the second one an immediate.
  private static let opcodes = Dictionary(
    OpcodeTable.rows(where: { $0.exists && $0.opcode != .selectTyped }).map { ($0.name.description, $0) }, uniquingKeysWith: { first, _ in first })

  private static func write(_ words: [Substring], to body: inout FunctionBodyWriter) throws {
    guard let row = opcodes[String(words[0])] else { throw Mistake(description: "no opcode is called \(words[0])") }
    func number(_ position: Int) throws -> UInt32 {
      guard position < words.count else { return 0 }
      guard let number = UInt32(words[position]) else { throw Mistake(description: "\(words.joined(separator: " ")): not an index") }
      return number
    }
    switch row.immediates {
    case .none:
      if words.count > 1 { body.select(try type(words[1])) } else { body.emit(row.opcode) }
    case .local, .global, .label, .function, .type, .table, .memory, .tag, .data, .element: body.emit(row.opcode, index: try number(1))
    case .typeAndTable, .dataAndMemory, .memoryAndMemory, .elementAndTable, .tableAndTable: body.emit(row.opcode, try number(1), try number(2))
    case .i32: body.i32Const(Int32(words[1]) ?? 0)
    case .i64: body.i64Const(Int64(words[1]) ?? 0)
    case .f32: body.f32Const(Float(words[1]) ?? 0)
    case .f64: body.f64Const(Double(words[1]) ?? 0)
    case .heapType: body.refNull(try type(words[1]))
    case .labelTable: body.brTable(try (1..<words.count - 1).map(number), default: try number(words.count - 1))
    case .memoryArgument:
      if words.count > 3 {
        body.access(row.opcode, memory: try number(3), offset: UInt64(words[1]) ?? 0)
      } else {
        body.load(row.opcode, offset: try number(1))
      }
    case .blockType: try writeBlock(row.opcode, words, to: &body)
    case .tryTable: body.tryTable(try blockType(words), try clauses(words))
    case .v128: body.v128Const(try vector(words.dropFirst()))
    case .lane: body.emit(row.opcode, lane: UInt8(try number(1)))
    case .fence: body.atomicFence()
    case .lanes: body.shuffle(try vector(words.dropFirst()))
    case .memoryArgumentAndLane: body.access(row.opcode, lane: UInt8(try number(1)), offset: try number(2))
    case .types: throw Mistake(description: "written by the opcode without immediates")
    }
  }

  /// As many lanes as there are numbers.
  private static func vector(_ words: ArraySlice<Substring>) throws -> V128 {
    var vector = V128.zero
    for (index, word) in words.enumerated() {
      guard let bits = UInt64(word) else { throw Mistake(description: "no lane is \(word)") }
      vector.setLane(index, width: 128 / words.count, bits)
    }
    return vector
  }

  private static func writeBlock(_ opcode: Opcode, _ words: [Substring], to body: inout FunctionBodyWriter) throws {
    let type = try blockType(words)
    switch opcode {
    case .block: body.block(type)
    case .loop: body.loop(type)
    default: body.if(type)
    }
  }

  private static func blockType(_ words: [Substring]) throws -> BlockType {
    guard words.count > 1, !words[1].hasPrefix("catch") else { return .empty }
    return if let index = UInt32(words[1]) { .type(index) } else { .value(try type(words[1])) }
  }

  private static func clauses(_ words: [Substring]) throws -> [FunctionBodyWriter.Catch] {
    var clauses: [FunctionBodyWriter.Catch] = []
    for (position, word) in words.enumerated() where word.hasPrefix("catch") {
      let numbers = words[(position + 1)...].prefix { UInt32($0) != nil }.compactMap { UInt32($0) }
      switch (word, numbers.count) {
      case ("catch", 2): clauses.append(.tag(numbers[0], label: numbers[1]))
      case ("catch_ref", 2): clauses.append(.tagAndReference(numbers[0], label: numbers[1]))
      case ("catch_all", 1): clauses.append(.all(label: numbers[0]))
      case ("catch_all_ref", 1): clauses.append(.allAndReference(label: numbers[0]))
      default: throw Mistake(description: words.joined(separator: " "))
      }
    }
    return clauses
  }
}

extension OpcodeTable {
  static func rows(where isWanted: (OpcodeRow) -> Bool) -> [OpcodeRow] {
    all.filter(isWanted)
  }
}
