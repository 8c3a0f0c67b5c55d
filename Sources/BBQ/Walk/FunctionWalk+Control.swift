// Control structures, branches and calls of the walk.

import CompilerInterface
import MachineCode
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  mutating func enterFunction() {
    let shape = module.shape(ofFunction: functionIndex)
    controls.append(
      ControlFrame(
        kind: .function, isDead: false, isPolymorphic: false, height: 0, parameters: .empty, results: shape.results, setLocals: 0))
  }

  /// Reads a block type: parameters and results.
  mutating func blockType() throws(ModuleError) -> (TypeRange, TypeRange) {
    switch try cursor.blockType() {
    case .empty: return (.empty, .empty)
    case .value(let type):
      _ = try canonical(type)
      return (.empty, module.range(of: type))
    case .type(let index):
      guard index < module.typeCount else { throw invalid("unknown type \(index)") }
      guard module.features.contains(.multiValue) else { throw invalid("multi-value blocks are not enabled") }
      let shape = module.types[Int(index)]
      return (shape.parameters, shape.results)
    }
  }

  mutating func enter(_ kind: ControlKind) throws(ModuleError) {
    let (parameters, results) = try blockType()
    if kind == .if { try pop(.i32) }
    try pop(parameters)
    if live() { sink.enter(kind, parameters: parameters, results: results) }
    controls.append(
      ControlFrame(
        kind: kind, isDead: !emits, isPolymorphic: false, height: Int32(height), parameters: parameters,
        results: results, setLocals: setLocals.count))
    floor = height
    polymorphic = false
    push(parameters)
  }

  mutating func otherwise() throws(ModuleError) {
    let frame = controls.at(controls.count - 1)
    guard frame.pointee.kind == .if else { throw malformed("else without if") }
    try pop(frame.pointee.results)
    guard height == floor else { throw invalid("type mismatch: \(height - floor) values left over at else") }
    setLocals.reset(to: frame.pointee.setLocals)
    if !frame.pointee.isDead {
      sink.position(operatorStart, next: cursor.pc)
      sink.otherwise(falls: emits)
      emits = true
    }
    frame.pointee.kind = .else
    frame.pointee.isPolymorphic = false
    polymorphic = false
    push(frame.pointee.parameters)
  }

  /// Returns true at the end of the function.
  mutating func endOperator() throws(ModuleError) -> Bool {
    let frame = controls[controls.count - 1]
    try pop(frame.results)
    guard height == floor else { throw invalid("type mismatch: \(height - floor) values left over at end") }
    if frame.kind == .if {
      // Without else the parameters are the results.
      guard module.matches(frame.parameters, frame.results) else { throw invalid("type mismatch: if without else") }
    }
    if !frame.isDead {
      sink.position(operatorStart, next: cursor.pc)
      emits = sink.end(frame.kind, falls: emits)
    }
    _ = controls.removeLast()
    setLocals.reset(to: frame.setLocals)
    if controls.count == 0 {
      guard cursor.isAtEnd else { throw malformed("junk after the end of the function") }
      return true
    }
    let outer = controls[controls.count - 1]
    floor = Int(outer.height)
    polymorphic = outer.isPolymorphic
    push(frame.results)
    return false
  }

  /// The types a branch to this label takes.
  @inline(__always)
  mutating func labelTypes(_ target: Int) -> TypeRange {
    let frame = controls[target]
    return frame.kind == .loop ? frame.parameters : frame.results
  }

  /// The index of a label's control structure.
  mutating func label(_ depth: UInt32) throws(ModuleError) -> Int {
    guard depth < controls.count else { throw invalid("unknown label \(depth)") }
    return controls.count - 1 - Int(depth)
  }

  mutating func branch() throws(ModuleError) {
    let target = try label(try cursor.u32())
    try pop(labelTypes(target))
    if live() { sink.branch(target: target) }
    becomeUnreachable()
  }

  mutating func branchIf() throws(ModuleError) {
    let target = try label(try cursor.u32())
    try pop(.i32)
    let types = labelTypes(target)
    try pop(types)
    push(types)
    if live() { sink.branchIf(target: target) }
  }

  mutating func branchTable() throws(ModuleError) {
    let count = Int(try cursor.labelCount())
    try pop(.i32)
    targets.removeAll()
    var arity: Int32 = -1
    // Many labels of one block are of the same types, which are looked at once: those that start here in the pool.
    var checked: Int32 = -1
    for _ in 0...count {
      let target = try label(try cursor.u32())
      let types = labelTypes(target)
      if arity < 0 { arity = types.count }
      guard types.count == arity else { throw invalid("type mismatch: labels of br_table differ in arity") }
      if types.count > 0, types.start != checked { try check(types) }
      checked = types.start
      targets.append(Int32(truncatingIfNeeded: target))
    }
    if live() { sink.branchTable(targets: targets.base, count: count) }
    becomeUnreachable()
  }

  mutating func returnOperator() throws(ModuleError) {
    try pop(controls[0].results)
    if live() { sink.returnOperator() }
    becomeUnreachable()
  }

  mutating func call(isTail: Bool) throws(ModuleError) {
    let callee = try cursor.index()
    guard callee < module.functionCount else { throw invalid("unknown function \(callee)") }
    let shape = module.shape(ofFunction: callee)
    try pop(shape.parameters)
    if !isTail {
      if live() { sink.call(function: callee, isTail: false) }
      push(shape.results)
      return
    }
    try checkTailResults(shape.results)
    if live() { sink.call(function: callee, isTail: true) }
    becomeUnreachable()
  }

  mutating func callIndirect(isTail: Bool) throws(ModuleError) {
    let type = try cursor.index()
    let table = Int(try cursor.calledTable())
    guard table < module.tableCount else { throw invalid("unknown table \(table)") }
    guard module.tables[table].element.matches(.funcref) else { throw invalid("type mismatch: call_indirect through a table of other references") }
    guard type < module.typeCount else { throw invalid("unknown type \(type)") }
    let shape = module.types[type]
    try pop(module.tables[table].indexType)
    try pop(shape.parameters)
    if !isTail {
      if live() { sink.callIndirect(type: type, table: table, isTail: false) }
      push(shape.results)
      return
    }
    try checkTailResults(shape.results)
    if live() { sink.callIndirect(type: type, table: table, isTail: true) }
    becomeUnreachable()
  }

  mutating func callReference(isTail: Bool) throws(ModuleError) {
    let type = try cursor.index()
    guard type < module.typeCount else { throw invalid("unknown type \(type)") }
    let shape = module.types[type]
    let (expected, reference) = (module.reference(to: type, isNullable: true), try popReference())
    guard reference.matches(expected) else { throw mismatch(expected: expected, found: reference) }
    try pop(shape.parameters)
    if !isTail {
      if live() { sink.callReference(type: type, isNullable: reference.isNullable, isTail: false) }
      push(shape.results)
      return
    }
    try checkTailResults(shape.results)
    if live() { sink.callReference(type: type, isNullable: reference.isNullable, isTail: true) }
    becomeUnreachable()
  }

  /// A branch if the reference is null; otherwise it stays.
  mutating func branchOnNull() throws(ModuleError) {
    let target = try label(try cursor.u32())
    let reference = try popReference()
    let types = labelTypes(target)
    try pop(types)
    push(types)
    push(reference.nonNull)
    if live() { sink.branchOnNull(target: target) }
  }

  /// A branch with the reference if it is not null.
  mutating func branchOnNonNull() throws(ModuleError) {
    let target = try label(try cursor.u32())
    let reference = try popReference()
    let types = labelTypes(target)
    guard types.count > 0 else { throw invalid("type mismatch: the label takes no reference") }
    let expected = module.typePool[Int(types.start + types.count) - 1]
    guard reference.nonNull.matches(expected) else { throw mismatch(expected: expected, found: reference.nonNull) }
    let others = TypeRange(start: types.start, count: types.count - 1)
    try pop(others)
    push(others)
    if live() { sink.branchOnNonNull(target: target) }
  }

  private mutating func checkTailResults(_ results: TypeRange) throws(ModuleError) {
    guard module.matches(results, controls[0].results) else { throw invalid("type mismatch: results of the tail call") }
  }
}
