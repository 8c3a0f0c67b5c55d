// The specification's test vectors, in both memory modes, in every tier, and with each proposal switched off. Skipped when they are not there.

import Foundation
import SpecVectors
import Testing
import WasmEngine

@Suite(.serialized)
struct SpecTests {
  static let groups = [
    "core", "tail-call", "exceptions", "multi-memory", "memory64", "custom-page-sizes", "wide-arithmetic", "annotations", "simd", "relaxed-simd",
    "function-references", "gc", "threads",
  ]

  /// How code is made and run.
  struct Mode: CustomTestStringConvertible {
    var tier = Tier.bbq
    var strategy = MemoryStrategy.guarded
    /// Every function and every loop goes to the optimizing compiler when it is first reached, and the program waits for that.
    var isHot = false
    /// Code makes no use of what the processor has beyond its baseline.
    var isBaseline = false

    var testDescription: String { "\(tier)\(isHot ? ", everything hot" : ""), \(strategy) memory\(isBaseline ? ", baseline processor" : "")" }
  }

  static let modes = [
    Mode(), Mode(strategy: .checked), Mode(isBaseline: true), Mode(tier: .omg), Mode(tier: .omg, isBaseline: true),
    Mode(tier: .omg, strategy: .checked), Mode(tier: .auto),
    Mode(tier: .auto, isHot: true), Mode(tier: .auto, strategy: .checked, isHot: true),
  ]

  @Test(.enabled(if: folder != nil, "no test vectors beside the package"), arguments: groups, modes)
  func vectorsPass(_ group: String, _ mode: Mode) throws {
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = mode.strategy
    configuration.tier = mode.tier
    configuration.debug.verifiesOptimizer = true
    if mode.isHot {
      configuration.debug.hotCount = 0
      configuration.debug.waitsForOptimizer = true
    }
    if mode.isBaseline { configuration.debug.disabledProcessorFeatures = ProcessorFeatures(named: "all")! }
    configuration.limits.stackSize = 16 << 20
    let tally = try run([group], configuration)
    print("specification, \(group), \(mode.testDescription): \(tally.summary)")
    for failure in tally.failures.prefix(40) { print("  \(failure)") }
    #expect(tally.failures.isEmpty)
    #expect(tally.passed > 0)
  }

  /// Valid modules that need a proposal are refused without it. (For reference types the vectors name more modules than need them.)
  @Test(.enabled(if: folder != nil, "no test vectors beside the package")) func modulesNeedTheirFeatures() throws {
    let folder = try #require(Self.folder)
    var refused: [String: Int] = [:]
    for group in Self.groups {
      for path in try Self.files(folder.appendingPathComponent(group)) {
        let file = try VectorFile([UInt8](Data(contentsOf: path)))
        for (name, feature) in Features.names where name != "reference-types" {
          for module in file.modules(needing: name) {
            var configuration = EngineConfiguration()
            configuration.features.remove(feature)
            let isAccepted = Module.validate(Engine(configuration), module.bytes)
            #expect(!isAccepted, "\(path.lastPathComponent):\(module.line) without \(name)")
            refused[name, default: 0] += 1
          }
        }
      }
    }
    let names = [
      "memory64", "multi-memory", "exceptions", "custom-page-sizes", "wide-arithmetic", "extended-const", "tail-call", "function-references",
      "threads",
    ]
    for name in names {
      #expect(refused[name, default: 0] > 0, "\(name)")
    }
  }

  /// Valid modules are accepted with the features that they need and no others, but for two that the vectors do not name: forms of segments that come from bulk memory,
  /// and globals that are exported or imported and change; and calls by reference bring tail calls.
  @Test(.enabled(if: folder != nil, "no test vectors beside the package")) func modulesNeedNoMoreThanTheirFeatures() throws {
    let folder = try #require(Self.folder)
    var accepted = 0
    for group in Self.groups {
      for path in try Self.files(folder.appendingPathComponent(group)) {
        for module in try VectorFile([UInt8](Data(contentsOf: path))).modules {
          var configuration = EngineConfiguration()
          configuration.features = module.features.union([.bulkMemory, .mutableGlobals])
          if module.features.contains(.functionReferences) { configuration.features.formUnion(.tailCall) }
          #expect(Module.validate(Engine(configuration), module.bytes), "\(path.lastPathComponent):\(module.line)")
          accepted += 1
        }
      }
    }
    #expect(accepted > 1000)
  }

  private func run(_ groups: [String], _ configuration: EngineConfiguration) throws -> VectorTally {
    let folder = try #require(Self.folder)
    var tally = VectorTally()
    for group in groups {
      for path in try Self.files(folder.appendingPathComponent(group)) {
        let file = try VectorFile([UInt8](Data(contentsOf: path)))
        tally.add(try VectorRunner.run(file, on: Engine(configuration), label: "\(group)/\(path.lastPathComponent)"))
      }
    }
    return tally
  }

  /// The folder of the vectors, if they are there.
  static let folder: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appendingPathComponent("shared/spec")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  private static func files(_ folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
  }
}
