// A module of tens of megabytes with tens of thousands of functions, which nobody tuned the engine for: loading it takes as long as validating it,
// a function is compiled when it is first called.

import Testing
import WasmEngine

@Suite struct LargeModuleTests {
  #if DEBUG
    private static let functionCount = 3000
  #else
    private static let functionCount = 30_000
  #endif
  private static let rounds = 150

  /// LEB128 in five bytes, so that all functions have the same length.
  private static func padded(_ number: UInt32) -> [UInt8] {
    (0..<5).map { UInt8(truncatingIfNeeded: number >> UInt32($0 * 7)) & 0x7F | ($0 < 4 ? 0x80 : 0) }
  }

  private static func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] { [id] + padded(UInt32(content.count)) + content }

  /// Function i: (x) -> x changed `rounds` times with the number i, and then given to function i + 1 if x was odd and there is one.
  private static func makeModule() -> [UInt8] {
    let count = functionCount
    var bodies = padded(UInt32(count))
    bodies.reserveCapacity(count * 2200)
    for index in 0..<count {
      let constant: [UInt8] = [0x41] + padded(UInt32(index))
      var body: [UInt8] = [1, 1, 0x7F, 0x20, 0, 0x21, 1]
      // local.get 0, i32.const index, i32.add, i32.const 3, i32.rotl, local.set 0
      let round: [UInt8] = [0x20, 0] + constant + [0x6A, 0x41, 3, 0x77, 0x21, 0]
      for _ in 0..<rounds { body += round }
      if index + 1 < count {
        // local.get 1, i32.const 1, i32.and, if, local.get 0, return_call index + 1, end
        body += [0x20, 1, 0x41, 1, 0x71, 0x04, 0x40, 0x20, 0, 0x12] + padded(UInt32(index + 1)) + [0x0B]
      }
      body += [0x20, 0, 0x0B]
      bodies += padded(UInt32(body.count)) + body
    }
    var module: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    module += section(1, [1, 0x60, 1, 0x7F, 1, 0x7F])
    module += section(3, padded(UInt32(count)) + [UInt8](repeating: 0, count: count))
    module += section(7, [2, 1, 0x66, 0, 0, 1, 0x6C, 0] + padded(UInt32(count - 1)))
    module += section(10, bodies)
    return module
  }

  private static func run(_ index: Int, _ argument: UInt32) -> UInt32 {
    var value = argument
    for _ in 0..<rounds {
      value &+= UInt32(index)
      value = value << 3 | value >> 29
    }
    return argument & 1 == 1 && index + 1 < functionCount ? run(index + 1, value) : value
  }

  @Test func tensOfThousandsOfFunctionsLoadAndRun() throws {
    let bytes = Self.makeModule()
    #if !DEBUG
      #expect(bytes.count > 50_000_000)
    #endif
    let loaded = try Module(Engine(), bytes)
    #expect(loaded.compiledCodeSize == 0)
    let instance = try Instance(loaded, in: Store(loaded.engine))
    for argument in [0, 1, 7, 0x8000_0001, 12345] as [UInt32] {
      #expect(try instance.function("f")!(argument, as: UInt32.self) == Self.run(0, argument))
      #expect(try instance.function("l")!(argument, as: UInt32.self) == Self.run(Self.functionCount - 1, argument))
    }
    // Only what was called has been compiled.
    #expect(loaded.compiledCodeSize > 0)
    #expect(loaded.compiledCodeSize < bytes.count / 10)
  }
}
