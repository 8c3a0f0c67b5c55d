// `latch compile FILE.wasm`: what the compilers make of a module, without running it: to be looked at, or to be run later without compiling.

import ArgumentParser
import WasmEngine

struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch compile",
    abstract: "Show, or save, what the compilers make of a WebAssembly module.",
    discussion: """
      With --output, writes the module together with machine code of its functions to a file, for latch run --precompiled. The file is \
      good for this version of latch, for processors that have what this one has (--without-features for less), and for the same --memory. Whoever may write to it \
      can make latch run anything: keep it as you keep programs.

      Without --output, --disassemble, --dump or --time, writes a line for each function: its index, the bytes of its body, of its code and \
      of its frame, and its name. --time compiles all functions several times on one thread and writes the best time, by phases \
      for omg.

      Exit codes: 0; 1 for a file that cannot be read, is no valid module or has not what was asked for; 2 for wrong usage.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Save the module and its machine code in this file.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "With --output: make use of nothing that only some processors have (\(ProcessorFeatures.names.map(\.name).joined(separator: ", ")), or all).",
      valueName: "name,..."))
  var withoutFeatures = FeatureList()

  @Option(help: "The compiler: bbq, omg, or auto (bbq with the counting that --tier auto adds).")
  var tier = Tier.omg

  @Option(help: ArgumentHelp("Only this function, by its index or its name.", valueName: "function"))
  var function: String?

  @Option(help: ArgumentHelp("Compile the function for entering at the loop at this offset in its body.", valueName: "offset"))
  var loop: Int?

  @Option(help: ArgumentHelp("Show what this phase of omg leaves; all for each of them.", valueName: "phase"))
  var dump: String?

  @Flag(help: "Show the machine code.")
  var disassemble = false

  @Flag(help: "Show how long it takes.")
  var time = false

  @Option(help: "How accesses outside the memory are found: guarded or checked.")
  var memory = MemoryStrategy.guarded

  @Argument(help: "The module.")
  var file: String

  func validate() throws {
    if dump != nil && tier != .omg { throw ValidationError("--dump shows phases of omg only") }
    if loop != nil && (tier != .omg || function == nil) { throw ValidationError("--loop needs --function, and --tier omg") }
    if let output {
      if output.isEmpty { throw ValidationError("--output needs a file") }
      if disassemble || dump != nil || time || function != nil || tier != .omg {
        throw ValidationError(
          "--output saves all functions as omg compiles them; leave out --tier, --function, --loop, --dump, --disassemble and --time")
      }
    } else if !withoutFeatures.features.isEmpty {
      throw ValidationError("--without-features needs --output")
    }
  }

  func run() throws {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = memory
    configuration.debug.disabledProcessorFeatures = withoutFeatures.features
    let bytes = try ProgramFile.read(file)
    let module: Module
    do {
      module = try Module(Engine(configuration), bytes)
    } catch {
      throw ProgramError(description: "\(ProgramFile.name(file)): \(error)")
    }
    if let output { return try save(module, to: output) }
    let functions = try wanted(module)
    if let loop { try check(loop, in: functions.lowerBound, of: module) }
    if time { return try report(module) }
    var phases: Set<String> = []
    for index in functions {
      try show(index, of: module, &phases)
      // All phases have done their work on the first function that is compiled.
      if let dump, dump != "all", !phases.isEmpty, !phases.contains(dump) {
        throw ProgramError(description: "omg has no phase \(dump); it has: \(phases.sorted().joined(separator: ", "))")
      }
    }
  }

  private func save(_ module: Module, to file: String) throws {
    // This thread waits while another one shows it.
    nonisolated(unsafe) let progress = Progress(count: module.definedFunctions.count)
    let bytes = try module.serialized { progress.show($0, "functions") }
    progress.clear()
    try System.writeFile(file, bytes)
  }

  private func wanted(_ module: Module) throws -> Range<Int> {
    guard let function else { return module.definedFunctions }
    guard let index = module.functionIndex(function) else {
      throw ProgramError(description: "\(file) has no function \(function)")
    }
    guard module.definedFunctions.contains(index) else {
      throw ProgramError(description: "\(file) imports function \(function); there is nothing to compile")
    }
    return index..<index + 1
  }

  /// `--loop` has to name a loop.
  private func check(_ loop: Int, in function: Int, of module: Module) throws {
    let offsets = module.loopOffsets(ofFunction: function)
    if offsets.contains(loop) { return }
    let shown = offsets.prefix(50).map(String.init).joined(separator: ", ") + (offsets.count > 50 ? ", ..." : "")
    let remedy = offsets.isEmpty ? "it has none" : "its loops are at \(shown)"
    throw ProgramError(description: "function \(function) has no loop at \(loop); \(remedy)")
  }

  private func show(_ index: Int, of module: Module, _ phases: inout Set<String>) throws {
    var observer = OptimizerObserver()
    var seen: [String] = []
    var text = ""
    if let dump {
      observer.dump = { phase, contents in
        seen.append(phase)
        if dump == "all" || dump == phase { text += "; function \(index), after \(phase)\n\(contents)\n" }
      }
    }
    var reason = ""
    observer.refusal = { reason = $0 }
    let code = try module.code(ofFunction: index, tier: tier, loop: loop, observer: observer)
    phases.formUnion(seen)
    if dump != nil { try Terminal.write(text) }
    guard let code else {
      if function != nil { return try Terminal.write("function \(index): omg does not compile it: \(reason)\n") }
      return try Terminal.write("\(Format.right("\(index)", 6))  refused: \(reason)\n")
    }
    if disassemble {
      try Terminal.write("; function \(heading(code))\n" + Disassembler.text(of: code.bytes, at: 0))
      for site in code.callSites { try Terminal.write("; \(String(site.offset, radix: 16)): to function \(site.functionIndex)\n") }
    } else if dump == nil {
      let columns = [code.functionIndex, code.wasmByteCount, code.bytes.count, code.frameSize].map { Format.right("\($0)", 7) }
      try Terminal.write(columns.joined() + "  \(code.name.map { "\(WasmName($0))" } ?? "")\n")
    }
  }

  private func heading(_ code: FunctionCode) -> String {
    "\(code.functionIndex)\(code.name.map { " <\(WasmName($0))>" } ?? ""): \(code.wasmByteCount) bytes of wasm, "
      + "\(code.bytes.count) of code, frame \(code.frameSize)"
  }

  // MARK: Times

  private func report(_ module: Module) throws {
    var best = try module.measureCompilation(tier)
    for _ in 0..<4 {
      let next = try module.measureCompilation(tier)
      if next.compilation.nanoseconds < best.compilation.nanoseconds { best = next }
    }
    let compilation = best.compilation
    let megabytes = Double(compilation.wasmBytes) / 1e6
    let speed = megabytes / max(Double(compilation.nanoseconds) / 1e9, 1e-9)
    var text = "\(tier.rawValue): \(Format.plural(compilation.functions, "function"))"
    if best.refused > 0 { text += " (\(best.refused) refused)" }
    text += ", \(compilation.wasmBytes) bytes of wasm to \(compilation.codeBytes) of code in "
    text += "\(Format.duration(nanoseconds: compilation.nanoseconds)), \(Format.fixed(speed, 2)) MB/s\n"
    try Terminal.write(text)
    if tier == .omg { try reportPhases(module) }
  }

  /// Taking the time of phases takes time itself, so the phases have a run of their own.
  private func reportPhases(_ module: Module) throws {
    let phases = try module.measureCompilation(tier, withPhases: true).phases
    let total = max(Double(phases.reduce(0) { $0 + $1.nanoseconds }), 1)
    let width = phases.map(\.name.count).max() ?? 0
    for phase in phases {
      let share = Format.right(Format.fixed(Double(phase.nanoseconds) / total * 100, 1), 6)
      try Terminal.write(
        "  \(Format.left(phase.name, width)) \(Format.right(Format.duration(nanoseconds: phase.nanoseconds), 9)) \(share) %\n")
    }
  }
}
