// Host functions whose types are only known at run time and whose arguments are numbers: nothing is boxed, so a call costs little more than
// that of a typed closure. For interfaces whose functions are described by tables.

import FaultHandler
import RuntimeLayout
import WasmFormat

extension Function {
  /// A function that gets its arguments as words (integers zero-extended, floats by their bits) and returns the word of its only result, which is
  /// ignored if the type has none. All parameters and the result must be integers or floats.
  package init(_ store: Store, _ type: FuncType, words body: @escaping (borrowing Caller, UnsafeBufferPointer<UInt64>) throws -> UInt64) {
    precondition(type.results.count <= 1 && !(type.parameters + type.results).contains { $0.isReference || $0 == .v128 })
    let signature = Signature.of(type)
    self.init(store, signature) { caller, frame in
      let places = signature.arguments
      frame.pointee.result = try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: places.count) { words in
        for index in places.indices { words.initializeElement(at: index, to: Function.word(at: places[index], frame)) }
        return try body(caller, UnsafeBufferPointer(words))
      }
    }
  }

  /// The upper half of a vector among them.
  static func highWord(at place: ArgumentPlace, _ frame: UnsafeMutablePointer<latch_host_frame>) -> UInt64 {
    switch place {
    case .integer: 0
    case .float(let index): latch_get_float_high(frame, index)
    case .stack(let index): frame.pointee.stack_arguments![index + 1]
    }
  }

  /// An argument of a host function as it was passed.
  static func word(at place: ArgumentPlace, _ frame: UnsafeMutablePointer<latch_host_frame>) -> UInt64 {
    switch place {
    case .integer(let index): latch_get_integer(frame, index)
    case .float(let index): latch_get_float(frame, index)
    case .stack(let index): frame.pointee.stack_arguments![index]
    }
  }
}
