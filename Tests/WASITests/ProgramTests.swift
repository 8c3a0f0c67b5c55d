// Programs in C and Swift (Tests/Programs), compiled to WebAssembly and natively by the same compilers: same output, same exit code, same files, in
// every tier, and with nothing of the host: files in memory, input and output by bytes.
// Needs Debian's wasi-libc and libclang-rt-dev-wasm32, which scripts/test installs.

import Foundation
import Testing
import WasmEngine

@testable import WASI

@Suite struct ProgramTests {
  @Test(.enabled(if: Compilers.shared != nil, "wasi-libc and libclang-rt-dev-wasm32 are not installed"), arguments: ProgramCase.all)
  func runsAsNatively(_ program: ProgramCase) throws {
    let compilers = try #require(Compilers.shared)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-programs-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (native, wasm) = try compilers.compile(program.source, in: folder)
    try program.input().write(to: folder.appendingPathComponent("input"))

    let expected = try Run(folder, "native") { run in try program.runNatively(native, run) }
    #expect(!expected.output.isEmpty)
    let modes: [(Tier, MemoryStrategy)] = [(.bbq, .guarded), (.bbq, .checked), (.omg, .guarded), (.omg, .checked), (.auto, .guarded)]
    for (tier, strategy) in modes {
      let mode = "\(tier), \(strategy)"
      let actual = try Run(folder, mode) { run in try program.run(wasm, tier, strategy, run) }
      #expect(actual.code == expected.code, "\(mode)")
      if actual.output != expected.output { Issue.record("\(mode): \(Run.difference(actual.output, expected.output))") }
      if actual.errors != expected.errors { Issue.record("\(mode): \(Run.difference(actual.errors, expected.errors))") }
      #expect(actual.files == expected.files, "\(mode)")
    }
    let actual = try Run(inMemory: folder) { try program.runInMemory(wasm, $0, $1, $2) }
    #expect(actual.code == expected.code)
    if actual.output != expected.output { Issue.record("in memory: \(Run.difference(actual.output, expected.output))") }
    if actual.errors != expected.errors { Issue.record("in memory: \(Run.difference(actual.errors, expected.errors))") }
    #expect(actual.files == expected.files)
  }
}

/// A program with what it is given.
struct ProgramCase: CustomTestStringConvertible, Sendable {
  let source: String
  var arguments: [String] = []
  var input: @Sendable () -> Data = { Data() }

  var testDescription: String { source }

  static let environment = ["FIRST=1", "SECOND=two words"]
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Programs")

