// Valid random modules behave the same in both memory modes. (`scripts/fuzz engine` compares them with another engine, too, and for longer.)

import Foundation
import Testing
import WasmEngine

@Suite struct RandomModuleTests {
  /// Binaryen's optimizer, which makes valid modules out of random bytes.
  private static let generator = "/usr/bin/wasm-opt"

  /// What calling all exports of a module in order does.
  private func outcomes(_ bytes: [UInt8], _ strategy: MemoryStrategy) throws -> [String] {
    let store = Store(Engine.with(strategy, stackSize: 1 << 20))
    let module = try Module(store.engine, bytes)
    var imports = Imports()
    for declaration in module.imports {
      guard case .function(let type) = declaration.descriptor else { continue }
      let functionType = module.declarations.types[Int(type)]
      imports.define(
        declaration.module, declaration.name,
        Function(store, functionType) { _, _ in functionType.results.compactMap(Value.zero) })
    }
    let instance = try Instance(module, imports: imports, in: store)
    var lines: [String] = []
    for export in module.exports {
      switch instance.export(export.name) {
      case .function(let function):
        do {
          let results = try function.call(function.type.parameters.compactMap(Value.zero))
          lines.append("\(export.name): \(results.map { "\($0.type.name) \($0.bits)" })")
        } catch let trap as Trap {
          lines.append("\(export.name): \(trap.reason)")
        }
      case .memory(let memory):
        let sum = memory.withUnsafeBytes { $0.reduce(into: UInt64(0)) { $0 = $0 &* 31 &+ UInt64($1) } }
        lines.append("\(export.name): \(memory.pageCount) pages, \(sum)")
      default: break
      }
    }
    return lines
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: generator), "binaryen is not installed"))
  func bothMemoryModesAgree() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-random-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("bytes")
    let output = folder.appendingPathComponent("module.wasm")
    // Not reference types: binaryen would use types that the engine doesn't have.
    let features = ["sign-ext", "nontrapping-float-to-int", "mutable-globals", "bulk-memory", "multivalue", "tail-call"]
    var compared = 0
    for _ in 0..<12 {
      try Data((0..<6000).map { _ in UInt8.random(in: 0...255) }).write(to: input)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.generator)
      process.arguments = [input.path, "-ttf", "-o", output.path] + features.map { "--enable-\($0)" }
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { continue }
      let bytes = [UInt8](try Data(contentsOf: output))
      let guarded = try outcomes(bytes, .guarded)
      let checked = try outcomes(bytes, .checked)
      #expect(guarded == checked, "module \(Data(bytes).base64EncodedString())")
      #expect(!guarded.isEmpty)
      compared += 1
    }
    #expect(compared > 0)
  }
}
