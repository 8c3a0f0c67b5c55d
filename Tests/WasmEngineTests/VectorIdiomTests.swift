// Several operators on vectors that become something else together: in the optimizing tier they give what the baseline tier gives, which takes each for itself.

import SampleBodies
import Testing
import WasmEngine

@Suite struct VectorIdiomTests {
  /// What a function does with its parameters, three vectors at most; it leaves a vector, or an i32 that is put into one.
  private typealias Body = (inout FunctionBodyWriter) -> Void

  private static func engine(_ tier: Tier, isBaseline: Bool) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.debug.verifiesOptimizer = true
    if isBaseline { configuration.debug.disabledProcessorFeatures = ProcessorFeatures(named: "all")! }
    return Engine(configuration)
  }

  /// Compares the tiers on each function, for processors with everything and with nothing.
  private func compare(_ bodies: [(name: String, body: Body)]) throws {
    var builder = ModuleBuilder()
    for (number, idiom) in bodies.enumerated() {
      builder.function(WasmName("\(number)"), [.v128, .v128, .v128], [.v128]) { idiom.body(&$0) }
    }
    let reference = try builder.instance(Store(Self.engine(.bbq, isBaseline: false)))
    let others = try [false, true].map { try builder.instance(Store(Self.engine(.omg, isBaseline: $0))) }
    for (number, idiom) in bodies.enumerated() {
      let name = WasmName("\(number)")
      let baseline = try #require(reference.function(name))
      let optimized = others.compactMap { $0.function(name) }
      for arguments in Self.arguments {
        let expected: V128 = try baseline(arguments[0], arguments[1], arguments[2])
        for function in optimized {
          let actual: V128 = try function(arguments[0], arguments[1], arguments[2])
          #expect(actual == expected, "\(idiom.name) of \(arguments)")
        }
      }
    }
  }

  /// Random bytes, bytes near 0 and the ends, equal ones.
  private static let arguments: [[V128]] = {
    var state: UInt64 = 88_172_645_463_325_252
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let bytes: [UInt64] = [0, 1, 15, 16, 0x7F, 0x80, 0xFF, 0xFE]
    return (0..<24).map { round in
      var vectors = (0..<3).map { _ in V128(low: next(), high: next()) }
      if round % 3 == 1 {
        for number in 0..<3 { for lane in 0..<16 { vectors[number].setLane(lane, width: 8, bytes[Int(next() >> 40 & 7)]) } }
      }
      if round % 3 == 2 { vectors[1] = V128(low: vectors[0].low, high: vectors[1].high) }
      return vectors
    }
  }()

  private static func rows(_ isWanted: (OpcodeRow) -> Bool) -> [OpcodeRow] {
    OpcodeTable.all.filter { $0.vectorOperation != nil && isWanted($0) }
  }

  private static func rows(_ operations: VectorOperation...) -> [OpcodeRow] { rows { operations.contains($0.vectorOperation!) } }

  // MARK: Lanes

  /// All patterns of lanes of 32 bits, many of 16 and of 8, of two vectors and of one and zeros.
  @Test(arguments: [Tier.bbq, .omg], [false, true])
  func shufflesGiveTheirLanes(_ tier: Tier, _ isBaseline: Bool) throws {
    var patterns: [V128] = []
    func add(_ size: Int, _ sources: [Int]) {
      var pattern = V128.zero
      for byte in 0..<16 { pattern.setLane(byte, width: 8, UInt64(sources[byte / size] * size + byte % size)) }
      patterns.append(pattern)
    }
    for number in 0..<4096 { add(4, (0..<4).map { number >> ($0 * 3) & 7 }) }
    var state: UInt32 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % limit
    }
    // Half of the lanes stay where they are.
    for round in 0..<400 { add(2, (0..<8).map { random(2) == 0 ? $0 + round % 2 * 8 : random(16) }) }
    for round in 0..<200 { add(1, (0..<16).map { random(2) == 0 ? $0 + round % 2 * 16 : random(32) }) }
    for size in [1, 2, 4] {
      for by in [2, 4, 8] where by > size {
        var pattern = V128.zero
        for byte in 0..<16 { pattern.setLane(byte, width: 8, UInt64(byte % by < size ? byte / by * size + byte % by : 16 + byte)) }
        patterns += [pattern, V128(low: pattern.low ^ 0x1010_1010_1010_1010, high: pattern.high ^ 0x1010_1010_1010_1010)]
      }
    }

    let perFunction = 64
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    builder.writer.addExport("memory", .memory, 0)
    for start in stride(from: 0, to: patterns.count, by: perFunction) {
      builder.function(WasmName("\(start)"), [.v128, .v128], []) { body in
        for index in start..<min(start + perFunction, patterns.count) {
          for kind in 0..<3 {
            body.i32Const(Int32((index - start) * 48 + kind * 16))
            if kind == 1 { body.v128Const(.zero) } else { body.localGet(0) }
            if kind == 2 { body.v128Const(.zero) } else { body.localGet(1) }
            body.shuffle(patterns[index])
            body.store(.v128Store)
          }
        }
      }
    }
    let instance = try builder.instance(Store(Self.engine(tier, isBaseline: isBaseline)))
    let memory = try #require(instance.memory("memory"))
    let (a, b) = (Self.arguments[0][0], Self.arguments[0][1])
    for start in stride(from: 0, to: patterns.count, by: perFunction) {
      let function = try #require(instance.function(WasmName("\(start)")))
      _ = try function.call([.v128(a), .v128(b)])
      for index in start..<min(start + perFunction, patterns.count) {
        for (kind, operands) in [(a, b), (V128.zero, b), (a, V128.zero)].enumerated() {
          let expected = VectorOperation.shuffle.evaluate(.i8x16, operands.0, operands.1, lanes: patterns[index]).value
          var actual = V128.zero
          for (byte, bits) in try memory.read(at: (index - start) * 48 + kind * 16, count: 16).enumerated() {
            actual.setLane(byte, width: 8, UInt64(bits))
          }
          #expect(actual == expected, "\(patterns[index].bytes), \(kind)")
        }
      }
    }
  }

  @Test func lanesOfHalfTheWidthOfSuch() throws {
    let extensions = Self.rows(.extendLowSigned, .extendLowUnsigned, .extendHighSigned, .extendHighUnsigned)
    var bodies: [(String, Body)] = []
    for outer in extensions {
      for middle in extensions where middle.shape.width * 2 == outer.shape.width {
        bodies.append(("\(outer.name)(\(middle.name))", { $0.apply(outer) { $0.apply(middle) { $0.localGet(0) } } }))
        for inner in extensions where inner.shape.width * 2 == middle.shape.width {
          bodies.append(
            ("\(outer.name)(\(middle.name)(\(inner.name)))", { $0.apply(outer) { $0.apply(middle) { $0.apply(inner) { $0.localGet(0) } } } }))
        }
      }
    }
    #expect(bodies.count == 96)
    try compare(bodies)
  }

  @Test func productsOfHalvesFromAnywhere() throws {
    var bodies: [(String, Body)] = []
    let sources: [(String, Body)] = [
      ("0 2 0 2", { $0.rearranged([0, 2, 0, 2]) { $0.localGet(0) } }),
      ("1 3 3 1", { $0.rearranged([1, 3, 3, 1]) { $0.localGet(0) } }),
      ("2 0 1 2 of 1 0 3 2", { $0.rearranged([2, 0, 1, 2]) { $0.rearranged([1, 0, 3, 2]) { $0.localGet(0) } } }),
      ("masked", { $0.masked(V128(low: 0xFFFF_FFFF, high: 0xFFFF_FFFF)) { $0.localGet(0) } }),
      ("masked elsewhere", { $0.masked(V128(low: .max, high: 0xFF)) { $0.localGet(0) } }),
      ("rearranged mask", { $0.rearranged([0, 2, 0, 2]) { $0.masked(V128(low: 0xFFFF_FFFF, high: 0xFFFF_FFFF)) { $0.localGet(0) } } }),
      ("constant", { $0.v128Const(V128(low: 0x8000_0001_FFFF_FFFE, high: 0x1234_5678_9ABC_DEF0)) }),
    ]
    let products = Self.rows {
      [.multiplyLowSigned, .multiplyLowUnsigned, .multiplyHighSigned, .multiplyHighUnsigned].contains($0.vectorOperation!) && $0.shape == .i64x2
    }
    for row in products {
      for (name, source) in sources {
        bodies.append(("\(row.name)(\(name), b)", { $0.apply(row, source) { $0.localGet(1) } }))
        for (second, other) in sources { bodies.append(("\(row.name)(\(name), \(second))", { $0.apply(row, source, other) })) }
      }
    }
    let wide: [(String, Body)] = [
      ("a & 32 bits", { $0.masked(V128(low: 0xFFFF_FFFF, high: 0xFFFF_FFFF)) { $0.localGet(0) } }),
      ("b & less", { $0.masked(V128(low: 0xFFFF, high: 0x7FFF_FFFF)) { $0.localGet(1) } }),
      ("b >> 32", { $0.shifted(.i64x2ShrU, by: 32) { $0.localGet(1) } }),
      ("b >> 31", { $0.shifted(.i64x2ShrU, by: 31) { $0.localGet(1) } }),
      ("c extended", { $0.apply(OpcodeTable.row(.i64x2ExtendHighI32x4U)) { $0.localGet(2) } }),
      ("constant", { $0.v128Const(V128(low: 0xFFFF_FFFF, high: 3)) }),
    ]
    for (name, first) in wide {
      for (second, other) in wide { bodies.append(("\(name) * \(second)", { $0.apply(OpcodeTable.row(.i64x2Mul), first, other) })) }
    }
    try compare(bodies)
  }

  @Test func rotationsAndNumbersOfLanes() throws {
    var bodies: [(String, Body)] = []
    let shifts: [(Opcode, Opcode, Int32)] = [
      (.i8x16Shl, .i8x16ShrU, 8), (.i16x8Shl, .i16x8ShrU, 16), (.i32x4Shl, .i32x4ShrU, 32), (.i64x2Shl, .i64x2ShrU, 64),
    ]
    for (left, right, width) in shifts {
      for count in stride(from: Int32(4), to: width, by: 4) {
        for (combine, isOther) in [(Opcode.v128Or, false), (.v128Xor, false), (.v128Or, true)] {
          bodies.append(
            (
              "\(left) \(count) \(combine)",
              {
                $0.apply(
                  OpcodeTable.row(combine), { $0.shifted(isOther ? right : left, by: isOther ? width - count : count) { $0.localGet(0) } },
                  { $0.shifted(isOther ? left : right, by: isOther ? count : width - count) { $0.localGet(0) } })
              }
            ))
        }
      }
      // Not a rotation: bits are missing.
      bodies.append(
        (
          "\(left) 8, 4",
          {
            $0.apply(
              OpcodeTable.row(.v128Or), { $0.shifted(left, by: width / 2) { $0.localGet(0) } },
              { $0.shifted(right, by: width / 4) { $0.localGet(0) } })
          }
        ))
    }
    let numbers: [(String, Body)] = [
      ("b & 15", { $0.masked(V128(repeating: 15, width: 8)) { $0.localGet(1) } }),
      ("b & 31", { $0.masked(V128(repeating: 31, width: 8)) { $0.localGet(1) } }),
      ("b >> 4", { $0.shifted(.i8x16ShrU, by: 4) { $0.localGet(1) } }),
      ("b >> 3", { $0.shifted(.i8x16ShrU, by: 3) { $0.localGet(1) } }),
      ("b >> 4 of words", { $0.shifted(.i16x8ShrU, by: 4) { $0.localGet(1) } }),
      ("min(b, 12)", { $0.apply(OpcodeTable.row(.i8x16MinU), { $0.localGet(1) }, { $0.v128Const(V128(repeating: 12, width: 8)) }) }),
      ("min(b, 17)", { $0.apply(OpcodeTable.row(.i8x16MinU), { $0.localGet(1) }, { $0.v128Const(V128(repeating: 17, width: 8)) }) }),
      ("constant", { $0.v128Const(V128(low: 0x0F0E_0D0C_0B0A_0908, high: 0x1011_FF80_7F00_0102)) }),
    ]
    for (name, number) in numbers { bodies.append(("swizzle(a, \(name))", { $0.apply(OpcodeTable.row(.i8x16Swizzle), { $0.localGet(0) }, number) })) }
    try compare(bodies)
  }

  // MARK: Masks

  @Test func comparisonsWithConstantsAndWhatTheyChoose() throws {
    let comparisons = Self.rows { row in
      switch row.vectorOperation! {
      case .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned, .greaterEqualSigned,
        .greaterEqualUnsigned, .floatEqual, .floatLess:
        true
      default: false
      }
    }
    var bodies: [(String, Body)] = []
    for row in comparisons {
      let (width, name) = (row.shape.width, "\(row.name)")
      let highest: UInt64 = 1 << UInt64(width - 1)
      for number in [0, 1, highest - 1, highest, highest + 1, .max, 0x7F7F_7F7F_7F7F_7F7F] as [UInt64] {
        let constant = V128(repeating: number, width: width)
        bodies.append(("\(name)(a, \(number))", { $0.apply(row, { $0.localGet(0) }, { $0.v128Const(constant) }) }))
        bodies.append(("\(name)(\(number), a)", { $0.apply(row, { $0.v128Const(constant) }, { $0.localGet(0) }) }))
      }
      let compared: Body = { $0.apply(row, { $0.localGet(0) }, { $0.localGet(1) }) }
      let complement: Body = { $0.apply(OpcodeTable.row(.v128Not), compared) }
      for (mask, title) in [(compared, name), (complement, "not \(name)")] {
        bodies.append(
          (
            "bitselect by \(title)",
            {
              $0.localGet(1)
              $0.localGet(2)
              mask(&$0)
              $0.emit(.v128Bitselect)
            }
          ))
        for test in [Opcode.v128AnyTrue, .i8x16AllTrue, .i16x8AllTrue, .i32x4AllTrue, .i64x2AllTrue] {
          bodies.append(
            (
              "\(test) \(title)",
              {
                mask(&$0)
                $0.emit(test)
                $0.emit(.i32x4Splat)
              }
            ))
          // As a condition.
          bodies.append(
            (
              "select \(test) \(title)",
              {
                $0.localGet(1)
                $0.localGet(2)
                mask(&$0)
                $0.emit(test)
                $0.emit(.select)
              }
            ))
        }
      }
    }
    try compare(bodies)
  }
}

extension FunctionBodyWriter {
  fileprivate mutating func apply(_ row: OpcodeRow, _ operands: (inout FunctionBodyWriter) -> Void...) {
    for operand in operands { operand(&self) }
    emit(row.opcode)
  }

  fileprivate mutating func masked(_ mask: V128, _ operand: (inout FunctionBodyWriter) -> Void) {
    operand(&self)
    v128Const(mask)
    emit(.v128And)
  }

  fileprivate mutating func shifted(_ opcode: Opcode, by count: Int32, _ operand: (inout FunctionBodyWriter) -> Void) {
    operand(&self)
    i32Const(count)
    emit(opcode)
  }

  /// Lanes of 32 bits.
  fileprivate mutating func rearranged(_ lanes: [Int], _ operand: (inout FunctionBodyWriter) -> Void) {
    operand(&self)
    operand(&self)
    var pattern = V128.zero
    for byte in 0..<16 { pattern.setLane(byte, width: 8, UInt64(lanes[byte / 4] * 4 + byte % 4)) }
    shuffle(pattern)
  }
}
