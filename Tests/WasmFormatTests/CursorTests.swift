// The cursors over random immediates of every opcode: both decode what was encoded, skipping gets to the same place, and what is cut off or
// malformed is an error of the checked cursor that reads nothing beyond the end.

import Testing

@testable import WasmFormat

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct CursorTests {
  let memory = ProtectedBytes()

  @Test func bothCursorsDecodeTheImmediatesOfEveryRowAndSkipThem() throws {
    var random = ImmediateWriter(seed: 1)
    for row in Self.rows {
      for _ in 0..<40 {
        let (bytes, events) = random.operation(row)
        try memory.with(bytes) { buffer in
          var checked = CheckedCursor(buffer, features: .standard)
          #expect(try checked.row(OpcodeTable.rows).pointee.opcode == row.opcode)
          var skipped = checked
          var recorder = Recorder(is64: random.is64)
          try checked.immediates(row.immediates, &recorder)
          #expect(recorder.events == events && checked.isAtEnd, "\(row.name) \(bytes)")
          try skipped.skip(row.immediates)
          #expect(skipped.isAtEnd, "\(row.name) \(bytes)")

          var trusted = TrustedCursor(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self))
          #expect(trusted.row(OpcodeTable.rows).pointee.opcode == row.opcode)
          var trustedSkip = trusted
          recorder = Recorder(is64: random.is64)
          trusted.immediates(row.immediates, &recorder)
          #expect(recorder.events == events && trusted.pc == checked.pc, "\(row.name) \(bytes)")
          trustedSkip.skip(row.immediates)
          #expect(trustedSkip.pc == checked.pc, "\(row.name) \(bytes)")
        }
      }
    }
  }

  @Test func truncatedOperatorsAreErrorsAndNothingBeyondIsRead() {
    var random = ImmediateWriter(seed: 2)
    for row in Self.rows {
      for _ in 0..<5 {
        let (bytes, _) = random.operation(row)
        for count in 0..<bytes.count {
          memory.with(Array(bytes[..<count])) { buffer in
            #expect(throws: ModuleError.self, "\(row.name) \(bytes[..<count])") {
              var cursor = CheckedCursor(buffer, features: .standard)
              try cursor.skip(try cursor.row(OpcodeTable.rows).pointee.immediates)
            }
          }
        }
      }
    }
  }

  @Test func randomBytesNeverMakeTheCheckedCursorReadBeyondTheEnd() {
    var random = RandomBytes(seed: 3)
    for _ in 0..<20_000 {
      var bytes = (0..<Int(random.below(12))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Mostly opcodes that exist.
      if !bytes.isEmpty, random.below(4) > 0 {
        bytes[0] = UInt8(truncatingIfNeeded: Self.rows[Int(random.below(UInt64(Self.rows.count)))].opcode.number)
      }
      memory.with(bytes) { buffer in
        var cursor = CheckedCursor(buffer, features: .standard)
        do throws(ModuleError) {
          try cursor.skip(try cursor.row(OpcodeTable.rows).pointee.immediates)
          #expect(cursor.pc <= cursor.end)
        } catch {}
      }
    }
  }

  @Test(arguments: [
    ([0x80, 0x80, 0x80, 0x80, 0x80], "integer representation too long"), ([0x80, 0x80, 0x80, 0x80, 0x10], "integer too large"),
    ([0x80, 0x80], "unexpected end"), ([], "unexpected end"),
  ])
  func unsignedNumbersThatAreNoneSayWhatIsWrong(_ bytes: [UInt8], _ message: String) {
    expectMalformed(bytes, message) { cursor throws(ModuleError) in _ = try cursor.u32() }
  }

  @Test(arguments: [
    ([0x80, 0x80, 0x80, 0x80, 0x80], 32, "integer representation too long"), ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], 32, "integer too large"),
    ([0x80, 0x80, 0x80, 0x80, 0x70], 32, "integer too large"), ([0xFF, 0xFF, 0xFF, 0xFF, 0x4F], 32, "integer too large"),
    ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 64, "integer too large"), ([0xFF], 33, "unexpected end"),
  ])
  func signedNumbersThatAreNoneSayWhatIsWrong(_ bytes: [UInt8], _ bits: Int, _ message: String) {
    expectMalformed(bytes, message) { cursor throws(ModuleError) in _ = try cursor.signed(bits: bits) }
  }

  private func expectMalformed(_ bytes: [UInt8], _ message: String, _ read: (inout CheckedCursor) throws(ModuleError) -> Void) {
    bytes.withUnsafeBytes { buffer in
      var cursor = CheckedCursor(buffer, offset: 10, features: .standard)
      let error = #expect(throws: ModuleError.self) { try read(&cursor) }
      // Numbers are blamed at their start, a missing byte at its place.
      let offset = message == "unexpected end" ? 10 + bytes.count : 10
      #expect(error == .malformed(DecodingError(message, offset: offset)))
    }
  }

  @Test(arguments: [
    ([0xD3], "garbage collection"), ([0xFB, 0x00], "garbage collection"),
    ([0x06, 0x40], "legacy exception handling"), ([0xE3], "stack switching"),
  ])
  func anOpcodeOfAProposalThatIsNotImplementedNamesIt(_ bytes: [UInt8], _ proposal: String) {
    bytes.withUnsafeBytes { buffer in
      var cursor = CheckedCursor(buffer, offset: 7, features: .standard)
      guard case .invalid(let error)? = #expect(throws: ModuleError.self, performing: { try cursor.row(OpcodeTable.rows) }) else {
        Issue.record("malformed")
        return
      }
      #expect(error.message.hasPrefix("feature not supported: opcode 0x") && error.message.hasSuffix("(\(proposal))") && error.offset == 7)
    }
  }

  @Test(arguments: [[0x27], [0xFF], [0xFC, 0x7F], [0xFC, 0x80, 0x80, 0x04], [0xFD, 0xFF, 0x7F], [0xFE, 0x7F]])
  func anOpcodeThatNobodyHasTakenIsIllegal(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var cursor = CheckedCursor(buffer, features: .standard)
      guard case .malformed(let error)? = #expect(throws: ModuleError.self, performing: { try cursor.row(OpcodeTable.rows) }) else {
        Issue.record("not malformed")
        return
      }
      #expect(error.message.hasPrefix("illegal opcode 0x"))
    }
  }

  @Test func anOpcodeWhoseFeatureIsOffNamesIt() {
    [0xC0 as UInt8].withUnsafeBytes { buffer in
      var cursor = CheckedCursor(buffer, features: .mvp)
      let error = #expect(throws: ModuleError.self) { try cursor.row(OpcodeTable.rows) }
      #expect(error == .invalid(ValidationError("feature not supported: i32.extend8_s (sign-extension operators)", offset: 0)))
    }
  }

  static var rows: [OpcodeRow] { OpcodeTable.all.filter(\.exists) }
}

