// Function references of random modules: typed locals, tables, globals, parameters and results, calls of references, branches on null.
//
// All are to types of functions that every module has. Locals that are not null are set at the start of a function, or just before they are read. A
// reference that may be null is null now and then, and using it then traps.

import WasmFormat

/// What a module with function references has besides.
struct ReferenceParts {
  /// The table of references, its elements' type, and how many there are.
  var table: UInt32 = 0
  var element = ValueType.funcref
  var count = 0
  /// The globals with references, by index.
  var globals: [(index: UInt32, type: ValueType)] = []
  /// The locals of the function at hand that hold references, those that are not null set already.
  var locals: [(index: UInt32, type: ValueType)] = []
}

extension RandomModule {
  func reference(to type: UInt32, isNullable: Bool) -> ValueType { ValueType(to: .type(type), isNullable: isNullable) }

  /// Functions whose parameters or results are references to those that there are. They are not exported.
  mutating func declareReferenceFunctions() {
    for _ in 0..<1 + random.below(2) {
      let reference = reference(to: random.pick(typeIndices), isNullable: random.once(in: 2))
      var type = FuncType([random.pick(Self.types), reference], [random.pick(Self.types)])
      if random.once(in: 3) { type.results = [reference] }
      if random.once(in: 6) { type.parameters += Array(repeating: .i64, count: 6) + [reference] }
      functions.append(type)
    }
  }

  mutating func declareReferences() {
    let function = random.below(functions.count)
    references.element = reference(to: typeIndices[function], isNullable: random.once(in: 2))
    references.count = 3 + random.below(4)
    references.table = writer.addTable(
      TableType(references.element, Limits(UInt64(references.count), UInt64(references.count + 2))),
      initial: !references.element.isNullable || random.once(in: 2) ? .function(UInt32(function)) : nil)
    if random.once(in: 2) {
      writer.addActiveElements(
        table: references.table, offset: .i32(1), references.element.nonNull, [.function(UInt32(function))])
    }
  }

  /// After all other globals.
  mutating func declareReferenceGlobals() {
    for _ in 0..<random.below(3) {
      let function = random.below(functions.count)
      let type = reference(to: typeIndices[function], isNullable: random.once(in: 2))
      let value = type.isNullable && random.once(in: 3) ? ConstExpression.null(type) : .function(UInt32(function))
      references.globals.append((writer.addGlobal(GlobalType(type, mutable: true), value), type))
    }
  }

  /// Locals of a function that begins, those that are not null with their value.
  mutating func beginReferenceLocals(_ body: inout FunctionBodyWriter) {
    references.locals = []
    for (index, type) in locals.enumerated() where type.isReference { references.locals.append((UInt32(index), type)) }
    for _ in 0..<random.below(3) {
      let type = reference(to: random.pick(typeIndices), isNullable: random.once(in: 2))
      let local = body.addLocal(type)
      locals.append(type)
      if !type.isNullable {
        constantReference(type, &body)
        body.localSet(local)
      }
      references.locals.append((local, type))
    }
  }

  /// Some function of the type that a reference is to, or rarely null.
  mutating func constantReference(_ type: ValueType, _ body: inout FunctionBodyWriter) {
    let candidates = typeIndices.indices.filter { typeIndices[$0] == type.typeIndex }
    if type.isNullable, random.once(in: 4) { return body.refNull(type) }
    body.refFunc(UInt32(random.pick(Array(candidates))))
  }

