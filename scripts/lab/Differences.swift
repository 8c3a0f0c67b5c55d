// Random modules in all modes, every other one about exceptions: prints the seeds of those that differ, with the first lines that do, and how many were run.

@preconcurrency import Glibc
import RandomModules
import WasmEngine

enum Differences {
  static func run(seconds: Int, seed: UInt64, _ modes: [String]) {
    let modes = modes.compactMap(Modes.mode)
    guard let reference = modes.first else { return print("no modes") }
    // What was found is not lost in a crash.
    setvbuf(stdout, nil, _IOLBF, 0)
    let end = time(nil) + seconds
    var count: UInt64 = 0
    var differing = 0
    while time(nil) < end {
      let number = seed &+ count
      count += 1
      let bytes = number % 2 == 0 ? RandomModule.bytes(seed: number) : ExceptionModule.bytes(seed: number)
      let expected = Outcomes.lines(bytes, reference)
      for mode in modes.dropFirst() {
        let found = Outcomes.lines(bytes, mode)
        guard found != expected else { continue }
        differing += 1
        print("seed \(number) differs in \(mode.name)")
        for (one, other) in zip(expected, found) where one != other {
          print("  \(one)\n  \(other)")
          break
        }
      }
    }
    print("\(count) modules from seed \(seed) in \(modes.map(\.name).joined(separator: ", ")): \(differing) differences")
    if differing > 0 { exit(1) }
  }
}
