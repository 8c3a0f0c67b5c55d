// swift-tools-version: 6.3
// A package that embeds the engine as anybody's would. scripts/test-embedding builds and runs it.
import PackageDescription

let package = Package(
  name: "embedding",
  dependencies: [.package(name: "latch", path: "../..", traits: [])],
  targets: [
    .executableTarget(
      name: "embedding",
      dependencies: [.product(name: "WasmEngine", package: "latch"), .product(name: "WASI", package: "latch")])
  ],
  swiftLanguageModes: [.v6]
)
