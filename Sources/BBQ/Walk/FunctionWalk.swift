// The one walk over a function body: decodes, validates (core specification, appendix "Validation Algorithm") and reports to a sink, which
// generates code or not. State is raw memory; operand types are words, `unknown` in
// unreachable code. Two notions of "unreachable" are kept apart: `ControlFrame.isPolymorphic` is the specification's, and `emits`
// says whether the sink can reach this point at all (it is false also after a block that has no exit).

import CompilerInterface
import MachineCode
import RawCollections
import WasmFormat

struct ControlFrame {
  var kind: ControlKind
  /// Entered where the sink cannot go: nothing about it is reported.
  var isDead: Bool
  /// An unconditional branch has been seen: missing operands have any type.
  var isPolymorphic: Bool
  /// Operands below belong to the surroundings.
  var height: Int32
  var parameters: TypeRange
  var results: TypeRange
  /// How many locals had been set at its start, of those that have to be.
  var setLocals: Int32
}

struct FunctionWalk<Sink: OperatorSink & ~Copyable>: ~Copyable {
  var sink: Sink
  unowned(unsafe) var module: ModuleInformation
  let rows: UnsafePointer<OpcodeRow>
  var commonRows: UnsafePointer<CommonRow>
  /// The features that `commonRows` are for, and whether they are for functions with locals that have to be set.
  private var commonFeatures: Features
  private var commonTracksLocals = false
  /// Whether memory 0 exists and has 32-bit indices.
  var hasPlainMemory = false
  var functionIndex = 0
  var cursor: CheckedCursor
  /// The operator being looked at.
  var operatorStart: UnsafePointer<UInt8>
  /// Parameters and locals.
  var locals: UnsafePointer<ValueType>
  var localCount = 0
  var setLocals = SetLocals()

  var stack: UnsafeMutablePointer<ValueType>
  var capacity: Int
  var height = 0
  /// The innermost frame's height.
  var floor = 0
  var polymorphic = false
  var emits = true
  var controls = RawArray<ControlFrame>(capacity: 32)
  var targets = RawArray<Int32>(capacity: 16)
  var clauses = RawArray<CatchClause>(capacity: 8)

  /// A walk that has to be begun.
  init(_ sink: consuming Sink) {
    self.sink = sink
    module = ModuleInformation.empty
    commonFeatures = ModuleInformation.empty.features
    commonRows = CommonRow.table(ModuleInformation.empty.features, tracksLocals: false)
    rows = OpcodeTable.rows
    capacity = 256
    stack = .allocate(capacity: capacity)
    cursor = CheckedCursor(UnsafeRawBufferPointer(start: stack, count: 0), features: [])
    operatorStart = cursor.pc
    locals = UnsafePointer(stack)
  }

  /// Starts a function. The cursor is at the first operator, after the local declarations. The module must live as long as the walk is used for it.
  mutating func begin(
    _ module: ModuleInformation, functionIndex: Int, code cursor: CheckedCursor, _ locals: borrowing LocalTypes
  ) {
    self.module = module
    if module.features != commonFeatures || locals.hasUnset != commonTracksLocals {
      commonFeatures = module.features
      commonTracksLocals = locals.hasUnset
      commonRows = CommonRow.table(module.features, tracksLocals: locals.hasUnset)
    }
    setLocals.begin(locals, parameterCount: Int(module.shape(ofFunction: functionIndex).parameters.count))
    hasPlainMemory = module.memoryCount > 0 && !module.memories[0].is64
    self.functionIndex = functionIndex
    self.cursor = cursor
    operatorStart = cursor.pc
    self.locals = UnsafePointer(locals.types.base)
    localCount = locals.types.count
    height = 0
    floor = 0
    polymorphic = false
    emits = true
    controls.removeAll()
  }

  deinit { stack.deallocate() }

  // MARK: Errors

  @inline(never)
  mutating func invalid(_ message: String) -> ModuleError {
    .invalid(ValidationError(message, offset: cursor.position(of: operatorStart)))
  }

  @inline(never)
  mutating func malformed(_ message: String) -> ModuleError {
    .malformed(DecodingError(message, offset: cursor.position))
  }

