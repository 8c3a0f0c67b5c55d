// The engine's laboratory: what scripts/bench engine and scripts/fuzz-engine run. Prints plain lines for the scripts to put into tables.
//   compile FILE            bytes of the code section, median milliseconds of decoding, validating and compiling everything
//   kernels FILE...         for each: name, rounds, result, median milliseconds; rounds are chosen so that a run takes a while
//   calls                   nanoseconds of a call of an exported function, and of a host function
//   instantiate FILE        microseconds of making an instance (and its store) of a module without imports, and of the first one
//   outcomes MODE FILE...   calls every export of each module and prints what came out; MODE is guarded or checked

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
    default: print("usage: lab compile|kernels|calls|instantiate|outcomes ...")
    }
  }
}
