// What a function is: where it is defined, its text, its machine code. For debuggers and the curious.

import FaultHandler
import RuntimeLayout
import WasmFormat

extension Function {
  /// The module that defines the function and its index there; nil for host functions.
  public var definition: (module: Module, index: Int)? {
    owner.map { ($0.module, Int(record.pointee.functionIndex)) }
  }

  /// The function in the text format; nil for host functions.
  public var text: String? { definition.flatMap { $0.module.text(ofFunction: $0.index) } }

  /// The machine code that calls of the function run now, and its address; nil for host functions and functions that have not been
  /// compiled.
  public var machineCode: (address: UInt, bytes: [UInt8])? {
    guard let code = latch_code_find(record.currentCode) else { return nil }
    let start = UnsafeRawPointer(bitPattern: code.pointee.start)
    return (code.pointee.start, [UInt8](UnsafeRawBufferPointer(start: start, count: Int(code.pointee.size))))
  }
}

extension Module {
  /// A function that the module defines, in the text format.
  public func text(ofFunction index: Int) -> String? {
    WatPrinter.print(function: index, of: declarations, UnsafeRawBufferPointer(start: bytes, count: byteCount))
  }

  /// The whole module in the text format.
  public var text: String { WatPrinter.print(declarations, UnsafeRawBufferPointer(start: bytes, count: byteCount)) }
}
