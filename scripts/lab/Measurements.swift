// The measurements. Times are of this thread's processor time, so that a busy machine disturbs less; medians of several runs.

import Glibc
import WasmEngine

enum Measurements {
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: ftell(file))
    rewind(file)
    fread(&bytes, 1, bytes.count, file)
    return bytes
  }

  static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  static func decimals(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    return "\(thousandths / 1000)." + String(String(thousandths % 1000 + 1000).dropFirst())
  }

  static func compile(_ file: String, _ tier: Tier) throws {
    let bytes = read(file)
    let engine = engine(tier)
    var size = 0
    var codeSize = 0
    let times = try (0..<(tier == .bbq ? 15 : 3)).map { _ in
      // Made in the measured time, freed after it.
      var module: Module?
      let time = try seconds { module = try bytes.withUnsafeBytes { try Module(engine, copying: $0, eagerly: true) } }
      size = module?.declarations.bodies.reduce(0) { $0 + $1.count } ?? 0
      codeSize = module?.compiledCodeSize ?? 0
      return time
    }
    print(size, decimals(median(times) * 1000), codeSize)
  }

  static func engine(_ tier: Tier, waits: Bool = false) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.debug.waitsForOptimizer = waits
    return Engine(configuration)
  }

  static func kernel(_ file: String, _ tier: Tier, rounds wanted: Int32?) throws {
    let store = Store(engine(tier))
    guard let run = try Instance(Module(store.engine, read(file)), in: store).function("run") else { return print("no export: run") }
    // Doubled until a run takes 20 ms.
    var rounds = wanted ?? 1
    _ = try run(Int32(1), as: Int32.self)
    // The optimizing compiler works in the background: it gets time to finish.
    if tier == .auto { for _ in 0..<4 { _ = try run(rounds, as: Int32.self) } }
    while wanted == nil, rounds < 1 << 12, try seconds({ _ = try run(rounds, as: Int32.self) }) < 0.02 { rounds *= 2 }
    var result: Int32 = 0
    let times = try (0..<5).map { _ in try seconds { result = try run(rounds, as: Int32.self) } }
    let name = file.split(separator: "/").last?.split(separator: ".").first ?? ""
    print(name, rounds, result, decimals(median(times) * 1000))
  }

  /// One call of a kernel in a new engine. Who asks for optimized code waits for it, so that what is executed is always the same.
  static func longCall(_ file: String, _ tier: Tier, _ rounds: Int32) throws {
    let store = Store(engine(tier, waits: true))
    guard let run = try Instance(Module(store.engine, read(file)), in: store).function("run") else { return print("no export: run") }
    _ = try run(rounds, as: Int32.self)
  }

  /// One long call of a kernel, for R and for 2 R rounds: what the other R take, in code that was optimized before, and in what a running function gets into.
  static func entries(_ file: String) throws {
    func time(_ tier: Tier, _ rounds: Int32) throws -> Double { try seconds { try longCall(file, tier, rounds) } }
    var rounds: Int32 = 1
    while rounds < 1 << 16, try time(.omg, rounds) < 0.15 { rounds *= 2 }
    let steady = try [Tier.omg, .auto].map { tier in
      try median((0..<5).map { _ in try time(tier, 2 * rounds) - time(tier, rounds) })
    }
    let name = file.split(separator: "/").last?.split(separator: ".").first ?? ""
    print(name, decimals(steady[0] * 1000), decimals(steady[1] * 1000), decimals(steady[1] / steady[0]))
  }

  /// A kernel with trapping memory and with checked memory.
  static func memory(_ file: String, _ tier: Tier) throws {
    try compare(file) { (configuration: inout EngineConfiguration, second) in
      configuration.tier = tier
      configuration.memoryStrategy = second ? .checked : .guarded
    }
  }

  /// A kernel that takes no fuel, and one that does.
  static func fuel(_ file: String, _ tier: Tier) throws {
    try compare(file) { (configuration: inout EngineConfiguration, second) in
      configuration.tier = tier
      configuration.countsFuel = second
    }
  }

  /// A kernel in two engines, by turns, so that what else the machine does hits both.
  private static func compare(_ file: String, _ configure: (inout EngineConfiguration, _ isSecond: Bool) -> Void) throws {
    let bytes = read(file)
    let runs = try [false, true].map { isSecond -> Function? in
      var configuration = EngineConfiguration()
      configure(&configuration, isSecond)
      let store = Store(Engine(configuration))
      store.fuel = .max
      guard let run = try Instance(Module(store.engine, bytes), in: store).function("run") else { return nil }
      _ = try run(Int32(1), as: Int32.self)
      return run
    }.compactMap { $0 }
    guard runs.count == 2 else { return print("no export: run") }
    var rounds: Int32 = 1
    while rounds < 1 << 12, try seconds({ _ = try runs[0](rounds, as: Int32.self) }) < 0.02 { rounds *= 2 }
    var times: [[Double]] = [[], []]
    for _ in 0..<9 {
      for which in 0..<2 { times[which].append(try seconds { _ = try runs[which](rounds, as: Int32.self) }) }
    }
    let name = file.split(separator: "/").last?.split(separator: ".").first ?? ""
    print(name, decimals(median(times[0]) * 1000), decimals(median(times[1]) * 1000))
  }

  static func instantiate(_ file: String) throws {
    let engine = Engine()
    let module = try Module(engine, read(file))
    let first = try seconds { _ = try Instance(module, in: Store(engine)) }
    let times = try (0..<9).map { _ in
      try seconds { for _ in 0..<200 { _ = try Instance(module, in: Store(engine)) } }
    }
    print(decimals(median(times) / 200 * 1e6), decimals(first * 1e6))
  }
}
