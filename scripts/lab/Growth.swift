// How compiling a function grows with its size, for each of the shapes in Tests/GrowthShapes: the exponent e of work ~ sizeᵉ, and of time ~ sizeᵉ,
// between the smallest and the largest of three sizes. Work is what the compilers count (WorkMeter): it is the same in every run.

import Glibc
import GrowthShapes
import WasmEngine

enum Growth {
  private struct Row {
    var bytes = 0
    var nanoseconds: UInt64 = 0
    var work = 0
    /// What the process takes more at its peak than before.
    var memory = 0
    var phases: [(name: String, nanoseconds: UInt64, work: Int)] = []
    var refusal: String?
  }

  /// `size`: bytes of the smallest body; the others are twice and four times as large. `names`: parts of the names of shapes; none: all.
  static func run(_ tier: Tier, size: Int, _ names: [String]) throws {
    let engine = engine(tier)
    print("work time  bytes of the largest body; for each of them units, and of the compiler's memory bytes; milliseconds")
    for shape in GrowthShape.all where names.isEmpty || names.contains(where: { shape.name.contains($0) }) {
      print(line(shape, try [1, 2, 4].map { try measure(shape.module(ofSize: size * $0), engine, tier) }))
      fflush(nil)
    }
  }

  private static func engine(_ tier: Tier) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    return Engine(configuration)
  }

  private static func measure(_ module: [UInt8], _ engine: Engine, _ tier: Tier) throws -> Row {
    let module = try Module(engine, module)
    var row = Row()
    row.bytes = module.declarations.bodies[0].count
    var observer = OptimizerObserver()
    observer.time = { name, nanoseconds in row.phases.append((name, nanoseconds, 0)) }
    observer.work = { name, units in
      if row.phases.last?.name != name { row.phases.append((name, 0, 0)) }
      row.phases[row.phases.count - 1].work = units
    }
    observer.refusal = { row.refusal = $0 }
    observer.memory = { row.memory = $0 }
    let before = ProcessMemory.reset()
    _ = try module.code(ofFunction: module.definedFunctions.lowerBound, tier: tier, observer: observer)
    if row.memory == 0 { row.memory = max(ProcessMemory.peak() - before, 0) }
    row.nanoseconds = row.phases.reduce(0) { $0 + $1.nanoseconds }
    row.work = row.phases.reduce(0) { $0 + $1.work }
    return row
  }

  private static func exponent(_ first: (Int, UInt64), _ last: (Int, UInt64)) -> Double {
    log(Double(max(last.1, 1)) / Double(max(first.1, 1))) / log(Double(last.0) / Double(first.0))
  }

  private static func text(_ number: Double) -> String {
    let hundredths = Int((abs(number) * 100).rounded())
    return "\(number < -0.005 ? "-" : "")\(hundredths / 100)." + String(String(hundredths % 100 + 100).dropFirst())
  }

  private static func line(_ shape: GrowthShape, _ rows: [Row]) -> String {
    let (first, last) = (rows[0], rows[rows.count - 1])
    let time = exponent((first.bytes, first.nanoseconds), (last.bytes, last.nanoseconds))
    let work = exponent((first.bytes, UInt64(first.work)), (last.bytes, UInt64(last.work)))
    var text = "\(text(work)) \(Self.text(time))  \(shape.name): \(last.bytes); \(last.work / last.bytes), \(last.memory / last.bytes); "
    text += "\(Self.text(Double(last.nanoseconds) / 1e6))"
    if let refusal = last.refusal { text += "; refused: \(refusal)" }
    for (index, phase) in last.phases.enumerated() where phase.work * 20 > last.work && first.phases.count == last.phases.count {
      let before = first.phases[index]
      let growth = exponent((first.bytes, UInt64(before.work)), (last.bytes, UInt64(phase.work)))
      if growth > 1.2 { text += "\n             \(Self.text(growth))  \(phase.name): \(phase.work / last.bytes) units" }
    }
    return text
  }

  // MARK: Modules

  /// The functions of a module that take the optimizing compiler the most work for each byte of their bodies.
  static func work(_ file: String) throws {
    let module = try Module(engine(.omg), Measurements.read(file))
    var rows: [(work: Int, bytes: Int, index: Int, phases: [(String, Int)])] = []
    for index in module.definedFunctions {
      var phases: [(String, Int)] = []
      var observer = OptimizerObserver()
      observer.work = { phases.append(($0, $1)) }
      observer.refusal = { print("function \(index) is refused: \($0)") }
      _ = try module.code(ofFunction: index, tier: .omg, observer: observer)
      let bytes = module.declarations.bodies[index - module.declarations.importedFunctionCount].count
      rows.append((phases.reduce(0) { $0 + $1.1 }, bytes, index, phases))
    }
    print("all functions: \(rows.reduce(0) { $0 + $1.work } / max(rows.reduce(0) { $0 + $1.bytes }, 1)) units for each byte")
    for row in rows.sorted(by: { $0.work / ($0.bytes + 1000) > $1.work / ($1.bytes + 1000) }).prefix(8) {
      let most = row.phases.sorted { $0.1 > $1.1 }.prefix(4).map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      print("function \(row.index): \(row.work) units, \(row.bytes) bytes, \(row.work / row.bytes) for each: \(most)")
    }
  }
}
