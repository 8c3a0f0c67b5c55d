// Tags, throwing and catching in the walk.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  private mutating func tagIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard index < view.tagCount else { throw invalid("unknown tag \(index)") }
    return index
  }

  mutating func throwTag() throws(ModuleError) {
    let tag = try tagIndex()
    try pop(view.types[Int(view.tags[tag])].parameters)
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
    let count = Int(try u32())
    guard count <= end - pc else { throw malformed("unexpected end") }
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
        results: results))
    floor = height
    polymorphic = false
    push(parameters)
  }

  private mutating func catchClause() throws(ModuleError) -> CatchClause {
    let kind = try byte()
    guard kind <= CatchKind.passesReference | CatchKind.catchesAll else { throw malformed("malformed catch clause") }
    let catchesAll = kind & CatchKind.catchesAll != 0
    let tag = catchesAll ? -1 : try tagIndex()
    let target = try label()
    let parameters = catchesAll ? TypeRange.empty : view.types[Int(view.tags[tag])].parameters
    let wanted = labelTypes(target)
    let passesReference = kind & CatchKind.passesReference != 0
    guard wanted.count == parameters.count + (passesReference ? 1 : 0) else {
      throw invalid("type mismatch: the clause's label takes other values")
    }
    for index in 0..<Int(parameters.count) {
      let (found, expected) = (view.typePool[Int(parameters.start) + index], view.typePool[Int(wanted.start) + index])
      guard found.matches(expected) else { throw mismatch(expected: expected, found: found) }
    }
    if passesReference {
      let expected = view.typePool[Int(wanted.start + wanted.count) - 1]
      guard ValueType.exnref.matches(expected) else { throw mismatch(expected: expected, found: .exnref) }
    }
    return CatchClause(kind: kind, tag: Int32(tag), target: Int32(target))
  }
}
