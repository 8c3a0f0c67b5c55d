// What a module's exports do and hold, as texts to compare: of one tier with another's, or of a program with its frozen copy.

import WasmEngine

/// What calling functions with zeros does, and what is in globals and memories then, in the order of the exports. NaNs are all alike.
public func outcomes(of instance: Instance, _ exports: some Sequence<ExportDeclaration>) -> [String] {
  exports.map { export in
    switch instance.export(export.name) {
    case .function(let function):
      do {
        return try function.call(function.type.parameters.compactMap(Value.zero)).map(text).joined(separator: " ")
      } catch {
        return (error as? Trap).map { "\($0.reason)" } ?? (error is Exception ? "exception" : "\(error)")
      }
    case .global(let global): return text(global.value)
    case .memory(let memory):
      return "\(memory.pageCount) \(memory.withUnsafeBytes { $0.reduce(into: UInt64(0)) { $0 = $0 &* 31 &+ UInt64($1) } })"
    default: return "?"
    }
  }
}

private func text(_ value: Value) -> String {
  switch value {
  case .f32(let number) where number.isNaN: "nan"
  case .f64(let number) where number.isNaN: "nan"
  case .f32(let number): "f32 \(number.bitPattern)"
  case .f64(let number): "f64 \(number.bitPattern)"
  default: "\(value.type.name) \(value)"
  }
}
