// The file format of the specification's test vectors: commands in wabt's `wast2json` schema, modules as base64. One file's commands share one
// store and run in order.

import WasmEngine

/// One file of test vectors.
public struct VectorFile {
  public let name: String
  public let group: String
  let commands: [VectorCommand]

  /// Reads a file's bytes. Throws `VectorFileError`.
  public init(_ bytes: [UInt8]) throws(VectorFileError) {
    let json = try JSON.parse(bytes)
    guard let commands = json["commands"]?.array else { throw VectorFileError(description: "no test vectors: there are no commands") }
    name = json["name"]?.string ?? json["source_filename"]?.string ?? "?"
    group = json["group"]?.string ?? "?"
    var decoded: [VectorCommand] = []
    decoded.reserveCapacity(commands.count)
    for command in commands { decoded.append(try VectorCommand(command)) }
    self.commands = decoded
  }

  /// The valid modules that need a feature, by its name in the vectors, and none that this version does not know.
  public func modules(needing feature: String) -> [(line: Int, bytes: [UInt8])] {
    guard let feature = Features(named: feature) else { return [] }
    return modules.filter { $0.features.contains(feature) }.map { ($0.line, $0.bytes) }
  }

  /// The valid modules, each with the features that it needs; those that need some that this version does not know are left out.
  public var modules: [(line: Int, bytes: [UInt8], features: Features)] {
    commands.compactMap { command in
      guard command.type == "module", let bytes = command.wasm else { return nil }
      var features: Features = []
      for name in command.features {
        guard let feature = Features(named: name) else { return nil }
        features.formUnion(feature)
      }
      return (command.line, bytes, features)
    }
  }
}

struct VectorCommand {
  let type: String
  let line: Int
  let wasm: [UInt8]?
  let name: String?
  let features: [String]
  let unless: [String]?
  let registeredName: String?
  let instance: String?
  let module: String?
  let action: VectorAction?
  let expected: [VectorValue]
  let text: String?

  init(_ json: JSON) throws(VectorFileError) {
    guard let type = json["type"]?.string else { throw VectorFileError(description: "a command without type") }
    self.type = type
    line = json["line"]?.number ?? 0
    if let text = json["wasm"]?.string { wasm = try decodeBase64(text) } else { wasm = nil }
    name = json["name"]?.string
    features = json["features"]?.strings ?? []
    unless = json["unless"]?.strings
    registeredName = json["as"]?.string
    instance = json["instance"]?.string
    module = json["module"]?.string
    action = json["action"].map(VectorAction.init)
    expected = (json["expected"]?.array ?? []).map(VectorValue.init)
    text = json["text"]?.string
  }
}

struct VectorAction {
  let type: String
  let module: String?
  let field: String
  let arguments: [VectorValue]

  init(_ json: JSON) {
    type = json["type"]?.string ?? ""
    module = json["module"]?.string
    field = json["field"]?.string ?? ""
    arguments = (json["args"]?.array ?? []).map(VectorValue.init)
  }
}

/// A value or, as an expectation, a pattern for values.
struct VectorValue: CustomStringConvertible {
  let type: String
  /// Decimal digits of the bits, or a word; nil for v128 and for references that may be any.
  let value: String?
  /// Of v128: lanes of these types, with their values.
  let lanes: [VectorValue]?
  /// Any of these will do.
  let alternatives: [VectorValue]?

  init(_ json: JSON) {
    type = json["type"]?.string ?? ""
    value = json["value"]?.string
    let laneType = json["lane_type"]?.string
    lanes = laneType.flatMap { type in json["value"]?.array?.map { VectorValue(type: type, value: $0.string) } }
    alternatives = json["values"]?.array?.map(VectorValue.init)
  }

  private init(type: String, value: String?) {
    self.type = type
    self.value = value
    lanes = nil
    alternatives = nil
  }

  var description: String {
    if let lanes { return "\(type) \(lanes.map { $0.value ?? "?" })" }
    if let alternatives { return "either of \(alternatives)" }
    return "\(type) \(value ?? "of any value")"
  }

  /// As an argument; nil for kinds that the engine doesn't have.
  var argument: Value? {
    if let lanes { return Self.vector(lanes).map { .v128($0) } }
    guard let value else { return nil }
    switch type {
    case "i32": return UInt32(value).map { .i32(Int32(bitPattern: $0)) }
    case "i64": return UInt64(value).map { .i64(Int64(bitPattern: $0)) }
    case "f32": return UInt32(value).map { .f32(Float(bitPattern: $0)) }
    case "f64": return UInt64(value).map { .f64(Double(bitPattern: $0)) }
    case "externref": return value == "null" ? .externref(nil) : UInt(value).map { .externref($0) }
    case "exnref": return value == "null" ? .exnref(nil) : nil
    case "funcref": return value == "null" ? .funcref(nil) : nil
    default: return nil
    }
  }

  /// A vector of these lanes.
  private static func vector(_ lanes: [VectorValue]) -> V128? {
    let width = 128 / lanes.count
    var result = V128.zero
    for (index, lane) in lanes.enumerated() {
      guard let bits = lane.value.flatMap({ UInt64($0) }) else { return nil }
      result.setLane(index, width: width, bits)
    }
    return result
  }

  /// Whether all lanes of a result are what is expected.
  private static func match(_ lanes: [VectorValue], _ actual: V128) -> Bool {
    let width = 128 / lanes.count
    return lanes.indices.allSatisfy { index in
      let bits = actual.lane(index, width: width)
      return switch lanes[index].type {
      case "f32": lanes[index].matches(.f32(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
      case "f64": lanes[index].matches(.f64(Double(bitPattern: bits)))
      default: lanes[index].value == String(bits)
      }
    }
  }

  /// Whether a float's bits are what is expected. A NaN's sign does not matter.
  private func matches<Bits: UnsignedInteger & FixedWidthInteger>(_ bits: Bits, canonicalNaN: Bits) -> Bool {
    switch value {
    case "nan:canonical": bits & (.max >> 1) == canonicalNaN
    case "nan:arithmetic": bits & canonicalNaN == canonicalNaN
    default: value == String(bits)
    }
  }

  /// Whether a result is what is expected.
  func matches(_ actual: Value) -> Bool {
    if let alternatives { return alternatives.contains { $0.matches(actual) } }
    switch (type, actual) {
    case ("v128", .v128(let vector)): return lanes.map { Self.match($0, vector) } ?? false
    case ("i32", .i32(let number)): return value == String(UInt32(bitPattern: number))
    case ("i64", .i64(let number)): return value == String(UInt64(bitPattern: number))
    case ("f32", .f32(let number)): return matches(number.bitPattern, canonicalNaN: 0x7FC0_0000)
    case ("f64", .f64(let number)): return matches(number.bitPattern, canonicalNaN: 0x7FF8_0000_0000_0000)
    case (_, .funcref(nil)), (_, .externref(nil)), (_, .exnref(nil)): return value == "null"
    case ("funcref", .funcref(_?)), ("exnref", .exnref(_?)): return value == nil
    case ("externref", .externref(let number?)): return value == nil || value == String(number)
    default: return false
    }
  }
}