  static let all = [
    ProgramCase(source: "wordcount.c", input: sources),
    ProgramCase(source: "sorting.c"),
    ProgramCase(source: "sha256.c", arguments: ["abc", "", "the quick brown fox"], input: sources),
    ProgramCase(source: "matrix.c"),
    ProgramCase(source: "treewalk.c", arguments: ["tree", ".", "none", "tree/a"]),
    ProgramCase(source: "expression.c", input: { Data(expressions.utf8) }),
    ProgramCase(source: "compressor.c", input: sources),
    ProgramCase(source: "statemachine.c", input: { Data(texts.utf8) }),
    ProgramCase(source: "integers.c"),
    ProgramCase(source: "floats.c"),
    ProgramCase(source: "files.c"),
    ProgramCase(source: "clocks.c", input: { Data("ready".utf8) }),
    ProgramCase(source: "arguments.c", arguments: ["a", "b c", "", "größer", "42"]),
    ProgramCase(source: "copy.c", input: { Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }) }),
    ProgramCase(source: "queens.swift", arguments: ["7"]),
  ]

  /// The programs' own text.
  @Sendable private static func sources() -> Data {
    let names = ["wordcount.c", "sorting.c", "compressor.c", "files.c", "floats.c"]
    return names.reduce(into: Data()) { $0 += (try? Data(contentsOf: folder.appendingPathComponent($1))) ?? Data() }
  }

  private static let expressions = """
    1+2*3
    x = 3
    x^2 + 1
    (1+2
    1 +
    2^-3
    7 % 4 - 1.5e3/2
    sqrt(2)*sqrt 2 == 2
    1/0
    -x^2
    floor(2.7) + abs(-3) >= 5
    1 2

    """

  private static let texts = #"""
    {"a": [1, 2.5e-3, true, null], "b": {"c": "\u00e9x\n"}}
    []
    [1,]
    {"a" 1}
    01
    -0.5E+2
    "abc
    [[[[{}]]]]
    true false

    """#

  func runNatively(_ program: URL, _ run: borrowing RunFiles) throws -> UInt32 {
    let process = Process()
    // In the order given, which Foundation would not keep.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["-i"] + ProgramCase.environment + [program.path] + arguments
    process.currentDirectoryURL = run.folder
    process.standardInput = FileHandle(fileDescriptor: run.input)
    process.standardOutput = FileHandle(fileDescriptor: run.output)
    process.standardError = FileHandle(fileDescriptor: run.errors)
    try process.run()
    process.waitUntilExit()
    return UInt32(process.terminationStatus)
  }

  func runInMemory(_ program: URL, _ files: InMemoryDirectory, _ output: CollectedOutput, _ errors: CollectedOutput) throws -> UInt32 {
    let module = try Module(Engine(), [UInt8](Data(contentsOf: program)))
    let process = try WASIProcess(
      arguments: ["program"] + arguments, environment: ProgramCase.environment, directories: [PreopenedDirectory(memory: files, guest: ".")],
      standardInput: .bytes([UInt8](input())), standardOutput: .collected(output), standardError: .collected(errors))
    let store = Store(module.engine)
    var imports = Imports()
    process.define(in: &imports, for: store)
    return try process.start(Instance(module, imports: imports, in: store))
  }

  /// With `auto`, much is found to be hot.
  func run(_ program: URL, _ tier: Tier, _ strategy: MemoryStrategy, _ run: borrowing RunFiles) throws -> UInt32 {
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy
    configuration.tier = tier
    configuration.debug.hotCount = 200
    let module = try Module(Engine(configuration), [UInt8](Data(contentsOf: program)))
    let process = try WASIProcess(
      arguments: ["program"] + arguments, environment: ProgramCase.environment,
      directories: [PreopenedDirectory(host: run.folder.path, guest: ".")],
      standardInput: .descriptor(run.input), standardOutput: .descriptor(run.output), standardError: .descriptor(run.errors))
    let store = Store(module.engine)
    var imports = Imports()
    process.define(in: &imports, for: store)
    return try process.start(Instance(module, imports: imports, in: store))
  }
}

/// What a run has open, and its current directory.
struct RunFiles: ~Copyable {
  let folder: URL
  let input, output, errors: Int32

  deinit { for file in [input, output, errors] { close(file) } }
}

/// What a run left behind.
private struct Run {
  let code: UInt32
  let output, errors: Data
  let files: [String]

  /// Runs in a new folder with some files.
  init(_ parent: URL, _ name: String, _ body: (borrowing RunFiles) throws -> UInt32) throws {
    let folder = parent.appendingPathComponent(name)
    let manager = FileManager.default
    try manager.createDirectory(at: folder.appendingPathComponent("tree/x/y"), withIntermediateDirectories: true)
    try Data("abc\n".utf8).write(to: folder.appendingPathComponent("tree/a"))
    try Data("hello\n".utf8).write(to: folder.appendingPathComponent("tree/x/b"))
    try manager.createSymbolicLink(atPath: folder.path + "/tree/x/link", withDestinationPath: "../a")
    try manager.createSymbolicLink(atPath: folder.path + "/tree/broken", withDestinationPath: "nowhere")
    let outputs = [parent.path + "/" + name + ".out", parent.path + "/" + name + ".err"]
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    do {
      let files = RunFiles(
        folder: folder, input: open(parent.path + "/input", O_RDONLY), output: open(outputs[0], flags, 0o600),
        errors: open(outputs[1], flags, 0o600))
      code = try body(files)
    }
    output = try Data(contentsOf: URL(fileURLWithPath: outputs[0]))
    errors = try Data(contentsOf: URL(fileURLWithPath: outputs[1]))
    files = try manager.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  /// Runs with the same files in memory.
  init(inMemory folder: URL, _ body: (InMemoryDirectory, CollectedOutput, CollectedOutput) throws -> UInt32) throws {
    let (directory, out, err) = (InMemoryDirectory(), CollectedOutput(), CollectedOutput())
    try directory.createDirectory("tree/x/y")
    try directory.write("abc\n", to: "tree/a")
    try directory.write("hello\n", to: "tree/x/b")
    try directory.createSymbolicLink("tree/x/link", to: "../a")
    try directory.createSymbolicLink("tree/broken", to: "nowhere")
    code = try body(directory, out, err)
    output = Data(out.bytes)
    errors = Data(err.bytes)
    var paths: [String] = []
    var folders = ["."]
    while let folder = folders.popLast() {
      for name in try directory.names(in: folder) {
        let path = folder == "." ? name : "\(folder)/\(name)"
        paths.append(path)
        if directory.information(path)?.kind == .directory { folders.append(path) }
      }
    }
    files = paths.sorted()
  }

  /// The first lines that differ.
  static func difference(_ actual: Data, _ expected: Data) -> String {
    let line = UInt8(ascii: "\n")
    let lines = [actual, expected].map { $0.split(separator: line, omittingEmptySubsequences: false) }
    let place = zip(lines[0], lines[1]).enumerated().first { $1.0 != $1.1 }
    guard let place else { return "\(lines[0].count) lines of output instead of \(lines[1].count)" }
    let (actual, expected) = (String(decoding: place.element.0, as: UTF8.self), String(decoding: place.element.1, as: UTF8.self))
    return "line \(place.offset + 1) is \"\(actual)\" instead of \"\(expected)\""
  }
}

/// The toolchain's compilers, and the C library for WASI of the system.
struct Compilers: Sendable {
  let clang, swiftc: String
  /// What is linked with every program.
  private let runtime: [String]

  static let shared = Compilers()

  private init?() {
    let manager = FileManager.default
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    // The Swift toolchain's own clang, which has a linker for WebAssembly beside it.
    guard let swift = folders.map({ $0 + "/swift" }).first(where: manager.isExecutableFile) else { return nil }
    let toolchain = URL(fileURLWithPath: swift).resolvingSymlinksInPath().deletingLastPathComponent().path
    clang = toolchain + "/clang"
    swiftc = toolchain + "/swiftc"
    let library = "/usr/lib/wasm32-wasi/"
    let versions = (try? manager.contentsOfDirectory(atPath: "/usr/lib"))?.filter { $0.hasPrefix("llvm-") } ?? []
    let builtins = versions.lazy.flatMap { version in
      ((try? manager.contentsOfDirectory(atPath: "/usr/lib/\(version)/lib/clang")) ?? []).map {
        "/usr/lib/\(version)/lib/clang/\($0)/lib/wasi/libclang_rt.builtins-wasm32.a"
      }
    }.first(where: manager.fileExists)
    guard let builtins, manager.isExecutableFile(atPath: clang), manager.fileExists(atPath: library + "crt1-command.o") else {
      return nil
    }
    runtime = [
      "-nostdlib", "-L" + library, library + "crt1-command.o", ProgramCase.folder.path + "/support/stack_protector.c",
      "-lc-printscan-long-double", "-lc", "-lm", builtins,
    ]
  }

  private static let warnings = ["-Wall", "-Wextra", "-Wno-unused-parameter"]
  private static let wasm = ["--target=wasm32-wasip1", "-isystem", "/usr/include/wasm32-wasi"]

  /// Compiles a program for both worlds.
  func compile(_ source: String, in folder: URL) throws -> (native: URL, wasm: URL) {
    let file = ProgramCase.folder.appendingPathComponent(source).path
    let native = folder.appendingPathComponent("program")
    let wasm = folder.appendingPathComponent("program.wasm")
    var inputs = [[file], [file]]
    if source.hasSuffix(".swift") {
      let main = ProgramCase.folder.path + "/support/swift_main.c"
      inputs = [[main, try embedded(file, [], folder.path + "/native.o")]]
      inputs.append([main, try embedded(file, ["-target", "wasm32-unknown-none-wasm"], folder.path + "/wasm.o")])
    }
    try call(clang, Compilers.warnings + ["-O2"] + inputs[0] + ["-lm", "-o", native.path])
    // Without binaryen's optimizer, which clang would call if it is installed: names stay, and the result is the same everywhere.
    try call(clang, Compilers.warnings + Compilers.wasm + ["--no-wasm-opt", "-O2"] + inputs[1] + runtime + ["-o", wasm.path])
    return (native, wasm)
  }

  /// Compiles Embedded Swift to an object file.
  private func embedded(_ source: String, _ target: [String], _ object: String) throws -> String {
    let options = [
      "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "Extern", "-wmo", "-O", "-parse-as-library", "-Xfrontend",
      "-disable-stack-protector",
    ]
    try call(swiftc, target + options + ["-c", source, "-o", object])
    return object
  }

  private func call(_ tool: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw CompilerFailure(description: String(decoding: text, as: UTF8.self)) }
  }

  private struct CompilerFailure: Error, CustomStringConvertible {
    let description: String
  }
}
