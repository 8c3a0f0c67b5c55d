// The module of what has been reached: gives everything its index in the new module, in the order of the instances, and writes the sections.

import WasmEngine
import WasmFormat

struct FrozenWriter: ~Copyable {
  private let program: Program
  private let reached: Reached
  private var writer = ModuleWriter()
  private var indices = FrozenIndices()
  /// Of the functions that the new module defines, in the order of their indices.
  private var definitions: [StoreSnapshot.Definition] = []
  private var dataBytes = 0
  /// The numbers of parameters of functions that are never called, after all others.
  private var fillers: [Int] = []
  /// What the start function puts into the memory: where to, and the passive segments.
  private var placed: [(range: Range<Int>, segment: UInt32)] = []

  init(_ program: Program, _ reached: Reached) {
    self.program = program
    self.reached = reached
  }

  /// - Parameters:
  ///   - exports: exports of an instance's module, which stay.
  ///   - added: further ones.
  consuming func write(
    _ exports: [ExportDeclaration], of instance: Int, _ added: [(name: WasmName, entity: StoreSnapshot.Entity)], names: Bool
  ) -> FrozenModule {
    addTypes()
    importFunctions()
    declareFunctions()
    let tables = program.snapshot.instances[instance].tables
    addTables(exported: Set(exports.filter { $0.kind == .table }.map { tables[Int($0.index)] }))
    addMemories()
    addTags()
    addGlobals()
    for export in exports { writer.addExport(export.name, export.kind, index(of: export, instance)) }
    for export in added { writer.addExport(export.name, .function, indices.functions[export.entity]!) }
    addElements()
    addPassiveData()
    addMemoryContents()
    writeBodies()
    if names { nameFunctions() }
    addPriorities()
    let before = program.snapshot.instances.reduce(0) { $0 + $1.module.declarations.bodies.count }
    return FrozenModule(bytes: writer.finish().bytes, functions: definitions.count, functionsBefore: before, dataBytes: dataBytes)
  }

  private func index(of export: ExportDeclaration, _ instance: Int) -> UInt32 {
    let index = Int(export.index)
    let state = program.snapshot.instances[instance]
    switch export.kind {
    case .function: return indices.functions[program.function(index, of: instance)]!
    case .table: return indices.tables[state.tables[index]]!
    case .memory: return indices.memories[state.memories[index]]!
    case .global: return indices.globals[program.global(index, of: instance)]!
    case .tag: return indices.tags[program.tag(index, of: instance)]!
    }
  }

  // MARK: Declarations

  private mutating func addTypes() {
    for (place, state) in program.snapshot.instances.enumerated() {
      let declarations = state.module.declarations
      for index in declarations.types.indices {
        guard reached.types.contains(StoreSnapshot.Definition(instance: place, index: index)) else {
          indices.types.append(.max)
          continue
        }
        let type = addType(state.module.functionType(UInt32(index)))
        indices.types.append(type)
        indices.canonicalTypes[declarations.canonicalTypeIDs[index]] = type
      }
      indices.endTypes()
    }
  }

  /// The index of a type, given as all modules know it. A type comes after what it refers to.
  private mutating func addType(_ type: FuncType) -> UInt32 {
    for reference in type.parameters + type.results {
      guard let id = reference.canonicalID, indices.canonicalTypes[id] == nil, let other = reference.functionType else { continue }
      indices.canonicalTypes[id] = addType(other)
    }
    let itself = writer.typeCount
    return writer.addType(
      type.mapTypes { $0.isRecursive ? ValueType(to: .type(itself), isNullable: $0.isNullable) : indices.type($0) })
  }

  /// A type of a table, a global or a segment as the new module has it.
  private mutating func mapped(_ type: ValueType) -> ValueType {
    if let id = type.canonicalID, indices.canonicalTypes[id] == nil, let function = type.functionType {
      indices.canonicalTypes[id] = addType(function)
    }
    return indices.type(type)
  }

  private mutating func importFunctions() {
    var imported: [FrozenIndices.Import: UInt32] = [:]
    for (number, function) in program.snapshot.hostFunctions.enumerated() where reached.functions.contains(.host(number)) {
      let type = addType(function.type)
      let name = FrozenIndices.Import(module: function.module, name: function.name, type: type)
      let index = imported[name] ?? writer.importFunction(function.module, function.name, type: type)
      imported[name] = index
      indices.functions[.host(number)] = index
    }
  }

