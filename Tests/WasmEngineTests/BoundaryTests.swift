// Whole float registers cross the boundary in both directions: 128 bits of each argument and of the first result, in calls by the host, calls of host
// functions, lazy compilation and tiering up. What wasm can express so far has 64 bits; the tests use the machine's own code and words.

import FaultHandler
import MachineCode
import RuntimeLayout
import Testing

@testable import WasmEngine

@Suite struct BoundaryTests {
  private static func vector(_ number: UInt64) -> latch_vector { latch_vector(low: number, high: ~number &* 3) }

  private static func isEqual(_ left: latch_vector, _ right: latch_vector) -> Bool { left.low == right.low && left.high == right.high }

  private func invoke(_ call: inout latch_call) -> Int32 {
    var scope = latch_scope(engine: 1 << 40, store: 1 << 41)
    return withUnsafePointer(to: &scope) { latch_invoke(&call, 1 << 20, $0) }
  }

  #if arch(x86_64)
    @Test func vectorsReachCompiledCodeAndComeBack() throws {
      // paddq %xmm7, %xmm0; ret
      let code: [UInt8] = [0x66, 0x0F, 0xD4, 0xC7, 0xC3]
      let memory = try ExecutableMemory(size: 4096)
      code.withUnsafeBytes { memory.write($0, at: 0) }
      var call = latch_call()
      call.code = memory.base
      call.floats.0 = Self.vector(5)
      call.floats.7 = Self.vector(1 << 60)
      #expect(invoke(&call) == 0)
      let sum = latch_vector(low: Self.vector(5).low &+ Self.vector(1 << 60).low, high: Self.vector(5).high &+ Self.vector(1 << 60).high)
      #expect(Self.isEqual(call.float_result, sum))
    }

    @Test func argumentsOnTheStackStartAtAMultipleOf16() throws {
      // lea 8(%rsp), %rax; paddq 8(%rsp), %xmm0, which demands alignment; ret $32
      let code: [UInt8] = [0x48, 0x8D, 0x44, 0x24, 0x08, 0x66, 0x0F, 0xD4, 0x44, 0x24, 0x08, 0xC2, 32, 0]
      let memory = try ExecutableMemory(size: 4096)
      code.withUnsafeBytes { memory.write($0, at: 0) }
      let words: [UInt64] = [7, 8, 9]
      words.withUnsafeBufferPointer { words in
        var call = latch_call()
        call.code = memory.base
        call.floats.0 = latch_vector(low: 100, high: 200)
        call.stack_arguments = words.baseAddress
        call.stack_argument_count = 3
        #expect(invoke(&call) == 0)
        #expect(call.integer_result % 16 == 0)
        #expect(Self.isEqual(call.float_result, latch_vector(low: 107, high: 208)))
      }
    }

    /// A lazy stub compiles the function, whose code then asks for tiering up at once: either saves and restores every argument. The function itself
    /// does nothing, so that its argument is still in the register when it returns.
    @Test func lazyCompilationAndTieringUpKeepVectors() throws {
      var configuration = EngineConfiguration()
      configuration.tier = .auto
      configuration.debug.hotCount = 0
      let store = Store(Engine(configuration))
      var builder = ModuleBuilder()
      builder.function("f", [.f64]) { _ in }
      let record = try builder.instance(store).function("f")!.record
      for _ in 0..<3 {
        var call = latch_call()
        call.code = UnsafeRawPointer(bitPattern: record.currentCode)
        call.context = UnsafeMutableRawPointer(bitPattern: record.pointee.context)
        call.floats.0 = Self.vector(77)
        #expect(invoke(&call) == 0)
        #expect(Self.isEqual(call.float_result, Self.vector(77)))
      }
    }
  #endif

  @Test func hostFunctionsTakeAndReturnVectors() {
    for returnsVector in [false, true] {
      var function = latch_host_function(
        implementation: { _, frame in
          let floats = frame.pointee.floats
          let isRight = BoundaryTests.isEqual(floats.0, BoundaryTests.vector(0)) && BoundaryTests.isEqual(floats.7, BoundaryTests.vector(7))
          frame.pointee.result = isRight ? 11 : 0
          frame.pointee.vector_result = BoundaryTests.vector(8)
          return Int32(latch_host_returned.rawValue)
        },
        stack_area: returnsVector ? 1 : 0, owner: nil, data: 0)
      withUnsafeMutablePointer(to: &function) { function in
        var call = latch_call()
        call.code = latch_host_thunk()
        call.context = UnsafeMutableRawPointer(function)
        call.floats.0 = Self.vector(0)
        call.floats.7 = Self.vector(7)
        #expect(invoke(&call) == 0)
        #expect(call.integer_result == 11)
        #expect(Self.isEqual(call.float_result, returnsVector ? Self.vector(8) : latch_vector(low: 11, high: 0)))
      }
    }
  }
}
