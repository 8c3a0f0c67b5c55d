// The types of a function's parameters and locals, which its body declares before its code.

import CompilerInterface
import RawCollections
import WasmFormat

struct LocalTypes: ~Copyable {
  var types = RawArray<ValueType>(capacity: 64)
  /// Whether some local has no value before it is set.
  private(set) var hasUnset = false

  /// Reads a body's declarations. Returns where the code starts.
  mutating func read(_ module: ModuleInformation, functionIndex: Int, body: CheckedCursor) throws(ModuleError) -> CheckedCursor {
    var cursor = body
    types.removeAll()
    hasUnset = false
    let parameters = module.shape(ofFunction: functionIndex).parameters
    for index in 0..<Int(parameters.count) { types.append(module.typePool[Int(parameters.start) + index]) }
    var total = UInt64(types.count)
    for _ in 0..<(try cursor.u32()) {
      let count = try cursor.u32()
      var type = try cursor.valueType()
      if let index = type.typeIndex {
        guard index < module.typeCount else { throw .invalid(ValidationError("unknown type \(index)", offset: cursor.position)) }
        type = module.reference(to: Int(index), isNullable: type.isNullable)
      }
      if !type.isDefaultable, count > 0 { hasUnset = true }
      total += UInt64(count)
      guard total <= UInt64(UInt32.max) else { throw .malformed(DecodingError("too many locals", offset: cursor.position)) }
      guard total <= UInt64(module.maximumLocals) else {
        throw .invalid(ValidationError("implementation limit: more than \(module.maximumLocals) locals", offset: cursor.position))
      }
      types.reserve(Int(count))
      let used = types.count
      types.setCount(used + Int(count))
      types.slice(used, count: Int(count)).update(repeating: type)
    }
    return cursor
  }
}