  private mutating func declareFunctions() {
    for (place, state) in program.snapshot.instances.enumerated() {
      let declarations = state.module.declarations
      for index in declarations.importedFunctionCount..<declarations.functions.count {
        let definition = StoreSnapshot.Definition(instance: place, index: index)
        guard reached.functions.contains(.defined(definition)) else { continue }
        indices.functions[.defined(definition)] = writer.addFunction(type: indices.type(Int(declarations.functions[index]), of: place))
        definitions.append(definition)
      }
    }
  }

  /// A table that code does not grow, nor anybody else, keeps its size: says so, and engines need not look at the size for each call.
  private mutating func addTables(exported: Set<Int>) {
    for (number, table) in program.snapshot.tables.enumerated() where reached.tables.contains(number) {
      var type = table.type
      type.limits.minimum = UInt64(table.elements.count)
      if !exported.contains(number) && !reached.growingTables.contains(number) { type.limits.maximum = type.limits.minimum }
      type.element = mapped(type.element)
      indices.tables[number] = writer.addTable(type, initial: type.element.isDefaultable ? nil : initial(of: table))
    }
  }

  /// What stands for all elements, which are written afterwards, of a table without null. If there are none, there still has to be something.
  private mutating func initial(of table: StoreSnapshot.TableState) -> ConstExpression {
    if let first = table.elements.first { return expression(first, table.type.element) }
    let type = table.type.element.functionType ?? FuncType()
    fillers.append(type.parameters.count)
    return .function(writer.addFunction(type: addType(type)))
  }

  private mutating func addMemories() {
    for (number, memory) in program.snapshot.memories.enumerated() where reached.memories.contains(number) {
      var type = memory.type
      type.limits.minimum = UInt64(memory.pageCount)
      indices.memories[number] = writer.addMemory(type)
    }
  }

  private mutating func addTags() {
    for tag in sorted(reached.tags) { indices.tags[tag] = writer.addTag(type: addType(program.type(ofTag: tag))) }
  }

  private mutating func addGlobals() {
    for entity in sorted(reached.globals) {
      let (type, value) = program.global(entity)
      let written = GlobalType(mapped(type.value), mutable: type.isMutable)
      indices.globals[entity] = writer.addGlobal(written, expression(value, type.value))
    }
  }

  /// The host's first, then by instance and index.
  private func sorted(_ entities: Set<StoreSnapshot.Entity>) -> [StoreSnapshot.Entity] {
    func key(_ entity: StoreSnapshot.Entity) -> (Int, Int) {
      switch entity {
      case .host(let number): (-1, number)
      case .defined(let definition): (definition.instance, definition.index)
      }
    }
    return entities.sorted { key($0) < key($1) }
  }

  private func expression(_ content: StoreSnapshot.Content, _ type: ValueType) -> ConstExpression {
    switch content {
    case .null: .null(indices.type(type))
    case .function(let function): .function(indices.functions[program.resolve(function)]!)
    case .vector(let vector): .v128(vector)
    case .bits(let bits):
      switch type {
      case .i32: ConstExpression([.i32Const(Int32(truncatingIfNeeded: bits))])
      case .f32: ConstExpression([.f32Const(UInt32(truncatingIfNeeded: bits))])
      case .f64: ConstExpression([.f64Const(bits)])
      default: ConstExpression([.i64Const(Int64(bitPattern: bits))])
      }
    }
  }

  private func offset(_ value: Int, is64: Bool) -> ConstExpression {
    is64 ? .i64(Int64(value)) : .i32(Int32(truncatingIfNeeded: value))
  }

  // MARK: Segments

  private mutating func addElements() {
    for (number, table) in program.snapshot.tables.enumerated() where reached.tables.contains(number) {
      var run: [UInt32] = []
      for (position, element) in (program.elements(of: number) + [.null]).enumerated() {
        if case .function(let function) = element {
          run.append(indices.functions[program.resolve(function)]!)
        } else if !run.isEmpty {
          let offset = offset(position - run.count, is64: table.type.is64)
          // Indices alone are references to functions of any type.
          if table.type.element.isConcrete {
            writer.addActiveElements(
              table: indices.tables[number]!, offset: offset, indices.type(table.type.element), run.map { .function($0) })
          } else {
            writer.addActiveElements(table: indices.tables[number]!, offset: offset, functions: run)
          }
          run = []
        }
      }
    }
    for (place, state) in program.snapshot.instances.enumerated() {
      for (index, segment) in state.module.declarations.elements.enumerated() {
        let definition = StoreSnapshot.Definition(instance: place, index: index)
        guard reached.elements.contains(definition) else { continue }
        let canonical = state.module.declarations.canonical(segment.type)
        let type = mapped(canonical)
        let references = state.elements[index].map { expression($0, canonical) }
        let functions = type == .funcref.nonNull ? references.compactMap(\.function) : nil
        indices.elements[definition] = functions.map { writer.addPassiveElements(functions: $0) } ?? writer.addPassiveElements(type, references)
      }
    }
    declareReferenced()
  }

