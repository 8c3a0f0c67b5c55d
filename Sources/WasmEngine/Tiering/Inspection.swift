// Compiling functions to look at the code, or to take the time, without installing anything.

import CompilerInterface
import RuntimeLayout
import WasmFormat

/// One function's machine code.
///
/// ```swift
/// if let code = try module.code(ofFunction: 0, tier: .omg) { print(code.name ?? "?", code.bytes.count, "bytes, frame", code.frameSize) }
/// ```
public struct FunctionCode: Sendable {
  /// Its number in the index space of functions.
  public let functionIndex: Int
  /// From the name section; without that, the name of its first export.
  public let name: String?
  /// Bytes of the body.
  public let wasmByteCount: Int
  /// Position-independent; displacements of calls to other functions are 0.
  public let bytes: [UInt8]
  /// Bytes of the frame below the frame pointer.
  public let frameSize: Int
  /// Where the displacements are, and the functions that are called there.
  public let callSites: [(offset: Int, functionIndex: Int)]
}

/// What compiling a whole module took.
///
/// ```swift
/// let measurement = try module.measureCompilation(.omg, withPhases: true)
/// for phase in measurement.phases { print(phase.name, phase.nanoseconds) }
/// ```
public struct CompilationMeasurement: Sendable {
  /// Functions, bytes and time in all.
  public var compilation = TierStatistics.Compilation()
  /// Functions that the optimizing compiler does not do.
  public var refused = 0
  /// The optimizing compiler's phases in the order in which they first came, with their nanoseconds.
  public var phases: [(name: String, nanoseconds: UInt64, work: Int)] = []
}

/// What one wants to see of the optimizing compiler.
///
/// ```swift
/// var observer = OptimizerObserver()
/// observer.dump = { phase, text in print("after", phase, text, separator: "\n") }
/// _ = try module.code(ofFunction: 0, tier: .omg, observer: observer)
/// ```
public struct OptimizerObserver {
  /// Gets the name of each phase and a dump of what it leaves.
  public var dump: ((String, String) -> Void)?
  /// Gets the name of each phase and its duration in nanoseconds.
  public var time: ((String, UInt64) -> Void)?
  /// Gets the name of each phase and the units of work that it took.
  public var work: ((String, Int) -> Void)?
  /// Gets the most bytes that the compiler's arrays took at once, beside what it had kept from other functions.
  public var memory: ((Int) -> Void)?
  /// Gets the reason why a function is not compiled.
  public var refusal: ((String) -> Void)?

  /// One who wants to see nothing.
  public init() {}
}

extension Module {
  /// The index of the function that the name section or an export calls so; or of this number.
  public func functionIndex(_ nameOrNumber: String) -> Int? {
    if let number = Int(nameOrNumber) { return declarations.functions.indices.contains(number) ? number : nil }
    if let export = declarations.exports.first(where: { $0.kind == .function && $0.name.string == nameOrNumber }) {
      return Int(export.index)
    }
    return withFunctionNames { names in names.first { $0.value.string == nameOrNumber }.map { Int($0.key) } }
  }

  /// The indices of the functions that the module defines.
  public var definedFunctions: Range<Int> { importedFunctionCount..<importedFunctionCount + definedFunctionCount }

  /// Where the loops of a function are that the module defines: the offsets of their `loop` operators in its body.
  public func loopOffsets(ofFunction index: Int) -> [Int] {
    guard definedFunctions.contains(index) else { return [] }
    let range = declarations.bodies[index - importedFunctionCount]
    let body = (bytes + range.lowerBound).assumingMemoryBound(to: UInt8.self)
    let end = body + range.count
    var cursor = TrustedCursor(body)
    cursor.skipLocals()
    var offsets: [Int] = []
    while cursor.pc < end {
      let offset = cursor.pc - body
      let row = cursor.row(OpcodeTable.rows)
      if row.pointee.opcode == .loop { offsets.append(offset) }
      cursor.skip(row.pointee.immediates)
    }
    return offsets
  }

  /// Compiles a function that the module defines with one of the compilers; nil if that does not do it, or the module defines no such function. `auto` means the baseline compiler with
  /// counting. The module must have been validated as a whole when it was made.
  ///
  /// - Parameters:
  ///   - index: the function.
  ///   - tier: the compiler.
  ///   - loop: for the optimizing compiler: the offset in the body of a `loop` to enter at.
  ///   - observer: sees the optimizing compiler at work.
  public func code(
    ofFunction index: Int, tier: Tier, loop: Int? = nil, observer: OptimizerObserver = OptimizerObserver()
  ) throws -> FunctionCode? {
    try withCompiled(index, tier, loop ?? -1, observer) { compiled in
      FunctionCode(
        functionIndex: index, name: functionName(index)?.string,
        wasmByteCount: declarations.bodies[index - importedFunctionCount].count,
        bytes: Array(compiled.code), frameSize: compiled.frameSize,
        callSites: compiled.callSites.map { (offset: Int($0.offset), functionIndex: Int($0.callee)) })
    }
  }

  /// Compiles all functions of the module and takes the time.
  public func measureCompilation(_ tier: Tier, withPhases: Bool = false) throws -> CompilationMeasurement {
    var result = CompilationMeasurement()
    var observer = OptimizerObserver()
    var numbers: [String: Int] = [:]
    if withPhases {
      func number(_ name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = result.phases.count
        result.phases.append((name: name, nanoseconds: 0, work: 0))
        return result.phases.count - 1
      }
      observer.time = { name, nanoseconds in result.phases[number(name)].nanoseconds += nanoseconds }
      observer.work = { name, units in result.phases[number(name)].work += units }
    }
    for index in definedFunctions {
      let start = MonotonicClock.threadNanoseconds
      let codeBytes = try withCompiled(index, tier, -1, observer) { $0.code.count }
      let time = MonotonicClock.threadNanoseconds - start
      guard let codeBytes else {
        result.refused += 1
        continue
      }
      result.compilation.add(
        functions: 1, wasmBytes: declarations.bodies[index - importedFunctionCount].count, codeBytes: codeBytes,
        nanoseconds: time)
    }
    return result
  }

  private func withCompiled<Result>(
    _ index: Int, _ tier: Tier, _ loop: Int, _ observer: OptimizerObserver, _ use: (CompiledFunction) -> Result
  ) throws -> Result? {
    guard definedFunctions.contains(index) else { return nil }
    let function = index - importedFunctionCount
    if tier == .omg {
      return engine.runtime.optimizingCompilers.use { compiler in
        let result = compiler.compile(self, CompilePlace(function: function, loop: loop), observer).map(use)
        if result == nil, let refusal = compiler.refusal { observer.refusal?("\(refusal)") }
        compiler.trim()
        return result
      }
    }
    let body = declarations.bodies[function]
    return try engine.runtime.baselineCompilers.use { compiler in
      do {
        let start = MonotonicClock.threadNanoseconds
        let compiled = try compiler.compile(
          information, functionIndex: index, body: UnsafeRawBufferPointer(start: bytes + body.lowerBound, count: body.count),
          moduleOffset: body.lowerBound)
        observer.time?("baseline", MonotonicClock.threadNanoseconds - start)
        observer.work?("baseline", compiler.work)
        return use(compiled)
      } catch let error as ModuleError {
        throw error.unwrapped
      }
    }
  }
}
