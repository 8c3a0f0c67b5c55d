// The session as a file: a program is prepared, everything is compiled, and the guest with all that was linked to it becomes one module.

import Freezer
import GuestABI
import GuestImage
import WasmEngine

extension SchemeSession {
  /// Expands a program without running it. Its imports are evaluated, and of its definitions those that make no difference before it runs. The result is
  /// `.value("")`, an error, or `.interrupted`.
  public func prepare(_ source: UnsafeRawBufferPointer, name: String) throws -> Evaluation {
    var name = name
    let nameLength = try name.withUTF8 { try putInput(UnsafeRawBufferPointer($0), source) }
    let status = try running { try guest.prepare(Int32(nameLength), Int32(source.count), as: Int32.self) }
    switch status ?? EvaluationStatus.interrupted {
    case EvaluationStatus.ok: return .value("")
    case EvaluationStatus.interrupted: return .interrupted
    default: return .error(try outputText())
    }
  }

  /// Writes the session as a module: one that imports functions of WASI preview 1 and nothing else, and whose `_start` runs the prepared program. The session
  /// should not have compiled anything before (`JITPolicy.off`): what its compiler generates while it runs may need more of WebAssembly than other engines have. It should
  /// not be used afterwards.
  ///
  /// - Parameters:
  ///   - compiling: whether all procedures are compiled first.
  ///   - names: whether the functions of the module keep their names.
  ///
  /// Throws `FreezeError` when the engine's state cannot be written down.
  public func freeze(compiling: Bool = true, names: Bool = false) throws -> FrozenModule {
    if compiling { try guest.compileAll() }
    try guest.tidy()
    var freezer = Freezer(instance)
    freezer.keepExports([WasmName(GuestExport.memory)])
    freezer.keepsNames = names
    try freezer.replaceLateLinking()
    try freezer.add(adapter: [UInt8](UnsafeRawBufferPointer(start: latch_adapter_bytes(), count: latch_adapter_length())))
    return try freezer.freeze()
  }
}
