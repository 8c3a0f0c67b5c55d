// The engine's laboratory: what scripts/bench engine and scripts/fuzz-engine run. Prints plain lines for the scripts to put into tables.
//   compile [TIER] FILE     bytes of the code section, median milliseconds of decoding, validating and compiling everything, bytes of machine code
//   kernels [TIER] FILE... [ROUNDS]   for each: name, rounds, result, median milliseconds; without a number of rounds they are chosen so that a
//                           run takes a while. TIER is bbq (the default), omg or auto
//   calls                   nanoseconds of a call of an exported function, and of a host function
//   instantiate FILE        microseconds of making an instance (and its store) of a module without imports, and of the first one
//   outcomes MODE FILE...   calls every export of each module and prints what came out; MODE is guarded or checked, or one of the two behind
//                         omg- or hot-: optimized at the first call, or as soon as counting finds it hot, which is at once
//   mutate SECONDS SEED FILE...   damages the modules in many ways and hands them to the engine, which must refuse or compile each of them
//                         in reasonable time and memory; prints how many it refused

import WasmEngine

@main enum Lab {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    var files = Array(arguments.dropFirst())
    var tier = Tier.bbq
    if ["compile", "kernels"].contains(arguments.first), let named = files.first.flatMap(Tier.init(rawValue:)) {
      tier = named
      files.removeFirst()
    }
    switch arguments.first {
    case "compile": for file in files { try Measurements.compile(file, tier) }
    case "kernels":
      let rounds = files.last.flatMap { Int32($0) }
      if rounds != nil { files.removeLast() }
      for file in files { try Measurements.kernel(file, tier, rounds: rounds) }
    case "calls": try Measurements.calls()
    case "instantiate": for file in files { try Measurements.instantiate(file) }
    case "outcomes":
      for file in files.dropFirst() { try Outcomes.print(file, mode: files[0]) }
    case "mutate":
      try Mutations.run(seconds: Int(files.first ?? "") ?? 10, seed: UInt64(files.dropFirst().first ?? "") ?? 1, Array(files.dropFirst(2)))
    default: print("usage: lab compile|kernels|calls|instantiate|outcomes|mutate ...")
    }
  }
}