  /// An expression for a reference.
  mutating func referenceExpression(_ type: ValueType, _ body: inout FunctionBodyWriter, depth: Int) {
    room -= 1
    guard room > 0, depth < 9 else { return constantReference(type, &body) }
    switch random.below(type.isNullable ? 9 : 13) {
    case 0, 1: constantReference(type, &body)
    case 2, 3:
      let candidates = references.locals.filter { matches($0.type, type) }
      if candidates.isEmpty { constantReference(type, &body) } else { body.localGet(random.pick(candidates).index) }
    case 4:
      let candidates = references.globals.filter { matches($0.type, type) }
      if candidates.isEmpty { constantReference(type, &body) } else { body.globalGet(random.pick(candidates).index) }
    case 5:
      guard matches(references.element, type) else { return constantReference(type, &body) }
      expression(.i32, &body, depth: depth + 1)
      body.i32Const(Int32(random.below(references.count + (random.once(in: 8) ? 2 : 0))))
      body.emit(.i32RemU)
      body.tableGet(references.table)
    case 6:
      referenceExpression(type, &body, depth: depth + 1)
      referenceExpression(type, &body, depth: depth + 1)
      expression(.i32, &body, depth: depth + 1)
      body.select(type)
    case 7:
      expression(.i32, &body, depth: depth + 1)
      either(type, &body) { $0.referenceExpression(type, &$1, depth: depth + 1) }
    case 8: call(type, &body, depth: depth)
    case 9:
      // Set and read within a structure.
      let local = body.addLocal(type)
      body.block(.value(type))
      labels.append([type])
      referenceExpression(type, &body, depth: depth + 1)
      body.localSet(local)
      body.localGet(local)
      _ = labels.removeLast()
      body.end()
    case 10:
      referenceExpression(type.nullable, &body, depth: depth + 1)
      body.refAsNonNull()
    case 11: otherwise(type, &body, depth: depth)
    default:
      body.block(.value(type))
      labels.append([type])
      if random.once(in: 2) { statements(&body, depth: depth + 2) }
      referenceExpression(type.nullable, &body, depth: depth + 1)
      body.brOnNonNull(0)
      referenceExpression(type, &body, depth: depth + 1)
      _ = labels.removeLast()
      body.end()
    }
  }

  /// A reference, or another one if it is null, by `br_on_null` with a number.
  private mutating func otherwise(_ type: ValueType, _ body: inout FunctionBodyWriter, depth: Int) {
    let number = random.pick(Self.types)
    let place = body.addLocal(number)
    body.block(.value(type))
    labels.append([type])
    body.block(.value(number))
    labels.append([number])
    // What the branch leaves below.
    let isDeep = random.once(in: 3)
    if isDeep { expression(.i64, &body, depth: depth + 2) }
    expression(number, &body, depth: depth + 1)
    referenceExpression(type.nullable, &body, depth: depth + 1)
    body.brOnNull(0)
    body.br(1)
    _ = labels.removeLast()
    body.end()
    body.localSet(place)
    referenceExpression(type, &body, depth: depth + 1)
    _ = labels.removeLast()
    body.end()
  }

  private func matches(_ type: ValueType, _ expected: ValueType) -> Bool {
    type.typeIndex == expected.typeIndex && (expected.isNullable || !type.isNullable)
  }

  /// Changes a local, a global or an element that holds a reference.
  mutating func referenceStatement(_ body: inout FunctionBodyWriter, depth: Int) {
    switch random.below(3) {
    case 0 where !references.locals.isEmpty:
      let local = random.pick(references.locals)
      referenceExpression(local.type, &body, depth: depth + 1)
      body.localSet(local.index)
    case 1 where !references.globals.isEmpty:
      let global = random.pick(references.globals)
      referenceExpression(global.type, &body, depth: depth + 1)
      body.globalSet(global.index)
    default:
      if random.once(in: 5) {
        referenceExpression(references.element, &body, depth: depth + 1)
        body.i32Const(Int32(random.below(2)))
        body.tableGrow(references.table)
        body.drop()
      } else {
        body.i32Const(Int32(random.below(references.count)))
        referenceExpression(references.element, &body, depth: depth + 1)
        body.tableSet(references.table)
      }
    }
  }

  /// The end of a call whose arguments are there.
  mutating func callReference(of callee: Int, _ body: inout FunctionBodyWriter, depth: Int) {
    referenceExpression(reference(to: typeIndices[callee], isNullable: random.once(in: 2)), &body, depth: depth + 1)
    body.callRef(type: typeIndices[callee])
  }

  /// A tail call of a reference, on a condition.
  mutating func tailCallReference(_ body: inout FunctionBodyWriter, depth: Int) {
    let callees = functions.indices.filter { functions[$0].results == functions[current].results }
    guard let callee = callees.isEmpty ? nil : random.pick(Array(callees)) else { return }
    expression(.i32, &body, depth: depth + 2)
    body.if()
    labels.append([])
    for parameter in functions[callee].parameters { expression(parameter, &body, depth: depth + 2) }
    referenceExpression(reference(to: typeIndices[callee], isNullable: random.once(in: 2)), &body, depth: depth + 1)
    body.returnCallRef(type: typeIndices[callee])
    _ = labels.removeLast()
    body.end()
  }
}
