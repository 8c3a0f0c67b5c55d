// The engine's laboratory: what scripts/bench engine and scripts/fuzz-engine run. Prints plain lines for the scripts to put into tables.
//   compile [TIER] FILE     bytes of the code section, median milliseconds of decoding, validating and compiling everything, bytes of machine code
//   kernels [TIER] FILE... [ROUNDS]   for each: name, rounds, result, median milliseconds; without a number of rounds they are chosen so that a
//                           run takes a while. TIER is bbq (the default), omg or auto
//   entries FILE...         for each kernel, called once for long: name, and the milliseconds that the second half of its rounds takes when the first was in
//                           optimized code from the start, and when it had to get there (auto); with a TIER and a number of rounds instead: one such call, to count its instructions
//   growth [TIER] SIZE [NAME...]   how compile time grows with the size of a function, for each shape, or those whose names contain NAME
//   work FILE...            the functions of modules that take the optimizing compiler the most work for each byte
//   memory [TIER] FILE...   for each kernel: name, median milliseconds with trapping memory, with checked memory
//   fuel [TIER] FILE...     for each kernel: name, median milliseconds without fuel, with fuel
//   calls                   nanoseconds of a call of an exported function, and of a host function; then, in optimized code, of a direct call, of one through a
//                           table to one function, to functions that change and to one that it has led to before, and of one of another instance's function
//   cold TIER FILE ROUNDS   milliseconds of loading a kernel and calling it once
//   curve TIER FILE         calls of one round in the first second: the milliseconds from the start to the end of each
//   links COUNT             late links of a small module: time and memory for each
//   queue COUNT             a module with so many functions that become hot at once: how long they waited for the optimizing compiler
//   threads FILE INCREMENTS TURNS REPETITIONS   nanoseconds of an atomic increment that two threads make, and of a hand-over by wait and notify; writes
//                           the module
//   instantiate FILE        microseconds of making an instance (and its store) of a module without imports, and of the first one
//   outcomes MODE FILE...   calls every export of each module and prints what came out; MODE is guarded or checked, or one of the two after
//                         omg-, hot- or warm-: optimized at the first call, or as soon as counting finds it hot, which is at once or after a few iterations
//   differences SECONDS SEED [MODE...]   random modules of our own in all modes, or those named: prints those whose outcomes differ
//   random SEED             writes the random module with a seed (if it is even; else see exceptions) to the standard output
//   exceptions SEED COUNT FOLDER   writes random modules about exceptions, SEED.wasm and so on
//   operators FOLDER        writes the modules about one numeric or atomic operator each, NAME.wasm
//   mutate SECONDS SEED FILE...   damages the modules at random and hands them to the engine, which must refuse or compile each of them
//                         in reasonable time and memory; prints how many it refused

import Glibc
import RandomModules
import WasmEngine

@main enum Lab {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    var files = Array(arguments.dropFirst())
    var tier = Tier.bbq
    if ["cold", "compile", "curve", "entries", "fuel", "growth", "kernels", "memory"].contains(arguments.first),
      let named = files.first.flatMap(Tier.init(rawValue:))
    {
      tier = named
      files.removeFirst()
    }
    switch arguments.first {
    case "compile": for file in files { try Measurements.compile(file, tier) }
    case "kernels":
      let rounds = files.last.flatMap { Int32($0) }
      if rounds != nil { files.removeLast() }
      for file in files { try Measurements.kernel(file, tier, rounds: rounds) }
    case "entries":
      if let rounds = files.last.flatMap({ Int32($0) }) { return try Measurements.longCall(files[0], tier, rounds) }
      for file in files { try Measurements.entries(file) }
    case "cold": try ColdStart.cold(files[0], tier, files.last.flatMap { Int32($0) } ?? 1)
    case "curve": try ColdStart.curve(files[0], tier)
    case "links": try Links.run(files.first.flatMap(Int.init) ?? 10_000)
    case "queue": try ColdStart.queue(files.first.flatMap(Int.init) ?? 400)
    case "growth": try Growth.run(tier, size: files.first.flatMap(Int.init) ?? 16_000, Array(files.dropFirst()))
    case "work": for file in files { try Growth.work(file) }
    case "memory": for file in files { try Measurements.memory(file, tier) }
    case "fuel": for file in files { try Measurements.fuel(file, tier) }
    case "calls": try Measurements.calls()
    case "threads":
      let numbers = files.dropFirst().compactMap { Int32($0) }
      guard let file = files.first, numbers.count == 3 else { return print("threads FILE INCREMENTS TURNS REPETITIONS") }
      Measurements.write(Threads.module(), to: file)
      try Threads.run(increments: numbers[0], turns: numbers[1], repetitions: Int(numbers[2]))
    case "instantiate": for file in files { try Measurements.instantiate(file) }
    case "outcomes":
      guard let mode = Modes.mode(files.first ?? "") else { return print("no such mode: \(files.first ?? "")") }
      for file in files.dropFirst() {
        print("module \(file)")
        for line in Outcomes.lines(Measurements.read(file), mode) { print(line) }
      }
    case "differences":
      let modes = Array(files.dropFirst(2))
      Differences.run(
        seconds: Int(files.first ?? "") ?? 10, seed: UInt64(files.dropFirst().first ?? "") ?? 1, modes.isEmpty ? Modes.all : modes)
    case "random":
      let bytes = RandomModule.bytes(seed: UInt64(files.first ?? "") ?? 1, exportsVectors: false)
      bytes.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
    case "exceptions":
      guard files.count == 3, let seed = UInt64(files[0]), let count = UInt64(files[1]) else { return print("exceptions SEED COUNT FOLDER") }
      for seed in seed..<seed + count { Measurements.write(ExceptionModule.bytes(seed: seed, exportsVectors: false), to: "\(files[2])/\(seed).wasm") }
    case "operators":
      guard let folder = files.first else { return print("operators FOLDER") }
      for row in OperatorModule.rows { Measurements.write(OperatorModule(row).bytes, to: "\(folder)/\(row.name).wasm") }
      for row in AtomicOperatorModule.rows { Measurements.write(AtomicOperatorModule(row).bytes, to: "\(folder)/\(row.name).wasm") }
    case "mutate":
      try Mutations.run(seconds: Int(files.first ?? "") ?? 10, seed: UInt64(files.dropFirst().first ?? "") ?? 1, Array(files.dropFirst(2)))
    default:
      print(
        "usage: lab cold|compile|curve|entries|growth|kernels|links|memory|calls|queue|threads|instantiate|outcomes|differences|random|exceptions|operators|mutate|work ..."
      )
    }
  }
}