/// Bytes whose end is the end of memory that may be read.
final class ProtectedBytes {
  private let pageSize = 65536
  private let page: UnsafeMutableRawPointer

  init() {
    page = mmap(nil, 2 * pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
    mprotect(page + pageSize, pageSize, PROT_NONE)
  }

  deinit { munmap(page, 2 * pageSize) }

  func with(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let start = page + pageSize - bytes.count
    start.copyMemory(from: bytes, byteCount: bytes.count)
    try body(UnsafeRawBufferPointer(start: start, count: bytes.count))
  }
}

/// What a visitor has been told.
struct Recorder: ImmediateVisitor {
  enum Event: Equatable {
    case block(BlockType), label(UInt32), count(UInt32), index(UInt32, IndexSpace), indices(UInt32, IndexSpace, UInt32, IndexSpace)
    case type(ValueType), reference(ValueType), memory(MemoryArgument), integer(Int64), f32(UInt32), f64(UInt64), clause(CatchImmediate)
    case v128(V128), lane(UInt8), lanes(V128), fence
  }
  var is64 = false
  var events: [Event] = []

  init(is64: Bool) { self.is64 = is64 }

  mutating func blockType(_ type: BlockType) { events.append(.block(type)) }
  mutating func label(_ depth: UInt32) { events.append(.label(depth)) }
  mutating func labelCount(_ count: UInt32) { events.append(.count(count)) }
  mutating func index(_ index: UInt32, of space: IndexSpace) { events.append(.index(index, space)) }
  mutating func indices(_ first: UInt32, of firstSpace: IndexSpace, _ second: UInt32, of secondSpace: IndexSpace) {
    events.append(.indices(first, firstSpace, second, secondSpace))
  }
  mutating func typeCount(_ count: UInt32) { events.append(.count(count)) }
  mutating func type(_ type: ValueType) { events.append(.type(type)) }
  mutating func heapType(_ type: ValueType) { events.append(.reference(type)) }
  mutating func memory(_ argument: MemoryArgument) { events.append(.memory(argument)) }
  mutating func integer(_ value: Int64) { events.append(.integer(value)) }
  mutating func f32(_ bits: UInt32) { events.append(.f32(bits)) }
  mutating func f64(_ bits: UInt64) { events.append(.f64(bits)) }
  mutating func v128(_ value: V128) { events.append(.v128(value)) }
  mutating func lane(_ lane: UInt8) { events.append(.lane(lane)) }
  mutating func fence() { events.append(.fence) }
  mutating func lanes(_ lanes: V128) { events.append(.lanes(lanes)) }
  mutating func catchCount(_ count: UInt32) { events.append(.count(count)) }
  mutating func catchClause(_ clause: CatchImmediate) { events.append(.clause(clause)) }
  func is64(memory: UInt32) -> Bool { is64 }
}

/// Makes up immediates: their bytes, and what a visitor has to be told.
struct ImmediateWriter {
  private var random: RandomBytes
  private var bytes: [UInt8] = []
  private var events: [Recorder.Event] = []
  private(set) var is64 = false

