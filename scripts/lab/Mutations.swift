// Damaged modules: bytes changed, inserted, removed, repeated, exchanged between modules; lengths and counts made huge; ends cut off. The
// engine must refuse or compile every one of them; a crash ends the process, and the module that caused it is in the file that is printed first.

import Glibc
import SampleBodies
import WasmEngine

enum Mutations {
  /// Numbers that decoders get wrong, in LEB128.
  private static let extremes: [[UInt8]] = [
    [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x80, 0x80, 0x80, 0x80, 0x08], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0x80, 0x80, 0x80, 0x00],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x7F], [0x80, 0x80, 0x04], [0xFF, 0xFF, 0x03],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF],
  ]

  static func mutated(_ base: [UInt8], _ other: [UInt8], _ random: inout RandomNumbers) -> [UInt8] {
    var bytes = base
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard bytes.count > 9 else { return bytes }
      let place = Int.random(in: 8..<bytes.count, using: &random)
      let length = min(Int.random(in: 1...16, using: &random), bytes.count - place)
      switch Int.random(in: 0..<9, using: &random) {
      case 0: bytes.removeSubrange(place..<(place + length))
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
      case 3: bytes.replaceSubrange(place..<(place + 1), with: extremes.randomElement(using: &random)!)
      case 4: bytes.removeLast(Int.random(in: 1...(bytes.count - 8), using: &random))
      case 5:
        let start = Int.random(in: 0..<other.count, using: &random)
        bytes.insert(contentsOf: other[start..<min(start + length * 8, other.count)], at: place)
      case 6: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      default: bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    return bytes
  }

  static func run(seconds: Int, seed: UInt64, _ files: [String]) throws {
    let modules = files.map(Measurements.read).filter { $0.count > 8 }
    guard !modules.isEmpty else { return print("no modules to start from") }
    let engines = [MemoryStrategy.guarded, .checked].map { strategy in
      var configuration = EngineConfiguration()
      configuration.memoryStrategy = strategy
      return Engine(configuration)
    }
    let path = "/tmp/latch-mutation-\(getpid()).wasm"
    print("the module at hand is in \(path)")
    var random = RandomNumbers(state: seed)
    let end = time(nil) + seconds
    var count = 0
    var refused = 0
    var slowest = 0.0
    while time(nil) < end {
      let bytes = mutated(modules.randomElement(using: &random)!, modules.randomElement(using: &random)!, &random)
      write(bytes, to: path)
      var start = timespec()
      clock_gettime(CLOCK_MONOTONIC, &start)
      let module = bytes.withUnsafeBytes { try? Module(engines[count % 2], copying: $0, eagerly: true) }
      var stop = timespec()
      clock_gettime(CLOCK_MONOTONIC, &stop)
      slowest = max(slowest, Double(stop.tv_sec - start.tv_sec) + Double(stop.tv_nsec - start.tv_nsec) / 1e9)
      if let module { _ = module.text } else { refused += 1 }
      count += 1
    }
    unlink(path)
    print("\(count) damaged modules, \(refused) refused, the slowest took \(Int(slowest * 1000)) ms")
    if slowest > 10 { exit(1) }
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }
}
