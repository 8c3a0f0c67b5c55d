// The engine's laboratory: what scripts/bench engine and scripts/fuzz-engine run. Prints plain lines for the scripts to put into tables.
//   compile FILE            bytes of the code section, median milliseconds of decoding, validating and compiling everything
//   kernels FILE...         for each: name, rounds, result, median milliseconds; rounds are chosen so that a run takes a while
//   calls                   nanoseconds of a call of an exported function, and of a host function
//   instantiate FILE        microseconds of making an instance (and its store) of a module without imports, and of the first one
//   outcomes MODE FILE...   calls every export of each module and prints what came out; MODE is guarded or checked
//   mutate SECONDS SEED FILE...   damages the modules in many ways and hands them to the engine, which must refuse or compile each of them
//                         in reasonable time and memory; prints how many it refused

import WasmEngine

@main enum Lab {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let files = Array(arguments.dropFirst())
    switch arguments.first {
    case "compile": for file in files { try Measurements.compile(file) }
    case "kernels": for file in files { try Measurements.kernel(file) }
    case "calls": try Measurements.calls()
    case "instantiate": for file in files { try Measurements.instantiate(file) }
    case "outcomes":
      for file in files.dropFirst() { try Outcomes.print(file, files.first == "checked" ? .checked : .guarded) }
    case "mutate":
      try Mutations.run(seconds: Int(files.first ?? "") ?? 10, seed: UInt64(files.dropFirst().first ?? "") ?? 1, Array(files.dropFirst(2)))
    default: print("usage: lab compile|kernels|calls|instantiate|outcomes|mutate ...")
    }
  }
}
