// Canonical function types. Equal types, of whatever module, have the same id, which `call_indirect` compares; with each id go the facts about
// calling such functions. Signatures are never freed: there are few, and records refer to them by number.

import RuntimeLayout
import Synchronization
import WasmFormat

/// A canonical function type.
final class Signature: Sendable {
  /// Where a function finds an argument.
  enum Location: Sendable {
    case integer(Int)
    case float(Int)
    case stack(Int)
  }

  let id: UInt32
  let type: FuncType
  let arguments: [Location]
  let stackArgumentCount: Int
  /// Bytes of stack arguments, which the callee pops.
  let stackArea: Int

  private init(id: UInt32, type: FuncType) {
    self.id = id
    self.type = type
    var integers = 0
    var floats = 0
    var stack = 0
    var locations: [Location] = []
    for parameter in type.parameters {
      if parameter.isFloat && floats < CallingConvention.floatArgumentRegisters {
        locations.append(.float(floats))
        floats += 1
      } else if !parameter.isFloat && integers < CallingConvention.integerArgumentRegisters {
        locations.append(.integer(integers))
        integers += 1
      } else {
        locations.append(.stack(stack))
        stack += 1
      }
    }
    arguments = locations
    stackArgumentCount = stack
    stackArea = CallingConvention.stackAreaSize(argumentsOnStack: stack)
  }

  private struct Registry {
    var ids: [FuncType: Signature] = [:]
    var all: [Signature] = []
  }

  private static let registry = Mutex(Registry())

  /// The signature of a type.
  static func of(_ type: FuncType) -> Signature {
    registry.withLock { registry in
      if let known = registry.ids[type] { return known }
      let signature = Signature(id: UInt32(registry.all.count), type: type)
      registry.ids[type] = signature
      registry.all.append(signature)
      return signature
    }
  }

  /// The signature with an id.
  static func with(id: UInt32) -> Signature { registry.withLock { $0.all[Int(id)] } }
}
