// swift-tools-version: 6.3;(experimentalCGen)
// Latch: a Scheme that compiles itself from inside WebAssembly, and the native engine that makes this fast.
// Dependencies point one way; the map of Sources in docs/architecture.md has the arrows. `experimentalCGen` lets the GuestBuild plugin write a
// C file that embeds the guest, so that a clone needs nothing but the Swift toolchain.
import PackageDescription

let package = Package(
  name: "latch",
  products: [
    .library(name: "WasmFormat", targets: ["WasmFormat"]),
    .library(name: "WasmEngine", targets: ["WasmEngine"]),
    .library(name: "WASI", targets: ["WASI"]),
    .library(name: "Freezer", targets: ["Freezer"]),
    .library(name: "SchemeHost", targets: ["SchemeHost"]),
    .executable(name: "latch", targets: ["LatchCLI"]),
  ],
  // A package that uses the libraries alone says `traits: []`, and fetches nothing but this package.
  traits: [
    .trait(name: "Command", description: "What the command `latch` needs besides the libraries: the argument parser."),
    .default(enabledTraits: ["Command"]),
  ],
  dependencies: [
    // Exact, in place of a Package.resolved, whose commit ids differ between mirrors: a clone builds the same today and in a year. An embedder's package
    // resolves it too; every requirement that admits this version fits.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // Both worlds: compiled natively and, as one Embedded Swift module, into the guest.
    .target(name: "WasmFormat"),
    .target(name: "GuestABI"),
    .target(name: "SchemeCore", dependencies: ["GuestABI"]),
    .target(name: "SchemeJIT", dependencies: ["SchemeCore", "WasmFormat", "GuestABI"]),

    // The guest's bytes. Sources/SchemeGuest and GuestImage/runtime are compiled to wasm32 by the plugin's script only.
    .target(name: "GuestImage", exclude: ["runtime", "wasi"], plugins: ["GuestBuild"]),
    .plugin(name: "GuestBuild", capability: .buildTool(), path: "Sources/Plugins/GuestBuild"),

    // Native.
    .target(name: "RuntimeLayout"),
    .target(name: "RawCollections"),
    .target(name: "HostInstructions"),
    .target(name: "MachineCode", dependencies: ["HostInstructions", "RawCollections", "RuntimeLayout", "WasmFormat"]),
    .target(name: "CompilerInterface", dependencies: ["RawCollections", "RuntimeLayout", "WasmFormat"]),
    .target(name: "BBQ", dependencies: ["CompilerInterface", "MachineCode", "RawCollections", "RuntimeLayout", "WasmFormat"]),
    .target(name: "OMG", dependencies: ["CompilerInterface", "MachineCode", "RawCollections", "RuntimeLayout", "WasmFormat"]),
    .target(
      name: "SavedModules",
      dependencies: ["BBQ", "CompilerInterface", "HostInstructions", "MachineCode", "OMG", "RawCollections", "RuntimeLayout", "WasmFormat"]),
    .target(name: "FaultHandler"),
    .target(
      name: "WasmEngine",
      dependencies: [
        "BBQ", "CompilerInterface", "FaultHandler", "MachineCode", "OMG", "RawCollections", "RuntimeLayout", "SavedModules", "WasmFormat",
      ]),
    // Static linking into a snapshot.
    .target(name: "Freezer", dependencies: ["WasmEngine", "WasmFormat"]),
    // The runner of the specification's test vectors: of the tests and of `latch wast`.
    .target(name: "SpecVectors", dependencies: ["WasmEngine"]),
    .target(name: "OpenBeneath"),
    .target(name: "WASI", dependencies: ["WasmEngine", "OpenBeneath"]),
    .target(name: "SchemeHost", dependencies: ["Freezer", "WasmEngine", "GuestABI", "GuestImage"]),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .executableTarget(
      name: "LatchCLI",
      dependencies: [
        "CReadline", "Freezer", "GuestABI", "SchemeHost", "SpecVectors", "WASI", "WasmEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Command"])),
      ],
      exclude: ["REPL/PlainLineEditor.swift"]),

    // What scripts/bench engine and scripts/fuzz-engine run.
    .executableTarget(
      name: "lab", dependencies: ["GrowthShapes", "RandomModules", "SampleBodies", "WasmEngine"], path: "scripts/lab",
      exclude: [
        "chart.py", "cold-table.py", "cold.js", "cold.py", "compile.js", "compile.py", "curve-chart.py", "kernels-jsc.js", "kernels.js", "kernels.py",
        "native.c", "outcomes.js", "passes-table.py", "passes.py", "threads.js",
      ]),

    .testTarget(name: "WasmFormatTests", dependencies: ["WasmFormat"]),
    // Valid random modules, for tests and for the laboratory.
    .target(name: "RandomModules", dependencies: ["SampleBodies", "WasmEngine", "WasmFormat"], path: "Tests/RandomModules"),
    // Functions of any size, each with much of one thing: how the compilers' work grows.
    .target(name: "GrowthShapes", dependencies: ["SampleBodies", "WasmFormat"], path: "Tests/GrowthShapes"),
    // Functions that several test targets use.
    .target(name: "SampleBodies", dependencies: ["WasmFormat"], path: "Tests/SampleBodies"),
    // Golden files, and blessing them.
    .target(name: "GoldenCode", path: "Tests/GoldenCode"),
    .testTarget(name: "MachineCodeTests", dependencies: ["MachineCode", "GoldenCode", "RuntimeLayout"], exclude: ["Golden"]),
    .testTarget(
      name: "BBQTests", dependencies: ["BBQ", "CompilerInterface", "RuntimeLayout", "WasmFormat", "GoldenCode"],
      exclude: ["Golden"]),
    .testTarget(
      name: "OMGTests", dependencies: ["OMG", "CompilerInterface", "RawCollections", "RuntimeLayout", "WasmFormat", "GoldenCode", "SampleBodies"],
      exclude: ["Golden"]),
    .testTarget(name: "WASITests", dependencies: ["SampleBodies", "WASI", "WasmEngine"]),
    .testTarget(name: "FreezerTests", dependencies: ["Freezer", "RandomModules", "SampleBodies", "WasmEngine", "WasmFormat"]),
    .testTarget(
      name: "WasmEngineTests",
      dependencies: [
        "FaultHandler", "GrowthShapes", "MachineCode", "RandomModules", "RuntimeLayout", "SampleBodies", "SavedModules", "SpecVectors", "WasmEngine",
        "WasmFormat",
      ]),
    .testTarget(
      name: "SchemeCoreTests", dependencies: ["GoldenCode", "SchemeCore", "SchemeJIT", "WasmFormat", "GuestABI"], exclude: ["Golden"]),
    .testTarget(name: "LatchTests", dependencies: ["GoldenCode", "LatchCLI", "SampleBodies", "SchemeHost", "WasmEngine"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)

// With LATCH_ENGINE_ONLY in the environment the package is the engine with its tests: who works on it builds no guest and no command.
if Context.environment["LATCH_ENGINE_ONLY"] != nil {
  let scheme = [
    "GuestABI", "SchemeCore", "SchemeJIT", "GuestImage", "GuestBuild", "SchemeHost", "CReadline", "LatchCLI", "SchemeCoreTests", "LatchTests",
  ]
  package.targets.removeAll { scheme.contains($0.name) }
  package.products.removeAll { ["SchemeHost", "latch"].contains($0.name) }
  package.dependencies = []
}

// With LATCH_NO_READLINE in the environment the command does without readline, whose licence is then not that of the whole (scripts/release).
if Context.environment["LATCH_NO_READLINE"] != nil, let command = package.targets.first(where: { $0.name == "LatchCLI" }) {
  command.exclude = ["REPL/LineEditor.swift"]
  command.dependencies.removeAll { if case .byNameItem("CReadline", _) = $0 { true } else { false } }
}

// With LATCH_DOCS in the environment the package has a command that makes pages of the doc comments (scripts/docs). Who uses the package does not fetch it.
if Context.environment["LATCH_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"))
}
