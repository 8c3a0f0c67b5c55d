// Goes over the instructions of a function's body, which has been validated, and writes them anew with other indices; or only looks at the indices.
// A call through a table by a constant index, where that always reaches the same function, becomes a direct call.
// Whatever a new proposal adds to the immediates of operators has to be written here too: the visitor's protocol says what is missing.

import WasmFormat

/// What indices of a body become.
protocol IndexMap: ~Copyable {
  /// The index to write instead of one of a space other than `local`.
  mutating func map(_ index: UInt32, of space: IndexSpace) -> UInt32
  /// The same for a table of which an element is called, by an index that is known only when the call is made.
  mutating func mapCalled(table: UInt32) -> UInt32
  /// Is told of each table that the body grows.
  mutating func noteGrowth(of table: UInt32)
  /// The function, by the index to write, that a call of an element of a table always reaches; nil if that may change, or the call traps.
  mutating func callee(element: UInt32, of table: UInt32, type: UInt32) -> UInt32?
  /// Whether offsets in a memory have 64 bits.
  func is64(memory: UInt32) -> Bool
}

/// A body that is written anew.
struct RewrittenBody: ~Copyable {
  var code: ByteWriter
  /// With offsets in `code`.
  var hints: [BranchHint]
}

/// Writes instructions with the indices that a map gives.
struct BodyWalker<Map: IndexMap & ~Copyable>: ~Copyable {
  private var visitor: Rewriter<Map>

  init(_ map: consuming Map) { visitor = Rewriter(map: map) }

  /// - Parameters:
  ///   - body: the declarations of locals and the code.
  ///   - hints: with offsets in the body, in ascending order.
  mutating func rewrite(_ body: UnsafeRawBufferPointer, hints: ArraySlice<BranchHint>) -> RewrittenBody {
    visitor.out = ByteWriter(capacity: body.count + body.count / 8 + 16)
    let start = body.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let end = start + body.count
    var cursor = TrustedCursor(start)
    copyLocals(&cursor)
    var rest = hints
    var moved: [BranchHint] = []
    // The instruction before, if it is a constant, which may be the index of a call.
    var constant: (value: UInt32, start: Int)?
    while cursor.pc < end {
      if let hint = rest.first, hint.offset <= UInt32(cursor.pc - start) {
        if hint.offset == UInt32(cursor.pc - start) { moved.append(BranchHint(offset: UInt32(visitor.out.count), isLikely: hint.isLikely)) }
        rest = rest.dropFirst()
      }
      let row = cursor.row(OpcodeTable.rows)
      let opcode = row.pointee.opcode
      if let (element, start) = constant, opcode == .callIndirect || opcode == .returnCallIndirect, let function = callee(element, cursor) {
        visitor.out.truncate(to: start)
        visitor.out.opcode(opcode == .callIndirect ? .call : .returnCall)
        visitor.out.unsigned(function)
        cursor.skip(row.pointee.immediates)
        constant = nil
        continue
      }
      constant = nil
      if opcode == .i32Const {
        var ahead = cursor
        constant = (UInt32(truncatingIfNeeded: ahead.signed(bits: 32)), visitor.out.count)
      } else if opcode == .tableGrow {
        var ahead = cursor
        visitor.map.noteGrowth(of: ahead.u32())
      }
      visitor.out.opcode(opcode)
      cursor.immediates(row.pointee.immediates, &visitor)
    }
    var code = ByteWriter(capacity: 16)
    swap(&code, &visitor.out)
    return RewrittenBody(code: code, hints: moved)
  }

  /// What a call through a table, whose immediates come next, reaches with a constant index.
  private mutating func callee(_ element: UInt32, _ cursor: TrustedCursor) -> UInt32? {
    var cursor = cursor
    let type = cursor.u32()
    return visitor.map.callee(element: element, of: cursor.u32(), type: type)
  }

  private mutating func copyLocals(_ cursor: inout TrustedCursor) {
    let runs = cursor.u32()
    visitor.out.unsigned(runs)
    for _ in 0..<runs {
      visitor.out.unsigned(cursor.u32())
      visitor.type(cursor.valueType())
    }
  }

  /// The map back.
  consuming func finish() -> Map { visitor.finish() }
}

/// Writes immediates.
private struct Rewriter<Map: IndexMap & ~Copyable>: ImmediateVisitor, ~Copyable {
  var map: Map
  var out = ByteWriter(capacity: 16)

  init(map: consuming Map) { self.map = map }

  consuming func finish() -> Map { map }

  mutating func blockType(_ type: BlockType) {
    switch type {
    case .empty: out.append(BlockType.emptyCode)
    case .value(let value): out.type(mapped(value))
    case .type(let index): out.signed(Int64(map.map(index, of: .type)))
    }
  }

  mutating func label(_ depth: UInt32) { out.unsigned(depth) }
  mutating func labelCount(_ count: UInt32) { out.unsigned(count) }
  mutating func index(_ index: UInt32, of space: IndexSpace) { out.unsigned(space == .local ? index : map.map(index, of: space)) }

  mutating func indices(_ first: UInt32, of firstSpace: IndexSpace, _ second: UInt32, of secondSpace: IndexSpace) {
    index(first, of: firstSpace)
    // Only calls have a type and a table.
    if firstSpace == .type && secondSpace == .table { out.unsigned(map.mapCalled(table: second)) } else { index(second, of: secondSpace) }
  }

  mutating func typeCount(_ count: UInt32) { out.unsigned(count) }
  mutating func type(_ type: ValueType) { out.type(mapped(type)) }
  mutating func heapType(_ type: ValueType) { out.heapType(mapped(type)) }

  private mutating func mapped(_ type: ValueType) -> ValueType {
    guard let index = type.typeIndex else { return type }
    return ValueType(to: .type(map.map(index, of: .type)), isNullable: type.isNullable)
  }

  mutating func memory(_ argument: MemoryArgument) {
    let memory = map.map(argument.memory, of: .memory)
    out.unsigned(argument.alignment | (memory == 0 ? 0 : MemoryArgument.hasMemory))
    if memory != 0 { out.unsigned(memory) }
    out.unsigned(argument.offset)
  }

  mutating func integer(_ value: Int64) { out.signed(value) }
  mutating func f32(_ bits: UInt32) { out.fixed32(bits) }
  mutating func f64(_ bits: UInt64) { out.fixed64(bits) }
  mutating func v128(_ value: V128) { out.fixed128(value) }
  mutating func lane(_ lane: UInt8) { out.append(lane) }
  mutating func fence() { out.append(0) }
  mutating func lanes(_ lanes: V128) { out.fixed128(lanes) }
  mutating func catchCount(_ count: UInt32) { out.unsigned(count) }

  mutating func catchClause(_ clause: CatchImmediate) {
    out.append(clause.kind)
    if let tag = clause.tag { out.unsigned(map.map(tag, of: .tag)) }
    out.unsigned(clause.label)
  }

  func is64(memory: UInt32) -> Bool { map.is64(memory: memory) }
}
