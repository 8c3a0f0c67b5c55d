// Element and data segments, and the constant expressions in them and in globals.

extension ModuleReader {
  mutating func readElements() throws(ModuleError) {
    for _ in 0..<(try itemCount(limit: limits.elementSegments, "element segments")) {
      let start = input.position
      let flags = try input.u32()
      if flags > 7 { throw malformed("malformed elements segment kind", at: start) }
      if flags != 0 { try require(.bulkMemory, "element segment kind \(flags)", at: start) }
      let isActive = flags & 1 == 0
      let hasExplicitIndex = flags & 2 != 0
      let usesExpressions = flags & 4 != 0
      var table: UInt32 = 0
      var mode = SegmentMode.passive
      if isActive {
        if hasExplicitIndex { table = try input.u32() }
        if table >= draft.tables.count { throw invalid("unknown table \(table)", at: start) }
        mode = .active(table, try readConstExpression(draft.tables[Int(table)].is64 ? .i64 : .i32))
      } else if hasExplicitIndex {
        mode = .declarative
      }
      // Function indices are references that are not null.
      var type = usesExpressions ? ValueType.funcref : ValueType.funcref.nonNull
      if flags & 3 != 0 {
        if usesExpressions {
          type = try readReferenceType()
        } else if try input.byte() != 0 {
          throw malformed("malformed element kind", at: input.position - 1)
        }
      }
      if isActive && !matches(type, draft.tables[Int(table)].element) {
        throw invalid("type mismatch: elements of type \(type.name) in a table of another type", at: start)
      }
      let items = usesExpressions ? try readElementExpressions(type) : try readElementFunctions()
      draft.elements.append(ElementSegment(mode: mode, type: type, items: items))
    }
  }

  private mutating func readElementFunctions() throws(ModuleError) -> ElementItems {
    let count = try input.vectorCount()
    var functions: [UInt32] = []
    functions.reserveCapacity(count)
    for _ in 0..<count { functions.append(try readDeclaredFunction()) }
    return .functions(functions)
  }

  private mutating func readElementExpressions(_ type: ValueType) throws(ModuleError) -> ElementItems {
    let count = try input.vectorCount()
    var expressions: [ConstExpression] = []
    expressions.reserveCapacity(count)
    for _ in 0..<count { expressions.append(try readConstExpression(type)) }
    return .expressions(expressions)
  }

  /// A function index outside bodies.
  private mutating func readDeclaredFunction() throws(ModuleError) -> UInt32 {
    let start = input.position
    let index = try input.u32()
    if index >= draft.functions.count { throw invalid("unknown function \(index)", at: start) }
    draft.isDeclared[Int(index)] = true
    return index
  }

  mutating func readData() throws(ModuleError) {
    let start = input.position
    let count = try itemCount(limit: limits.dataSegments, "data segments")
    if let dataCount = draft.dataCount, Int(dataCount) != count {
      throw malformed("data count and data section have inconsistent lengths", at: start)
    }
    for _ in 0..<count {
      let start = input.position
      let flags = try input.u32()
      if flags > 2 { throw malformed("malformed data segment kind", at: start) }
      if flags != 0 { try require(.bulkMemory, "data segment kind \(flags)", at: start) }
      var mode = SegmentMode.passive
      if flags != 1 {
        let memory = flags == 2 ? try input.u32() : 0
        if memory >= draft.memories.count { throw invalid("unknown memory \(memory)", at: start) }
        mode = .active(memory, try readConstExpression(draft.memories[Int(memory)].is64 ? .i64 : .i32))
      }
      draft.data.append(DataSegment(mode: mode, bytes: try input.byteVector()))
    }
  }

  /// A constant expression, checked to leave one value of type `expected`.
  mutating func readConstExpression(_ expected: ValueType) throws(ModuleError) -> ConstExpression {
    let start = input.position
    let mismatch = "type mismatch in constant expression"
    guard let (first, firstType) = try readConstInstruction() else { throw invalid(mismatch, at: start) }
    if case .arithmetic = first { throw invalid(mismatch, at: start) }
    var following = try readConstInstruction()
    if following == nil {
      if !matches(firstType, expected) { throw invalid(mismatch, at: start) }
      return ConstExpression(first, offset: start)
    }
    var instructions: [ConstInstruction] = [first]
    var stack: [ValueType] = [firstType]
    while let (instruction, type) = following {
      if case .arithmetic = instruction {
        // Both operands and the result have the same type.
        if stack.count < 2 || stack[stack.count - 1] != type || stack[stack.count - 2] != type {
          throw invalid(mismatch, at: start)
        }
        stack.removeLast()
      } else {
        stack.append(type)
      }
      instructions.append(instruction)
      following = try readConstInstruction()
    }
    if stack.count != 1 || !matches(stack[0], expected) { throw invalid(mismatch, at: start) }
    return ConstExpression(instructions, offset: start)
  }

  /// The next instruction and the type of its result; nil at the end of the expression.
  private mutating func readConstInstruction() throws(ModuleError) -> (ConstInstruction, ValueType)? {
    let start = input.position
    let opcode = try readConstOpcode()
    switch opcode {
    case .end: return nil
    case .i32Const: return (.i32Const(Int32(truncatingIfNeeded: try input.signed(bits: 32))), .i32)
    case .i64Const: return (.i64Const(try input.signed(bits: 64)), .i64)
    case .f32Const: return (.f32Const(try input.fixed32()), .f32)
    case .f64Const: return (.f64Const(try input.fixed64()), .f64)
    case .v128Const: return (.v128Const(try input.fixed128()), .v128)
    case .refNull:
      let type = try known(try input.heapType(isNullable: true), nil, at: start)
      return (.refNull(type), type)
    case .refFunc:
      let function = try readDeclaredFunction()
      return (.refFunc(function), ValueType(to: .type(draft.functions[Int(function)]), isNullable: false))
    case .globalGet:
      let index = try input.u32()
      if index >= draft.globals.count { throw invalid("unknown global \(index)", at: start) }
      let type = draft.globals[Int(index)]
      if type.isMutable { throw invalid("constant expression required", at: start) }
      return (.globalGet(index), type.value)
    case .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul:
      try require(.extendedConst, "arithmetic in constant expressions", at: start)
      return (.arithmetic(opcode), OpcodeTable.row(opcode).result)
    default: throw invalid("constant expression required", at: start)
    }
  }

  /// The next opcode. Those that most expressions have are known without the table of all opcodes, which takes 0.1 ms to build: a program that compiles nothing
  /// starts without it.
  private mutating func readConstOpcode() throws(ModuleError) -> Opcode {
    let usual: Opcode? =
      switch input.has(1) ? input.pc.pointee : 0 {
      case 0x0B: .end
      case 0x23: .globalGet
      case 0x41: .i32Const
      case 0x42: .i64Const
      default: nil
      }
    guard let usual else { return try input.row(OpcodeTable.rows).pointee.opcode }
    input.pc += 1
    return usual
  }
}
