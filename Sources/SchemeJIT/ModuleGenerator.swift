// Generates the auxiliary module of a batch of procedures: one function for each, calling each other directly, and the patch function that
// links them (see GuestABI's `AuxiliaryModule`).
import GuestABI
import SchemeCore
import WasmFormat

/// What one function of a module implements.
public struct CompilationUnit {
  public let function: Func
  /// The rest of the function from one of its loops on, for a frame of the interpreter that is in the middle of it, or after one of its calls, for a frame
  /// record; nil: the whole function.
  public let rest: Node?

  public init(_ function: Func, restFrom rest: Node? = nil) {
    self.function = function
    self.rest = rest
  }

  /// The host is told that it is hot (CompilationPriority): the rest of a running loop, which is entered once and for long. Procedures are
  /// called often enough for the host to see by itself.
  var isMarkedHot: Bool { rest?.kind == .label }

  /// Whether it takes its arguments as parameters: a rest parameter's list is the last one.
  var hasDirectEntry: Bool { rest == nil && function.hasDirectEntry }

  /// The functions beside its own.
  var entries: [EntryFunction] { hasDirectEntry ? EntryFunction.all(of: function) : [] }

  /// How many functions a module of some units has.
  static func functionCount(_ units: [CompilationUnit]) -> Int { units.reduce(0) { $0 + 1 + $1.entries.count } }
}

public struct ModuleGenerator: ~Copyable {
  var writer = ModuleWriter()
  /// The batch; procedure i is function i, as the module imports no functions. Then come their entries.
  let batch: [CompilationUnit]
  let routines: RuntimeRoutines
  /// Where the functions go in the table; nil: at its end.
  let place: Range<Int>?
  /// What was inlined into the functions of the module made last: it must not go before them.
  nonisolated(unsafe) static var inlined: [Func] = []
  private var directTypes: [UInt32] = []
  private var routineTypes: [UInt32] = []

  /// A batch that has passed `Refusal.reason`.
  public init(_ batch: [CompilationUnit], at place: Range<Int>? = nil) {
    self.batch = batch
    self.place = place
    routines = runtimeRoutines
    for count in 0...FuncLayout.maximumDirectArity {
      var parameters: [ValueType] = [.i64, .i32]
      for _ in 0..<count { parameters.append(.i64) }
      directTypes.append(writer.addType(FuncType(parameters, [.i64])))
    }
    for type in RoutineType.allCases { routineTypes.append(writer.addType(ModuleGenerator.signature(type))) }
    let module = WasmName(AuxiliaryModule.importModule)
    _ = writer.importMemory(module, WasmName(AuxiliaryModule.memory), MemoryType(Limits(1)))
    _ = writer.importTable(
      module, WasmName(AuxiliaryModule.table), TableType(.funcref, Limits(1)))
  }

  private static func signature(_ type: RoutineType) -> FuncType {
    switch type {
    case .binary: FuncType([.i64, .i64], [.i64])
    case .primitive, .frame: FuncType([.i32, .i32], [.i64])
    case .general: FuncType([.i64, .i32, .i32], [.i64])
    case .place: FuncType([.i32], [.i64])
    case .allocate: FuncType([.i32], [.i32])
    case .unary: FuncType([.i64], [.i64])
    case .list: FuncType([.i32, .i32, .i32], [.i64])
    }
  }

  func directType(_ count: Int) -> UInt32 { directTypes[count] }
  func type(_ routine: RoutineType) -> UInt32 { routineTypes[routine.rawValue] }

  /// The module's bytes.
  public consuming func generate() -> ByteWriter {
    ModuleGenerator.inlined = []
    for unit in batch {
      let type = unit.hasDirectEntry ? directType(unit.function.entrySlots) : type(.general)
      _ = writer.addFunction(type: type)
    }
    for unit in batch {
      for entry in unit.entries { _ = writer.addFunction(type: entry.argumentCount.map { directType($0) } ?? type(.general)) }
    }
    let patch = writer.addFunction(type: writer.addType(FuncType([], [])))
    writer.setStart(patch)
    let functions = (0..<UInt32(CompilationUnit.functionCount(batch))).map { $0 }
    let segment = writer.addPassiveElements(functions: functions)
    for unit in batch {
      var generator = FunctionGenerator(unit, module: self)
      generator.generate()
      writer.addBody(generator.finish())
    }
    for (index, unit) in batch.enumerated() {
      for entry in unit.entries { writer.addBody(body(of: entry, of: unit.function, UInt32(index))) }
    }
    writer.addBody(patchBody(segment))
    for (index, unit) in batch.enumerated() {
      writer.nameFunction(UInt32(index), name(of: unit.function))
      if unit.isMarkedHot {
        writer.addPriority(CompilationPriority(function: UInt32(index), compilation: 0, optimization: 0))
      }
    }
    writer.nameFunction(patch, "patch")
    return writer.finish()
  }

