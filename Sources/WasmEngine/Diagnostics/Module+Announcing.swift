// Telling whoever wants to know of new code: hexadecimal lines, the map and the dump for `perf`, trace events.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Module {
  /// A name for people: of the name section or an export, or the number.
  func shownName(_ place: CompilePlace) -> String {
    let index = importedFunctionCount + place.function
    let name = functionName(index)?.string ?? "wasm function \(index)"
    return place.loop < 0 ? name : "\(name), loop at byte \(place.loop)"
  }

  /// There is code of one of the compilers for a function or a loop; compiling it took from `start`, a time of MonotonicClock or 0, until now.
  func announce(_ place: CompilePlace, _ tier: Tier, _ compiled: CompiledFunction, at address: UInt, since start: UInt64) {
    let debug = engine.configuration.debug
    if debug.dumpCode {
      let index = importedFunctionCount + place.function
      CodeDump.write(function: index, name: functionName(index), address: address, code: compiled.code)
    }
    if debug.writesPerfMap, address != 0 { PerfMap.note("\(shownName(place)) [\(tier.rawValue)]", at: address, size: compiled.code.count) }
    if let jitDump = engine.jitDump, let start = UnsafeRawPointer(bitPattern: address) {
      // As it lies there, with what was filled in.
      jitDump.note("\(shownName(place)) [\(tier.rawValue)]", UnsafeRawBufferPointer(start: start, count: compiled.code.count))
    }
    engine.trace?.span(
      shownName(place), tier.rawValue, from: start, to: MonotonicClock.nanoseconds,
      ["wasm bytes": declarations.bodies[place.function].count, "code bytes": compiled.code.count])
  }
}
