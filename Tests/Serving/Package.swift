// swift-tools-version: 6.3
// An HTTP server whose handler is a Scheme program: each request has a session of its own. scripts/test-serving builds it and lets it test itself.
import PackageDescription

let package = Package(
  name: "serving",
  dependencies: [
    .package(name: "latch", path: "../..", traits: []),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: [
    .executableTarget(
      name: "serving",
      dependencies: [
        .product(name: "SchemeHost", package: "latch"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