  private func name(of function: Func) -> WasmName {
    if !function.name.isSymbol { return "lambda" }
    return WasmName(utf8: SymbolTable.utf8(function.name))
  }

  /// Puts the functions into the table and their indices into the entry slots.
  private func patchBody(_ segment: UInt32) -> FunctionBodyWriter {
    var body = FunctionBodyWriter(parameterCount: 0)
    let base = place.map { body.fillTable($0, from: segment) } ?? body.growTable(by: CompilationUnit.functionCount(batch), from: segment)
    var nextEntry = batch.count
    for (index, unit) in batch.enumerated() {
      let function = unit.function
      if let rest = unit.rest {
        let entry = rest.kind == .label ? NodeLayout.loopEntry : NodeLayout.resumeEntry
        body.storeTableIndex(base, plus: index, at: rest.address + UInt32(entry))
        continue
      }
      if function.hasDirectEntry && !function.hasRest {
        body.storeTableIndex(base, plus: index, at: function.address + UInt32(4 * function.parameters))
        if function.isVariant && function.variantVariable == nil {
          body.storeTableIndex(base, plus: index, at: function.general.address + UInt32(4 * function.parameters))
        }
        store(&body, at: function.address + UInt32(FuncLayout.generalEntry), constant: routines.gather)
      } else {
        if !unit.hasDirectEntry { body.storeTableIndex(base, plus: index, at: function.address + UInt32(FuncLayout.generalEntry)) }
        for count in function.parameters..<max(function.parameters, FuncLayout.maximumDirectArity + 1)
        where (function.hasRest || count == function.parameters) && function.variant(count) == nil {
          store(&body, at: function.address + UInt32(4 * count), constant: routines.spread(count))
        }
      }
      for entry in unit.entries {
        for place in entry.places(of: function) { body.storeTableIndex(base, plus: nextEntry, at: place) }
        nextEntry += 1
      }
      body.i32Const(0)
      body.i32Const(Int32(function.linkedFlags))
      body.store(.i32Store8, offset: function.address + UInt32(FuncLayout.flags))
    }
    body.end()
    return body
  }

  private func store(_ body: inout FunctionBodyWriter, at address: Address, constant: UInt32) {
    body.i32Const(0)
    body.i32Const(Int32(bitPattern: constant))
    body.store(.i32Store, offset: address)
  }
}

extension FunctionBodyWriter {
  /// Puts the functions of a segment into the table; returns a local that holds the first one's index.
  mutating func fillTable(_ place: Range<Int>, from segment: UInt32) -> UInt32 {
    let base = addLocal(.i32)
    i32Const(Int32(place.lowerBound))
    localTee(base)
    i32Const(0)
    i32Const(Int32(place.count))
    tableInit(element: segment)
    return base
  }

  /// Grows the table by the functions of a segment; returns a local that holds the first one's index.
  mutating func growTable(by count: Int, from segment: UInt32) -> UInt32 {
    let base = addLocal(.i32)
    refNull(.funcref)
    i32Const(Int32(count))
    tableGrow()
    localTee(base)
    i32Const(-1)
    emit(.i32Eq)
    `if`()
    unreachable()
    end()
    localGet(base)
    i32Const(0)
    i32Const(Int32(count))
    tableInit(element: segment)
    return base
  }

  /// Stores the index of one of those functions in memory.
  mutating func storeTableIndex(_ base: UInt32, plus index: Int, at address: Address) {
    i32Const(0)
    localGet(base)
    i32Const(Int32(index))
    emit(.i32Add)
    store(.i32Store, offset: address)
  }
}

extension Func {
  /// Whether its generated code takes its arguments as parameters. (Else there are too many of them, and they are in memory.)
  var hasDirectEntry: Bool { entrySlots <= FuncLayout.maximumDirectArity }
  /// Whether a call with so many arguments can give them to that code.
  func isCalledDirectly(with count: Int) -> Bool { hasDirectEntry && accepts(count) && count <= FuncLayout.maximumDirectArity }
  /// The slots that are bound on entry.
  var entrySlots: Int { parameters + (hasRest ? 1 : 0) }
}