  init(seed: UInt64) { random = RandomBytes(seed: seed) }

  mutating func operation(_ row: OpcodeRow) -> ([UInt8], [Recorder.Event]) {
    bytes = []
    events = []
    is64 = random.below(2) == 0
    if row.opcode.prefix != 0 {
      bytes.append(row.opcode.prefix)
      unsigned(UInt64(row.opcode.number), bits: 32)
    } else {
      bytes.append(UInt8(row.opcode.number))
    }
    immediates(row.immediates)
    return (bytes, events)
  }

  private mutating func vector() -> V128 {
    let value = V128(low: random.next(), high: random.next())
    for index in 0..<16 { bytes.append(UInt8(value.lane(index, width: 8))) }
    return value
  }

  private mutating func lane() -> UInt8 {
    bytes.append(UInt8(random.below(256)))
    return bytes[bytes.count - 1]
  }

  private mutating func immediates(_ kind: OpcodeImmediates) {
    switch kind {
    case .none: break
    case .blockType: block()
    case .label: events.append(.label(number()))
    case .labelTable:
      let count = UInt32(random.below(5))
      unsigned(UInt64(count), bits: 32)
      events.append(.count(count))
      for _ in 0...count { events.append(.label(number())) }
    case .function: events.append(.index(number(), .function))
    case .type: events.append(.index(number(), .type))
    case .local: events.append(.index(number(), .local))
    case .global: events.append(.index(number(), .global))
    case .table: events.append(.index(number(), .table))
    case .memory: events.append(.index(number(), .memory))
    case .data: events.append(.index(number(), .data))
    case .element: events.append(.index(number(), .element))
    case .tag: events.append(.index(number(), .tag))
    case .typeAndTable: events.append(.indices(number(), .type, number(), .table))
    case .dataAndMemory: events.append(.indices(number(), .data, number(), .memory))
    case .memoryAndMemory: events.append(.indices(number(), .memory, number(), .memory))
    case .elementAndTable: events.append(.indices(number(), .element, number(), .table))
    case .tableAndTable: events.append(.indices(number(), .table, number(), .table))
    case .types:
      let count = UInt32(random.below(4))
      unsigned(UInt64(count), bits: 32)
      events.append(.count(count))
      for _ in 0..<count { events.append(.type(type())) }
    case .heapType: events.append(.reference(heapType()))
    case .v128: events.append(.v128(vector()))
    case .lanes: events.append(.lanes(vector()))
    case .lane: events.append(.lane(lane()))
    case .fence:
      bytes.append(0)
      events.append(.fence)
    case .memoryArgument, .memoryArgumentAndLane:
      let alignment = UInt32(random.below(32))
      let memory = random.below(2) == 0 ? UInt32(truncatingIfNeeded: random.next()) : 0
      unsigned(UInt64(alignment | (memory != 0 ? MemoryArgument.hasMemory : 0)), bits: 32)
      if memory != 0 { unsigned(UInt64(memory), bits: 32) }
      let offset = is64 ? random.next() >> random.below(64) : UInt64(UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.below(32)))
      unsigned(offset, bits: is64 ? 64 : 32)
      events.append(.memory(MemoryArgument(alignment: alignment, memory: memory, offset: offset)))
      if kind == .memoryArgumentAndLane { events.append(.lane(lane())) }
    case .i32: signed(Int64(Int32(truncatingIfNeeded: random.next()) >> Int32(random.below(32))), bits: 32)
    case .i64: signed(Int64(bitPattern: random.next()) >> Int64(random.below(64)), bits: 64)
    case .f32:
      let bits = UInt32(truncatingIfNeeded: random.next())
      for position in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(position)))) }
      events.append(.f32(bits))
    case .f64:
      let bits = random.next()
      for position in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(position)))) }
      events.append(.f64(bits))
    case .tryTable:
      block()
      let count = UInt32(random.below(4))
      unsigned(UInt64(count), bits: 32)
      events.append(.count(count))
      for _ in 0..<count {
        let kind = UInt8(random.below(4))
        bytes.append(kind)
        let tag = kind < 2 ? number() : nil
        events.append(.clause(CatchImmediate(kind: kind, tag: tag, label: number())))
      }
    }
  }

  private mutating func block() {
    switch random.below(3) {
    case 0:
      bytes.append(BlockType.emptyCode)
      events.append(.block(.empty))
    case 1: events.append(.block(.value(type())))
    default:
      let index = UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.below(32))
      signedBytes(Int64(index), bits: 33)
      events.append(.block(.type(index)))
    }
  }

  private mutating func type() -> ValueType {
    let simple: [ValueType] = [.i32, .i64, .f32, .f64, .funcref, .externref, .exnref]
    let choice = Int(random.below(UInt64(simple.count) + 2))
    if choice < simple.count {
      bytes.append(simple[choice].code)
      return simple[choice]
    }
    let isNullable = choice == simple.count
    bytes.append(isNullable ? 0x63 : 0x64)
    let type = heapType()
    return isNullable ? type : type.nonNull
  }

  private mutating func heapType() -> ValueType {
    let abstract: [ValueType] = [.funcref, .externref, .exnref]
    let choice = Int(random.below(UInt64(abstract.count) + 3))
    if choice < abstract.count {
      bytes.append(abstract[choice].code)
      return abstract[choice]
    }
    let index = UInt32(random.below(UInt64(ValueType.referableTypes))) >> UInt32(random.below(22))
    signedBytes(Int64(index), bits: 33)
    return ValueType(to: .type(index), isNullable: true)
  }

  /// An index, after its bytes.
  private mutating func number() -> UInt32 {
    let value = UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.below(33))
    unsigned(UInt64(value), bits: 32)
    return value
  }

  /// In as few bytes as can be, or in more.
  private mutating func unsigned(_ value: UInt64, bits: Int) {
    var rest = value
    var left = (bits + 6) / 7
    var isPadded = random.below(3) == 0
    while true {
      let low = UInt8(truncatingIfNeeded: rest & 0x7F)
      rest >>= 7
      left -= 1
      if rest == 0, left == 0 || !isPadded { return bytes.append(low) }
      if random.below(2) == 0 { isPadded = false }
      bytes.append(low | 0x80)
    }
  }

  private mutating func signed(_ value: Int64, bits: Int) {
    signedBytes(value, bits: bits)
    events.append(.integer(value))
  }

  private mutating func signedBytes(_ value: Int64, bits: Int) {
    var rest = value
    var left = (bits + 6) / 7
    var isPadded = random.below(3) == 0
    while true {
      let low = UInt8(truncatingIfNeeded: rest) & 0x7F
      rest >>= 7
      left -= 1
      let isComplete = rest == (low & 0x40 != 0 ? -1 : 0)
      if isComplete, left == 0 || !isPadded { return bytes.append(low) }
      if random.below(2) == 0 { isPadded = false }
      bytes.append(low | 0x80)
    }
  }
}

struct RandomBytes {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  mutating func below(_ limit: UInt64) -> UInt64 { next() % limit }
}