  /// Code may name functions by `ref.func` only if they occur outside code.
  private mutating func declareReferenced() {
    let functions = definitions.compactMap { definition -> UInt32? in
      let isDeclared = program.snapshot.instances[definition.instance].module.declarations.isDeclared[definition.index]
      return isDeclared ? indices.functions[.defined(definition)] : nil
    }
    let imported = program.snapshot.hostFunctions.indices.compactMap { indices.functions[.host($0)] }
    if !functions.isEmpty || !imported.isEmpty { writer.addDeclarativeElements(functions: imported + functions) }
  }

  private mutating func addPassiveData() {
    for (place, state) in program.snapshot.instances.enumerated() {
      for (index, segment) in state.module.declarations.data.enumerated() {
        let definition = StoreSnapshot.Definition(instance: place, index: index)
        guard reached.data.contains(definition) else { continue }
        let bytes = state.isDataDropped[index] ? [] : [UInt8](state.module.buffer[segment.bytes])
        indices.data[definition] = writer.addPassiveData(bytes: bytes)
      }
    }
  }

  private mutating func addMemoryContents() {
    for (number, memory) in program.snapshot.memories.enumerated() where reached.memories.contains(number) {
      let index = indices.memories[number]!
      let pieces = NonzeroPieces(memory.bytes)
      let mapped = index == 0 && !memory.type.is64 ? pieces.mappedCount : pieces.pieces.count
      for (place, piece) in pieces.pieces.enumerated() {
        dataBytes += piece.count
        let bytes = UnsafeRawBufferPointer(rebasing: memory.bytes[piece])
        if place < mapped {
          writer.addActiveData(memory: index, offset: offset(piece.lowerBound, is64: memory.type.is64), copying: bytes)
        } else {
          placed.append((piece, writer.addPassiveData(bytes: [UInt8](bytes))))
        }
      }
    }
    if !placed.isEmpty { writer.setStart(writer.addFunction(type: addType(FuncType()))) }
  }

  // MARK: Code

  private mutating func writeBodies() {
    let hints = program.snapshot.instances.map { $0.module.declarations.branchHints(in: $0.module.buffer) }
    for definition in definitions {
      let module = program.snapshot.instances[definition.instance].module
      let range = module.declarations.bodies[definition.index - module.declarations.importedFunctionCount]
      var walker = BodyWalker(InstanceIndexMap(program, indices, definition.instance))
      let hints = hints[definition.instance]
      let body = walker.rewrite(
        UnsafeRawBufferPointer(rebasing: module.buffer[range]), hints: hints.hints[hints.range(ofFunction: UInt32(definition.index))])
      writer.addBody(encoded: body.code, hints: body.hints)
    }
    for parameters in fillers {
      var body = FunctionBodyWriter(parameterCount: parameters)
      body.unreachable()
      body.end()
      writer.addBody(body)
    }
    if !placed.isEmpty { writeStart() }
  }

  private mutating func writeStart() {
    var body = FunctionBodyWriter(parameterCount: 0)
    for (range, segment) in placed {
      body.i32Const(Int32(truncatingIfNeeded: range.lowerBound))
      body.i32Const(0)
      body.i32Const(Int32(truncatingIfNeeded: range.count))
      body.memoryInit(data: segment)
      body.dataDrop(segment)
    }
    body.end()
    writer.addBody(body)
  }

  private mutating func nameFunctions() {
    let names = program.snapshot.instances.map { $0.module.declarations.functionNames(in: $0.module.buffer) }
    for definition in definitions {
      guard let name = names[definition.instance][UInt32(definition.index)] else { continue }
      writer.nameFunction(indices.functions[.defined(definition)]!, name)
    }
  }

  private mutating func addPriorities() {
    for (place, state) in program.snapshot.instances.enumerated() {
      let priorities = state.module.declarations.compilationPriorities(in: state.module.buffer)
      for var priority in priorities.sorted(by: { $0.function < $1.function }) {
        let definition = StoreSnapshot.Definition(instance: place, index: Int(priority.function))
        guard let index = indices.functions[.defined(definition)] else { continue }
        priority.function = index
        writer.addPriority(priority)
      }
    }
  }
}