  @inline(never)
  mutating func mismatch(expected: ValueType, found: ValueType?) -> ModuleError {
    guard let found else { return invalid("type mismatch: expected \(name(expected)), but the stack is empty") }
    return invalid("type mismatch: expected \(name(expected)), found \(name(found))")
  }

  /// The name of a type, with the module's own number of what it refers to.
  private func name(_ type: ValueType) -> String {
    guard let id = type.canonicalID, let index = (0..<module.typeCount).first(where: { module.types[$0].canonicalID == id }) else { return type.name }
    return ValueType(to: .type(UInt32(index)), isNullable: type.isNullable).name
  }

  // MARK: Types

  /// A type that the body names, as all modules know it.
  mutating func canonical(_ type: ValueType) throws(ModuleError) -> ValueType {
    guard let index = type.typeIndex else { return type }
    guard index < module.typeCount else { throw invalid("unknown type \(index)") }
    return module.reference(to: Int(index), isNullable: type.isNullable)
  }

  // MARK: Operand types

  @inline(__always)
  mutating func push(_ type: ValueType) {
    if height == capacity { grow(1) }
    stack[height] = type
    height += 1
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let newCapacity = max(capacity * 2, height + extra)
    let newStack = UnsafeMutablePointer<ValueType>.allocate(capacity: newCapacity)
    newStack.update(from: stack, count: height)
    stack.deallocate()
    stack = newStack
    capacity = newCapacity
  }

  @inline(__always)
  mutating func pop(_ expected: ValueType) throws(ModuleError) {
    if height > floor {
      let found = stack[height - 1]
      height -= 1
      if found.matches(expected) { return }
      throw mismatch(expected: expected, found: found)
    }
    if !polymorphic { throw mismatch(expected: expected, found: nil) }
  }

  /// Any type.
  mutating func popAny() throws(ModuleError) -> ValueType {
    if height > floor {
      height -= 1
      return stack[height]
    }
    if !polymorphic { throw mismatch(expected: .unknown, found: nil) }
    return .unknown
  }

  /// A reference; in unreachable code it may be one to anything.
  mutating func popReference() throws(ModuleError) -> ValueType {
    let type = try popAny()
    if type == .unknown { return .unknownReference }
    guard type.isReference else { throw invalid("type mismatch: expected a reference, found \(type.name)") }
    return type
  }

  @inline(__always)
  mutating func pop(_ types: TypeRange) throws(ModuleError) { if types.count > 0 { try popSome(types) } }

  /// More values than this in one operator are what makes much code of few bytes.
  private static var fewValues: Int32 { 8 }

  private mutating func popSome(_ types: TypeRange) throws(ModuleError) {
    if types.count > Self.fewValues, sink.isFull { throw invalid("implementation limit: too much code for the size of the function") }
    var index = Int(types.start) + Int(types.count) - 1
    while index >= Int(types.start) {
      try pop(module.typePool[index])
      index -= 1
    }
  }

  @inline(__always)
  mutating func push(_ types: TypeRange) { if types.count > 0 { pushSome(types) } }

  private mutating func pushSome(_ types: TypeRange) {
    if height + Int(types.count) > capacity { grow(Int(types.count)) }
    for index in 0..<Int(types.count) { stack[height + index] = module.typePool[Int(types.start) + index] }
    height += Int(types.count)
  }

  /// Checks that the topmost operands have these types, without popping.
  mutating func check(_ types: TypeRange) throws(ModuleError) {
    var position = height
    var index = Int(types.start) + Int(types.count) - 1
    while index >= Int(types.start) {
      let expected = module.typePool[index]
      if position > floor {
        position -= 1
        let found = stack[position]
        if !found.matches(expected) { throw mismatch(expected: expected, found: found) }
      } else if !polymorphic {
        throw mismatch(expected: expected, found: nil)
      }
      index -= 1
    }
  }

  /// Whether to report; tells the sink where we are.
  @inline(__always)
  mutating func live() -> Bool {
    if emits { sink.position(operatorStart, next: cursor.pc) }
    return emits
  }

  /// After an unconditional branch.
  mutating func becomeUnreachable() {
    height = floor
    polymorphic = true
    controls[controls.count - 1].isPolymorphic = true
    emits = false
  }
}
