// Tags, throwing and catching in the walk.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  private mutating func tag(_ index: UInt32) throws(ModuleError) -> Int {
    guard index < module.tagCount else { throw invalid("unknown tag \(index)") }
    return Int(index)
  }

  mutating func throwTag() throws(ModuleError) {
    let tag = try tag(try cursor.u32())
    try pop(module.types[Int(module.tags[tag])].parameters)
    if live() { sink.throwTag(tag) }
    becomeUnreachable()
  }

  mutating func throwReference() throws(ModuleError) {
    try pop(.exnref)
    if live() { sink.throwReference() }
    becomeUnreachable()
  }

  mutating func enterTry() throws(ModuleError) {
    let (parameters, results) = try blockType()
    let count = Int(try cursor.catchCount())
    // The clauses' labels are those outside the block.
    clauses.removeAll()
    for _ in 0..<count { clauses.append(try catchClause()) }
    try pop(parameters)
    if live() {
      sink.enter(.tryTable, parameters: parameters, results: results)
      sink.catches(UnsafePointer(clauses.base), count: count)
    }
    controls.append(
      ControlFrame(
        kind: .tryTable, isDead: !emits, isPolymorphic: false, height: Int32(height), parameters: parameters,
        results: results, setLocals: setLocals.count))
    floor = height
    polymorphic = false
    push(parameters)
  }

  private mutating func catchClause() throws(ModuleError) -> CatchClause {
    let clause = try cursor.catchClause()
    var tag = -1
    var parameters = TypeRange.empty
    if let index = clause.tag {
      tag = try self.tag(index)
      parameters = module.types[Int(module.tags[tag])].parameters
    }
    let target = try label(clause.label)
    let wanted = labelTypes(target)
    let passesReference = clause.kind & CatchKind.passesReference != 0
    guard wanted.count == parameters.count + (passesReference ? 1 : 0) else {
      throw invalid("type mismatch: the clause's label takes other values")
    }
    for index in 0..<Int(parameters.count) {
      let (found, expected) = (module.typePool[Int(parameters.start) + index], module.typePool[Int(wanted.start) + index])
      guard found.matches(expected) else { throw mismatch(expected: expected, found: found) }
    }
    if passesReference {
      let expected = module.typePool[Int(wanted.start + wanted.count) - 1]
      guard ValueType.exnref.nonNull.matches(expected) else { throw mismatch(expected: expected, found: .exnref.nonNull) }
    }
    return CatchClause(kind: clause.kind, tag: Int32(tag), target: Int32(target))
  }
}
