// The file format of the specification's test vectors (see README.md beside them).

import Foundation
import WasmEngine

struct SpecFile: Decodable {
  let name: String
  let group: String
  let commands: [SpecCommand]

  /// The folder of the vectors, if they are there.
  static let folder: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appendingPathComponent("shared/spec")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// All files of a group, in alphabetic order.
  static func load(group: String) throws -> [SpecFile] {
    guard let folder else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder.appendingPathComponent(group), includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
      .map { try JSONDecoder().decode(SpecFile.self, from: Data(contentsOf: $0)) }
  }
}

struct SpecCommand: Decodable {
  let type: String
  let line: Int
  let wasm: Data?
  let name: String?
  let features: [String]?
  let unless: [String]?
  let `as`: String?
  let instance: String?
  let module: String?
  let action: SpecAction?
  let expected: [SpecValue]?
  let text: String?
}

struct SpecAction: Decodable {
  let type: String
  let module: String?
  let field: String
  let args: [SpecValue]?
}

struct SpecValue: Decodable {
  let type: String
  let value: String?
  /// Present for v128 only.
  let lane_type: String?
  /// Present for "either" only.
  let values: [SpecValue]?

  private enum Key: String, CodingKey { case type, value, lane_type, values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    type = try container.decode(String.self, forKey: .type)
    lane_type = try container.decodeIfPresent(String.self, forKey: .lane_type)
    value = try? container.decodeIfPresent(String.self, forKey: .value)
    values = try container.decodeIfPresent([SpecValue].self, forKey: .values)
  }

  /// As an argument.
  var argument: Value? {
    guard let value else { return nil }
    switch type {
    case "i32": return UInt32(value).map { .i32(Int32(bitPattern: $0)) }
    case "i64": return UInt64(value).map { .i64(Int64(bitPattern: $0)) }
    case "f32": return UInt32(value).map { .f32(Float(bitPattern: $0)) }
    case "f64": return UInt64(value).map { .f64(Double(bitPattern: $0)) }
    case "externref": return value == "null" ? .externref(nil) : UInt(value).map { .externref($0) }
    case "funcref": return value == "null" ? .funcref(nil) : nil
    default: return nil
    }
  }

  /// Whether a result is what is expected.
  func matches(_ actual: Value) -> Bool {
    if let values { return values.contains { $0.matches(actual) } }
    switch (type, actual) {
    case ("i32", .i32(let number)): return value == String(UInt32(bitPattern: number))
    case ("i64", .i64(let number)): return value == String(UInt64(bitPattern: number))
    case ("f32", .f32(let number)):
      let bits = number.bitPattern
      switch value {
      case "nan:canonical": return bits & 0x7FFF_FFFF == 0x7FC0_0000
      case "nan:arithmetic": return bits & 0x7FC0_0000 == 0x7FC0_0000
      default: return value == String(bits)
      }
    case ("f64", .f64(let number)):
      let bits = number.bitPattern
      switch value {
      case "nan:canonical": return bits & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_0000
      case "nan:arithmetic": return bits & 0x7FF8_0000_0000_0000 == 0x7FF8_0000_0000_0000
      default: return value == String(bits)
      }
    case (_, .funcref(nil)), (_, .externref(nil)): return value == "null"
    case ("funcref", .funcref(_?)): return value == nil
    case ("externref", .externref(let number?)): return value == nil || value == String(number)
    default: return false
    }
  }
}
