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
  /// Throws `FreezeError` when the engine's state cannot be written down, `GuestError` while files are open.
  public func freeze(_ options: FreezeOptions = FreezeOptions()) throws -> FrozenModule {
    let open = services.files.count
    guard open == 0 else { throw GuestError("the program has \(open) open \(open == 1 ? "file" : "files"), which a file cannot hold: close them first") }
    if options.seals { try guest.seal() }
    if options.compiles { try guest.compileAll() }
    let unused = try unusedFunctions()
    try guest.tidy()
    let table = WasmName(GuestExport.table)
    var freezer = Freezer(instance)
    freezer.keepExports([WasmName(GuestExport.memory)])
    freezer.keepsNames = options.keepsNames
    try freezer.replaceLateLinking()
    freezer.assumeConstant(services.tableCount, elementsOf: table)
    freezer.drop(unused, of: table)
    try freezer.add(adapter: [UInt8](UnsafeRawBufferPointer(start: latch_adapter_bytes(), count: latch_adapter_length())))
    return try freezer.freeze()
  }

  /// Elements of the guest's table that nothing calls any more but by constant indices.
  private func unusedFunctions() throws -> Set<Int> {
    let count: Int32 = try guest.unusedFunctions(Int32(0))
    let (pointer, _) = try outputRange()
    return Set(try (0..<Int(count)).map { Int(try memory.load(at: pointer + 4 * $0, as: UInt32.self)) })
  }
}

/// How a session is written as a module.
public struct FreezeOptions: Sendable {
  /// Whether all procedures are compiled first.
  public var compiles = true
  /// Whether the bindings that there are can be neither defined nor assigned when the module runs. Calls of procedures that they hold become direct calls, and texts of the
  /// standard library are left out of a program that does not expand code.
  public var seals = false
  /// Whether the functions of the module keep their names.
  public var keepsNames = false

  /// Everything is compiled, nothing sealed.
  public init() {}
}
