// Modules: decoded, validated, and compiled function by function when they are first called. A module is shared by all instances and threads
// that use it.

import BBQ
import MachineCode
import RuntimeLayout
import Synchronization
import WasmFormat

/// A WebAssembly module.
public final class Module: Sendable {
  public let engine: Engine
  public let declarations: ModuleDeclarations
  /// A copy of the module's bytes, `byteCount` long.
  nonisolated(unsafe) let bytes: UnsafeRawPointer
  public let byteCount: Int
  let signatures: [Signature]
  let view: ModuleView
  let code: Mutex<ModuleCode>

  var layout: ContextLayout { view.layout }
  var definedFunctionCount: Int { declarations.bodies.count }

  /// Decodes and validates a module. Throws `DecodingError` or `ValidationError`; `ResourceError` when there is no room for code.
  public convenience init(_ engine: Engine, _ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try self.init(engine, copying: $0) } as Void
  }

  /// As above, for bytes anywhere; they are copied. `eagerly`: compile all functions now rather than each at its first call.
  public init(_ engine: Engine, copying source: UnsafeRawBufferPointer, eagerly: Bool = false) throws {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(source.count, 1), alignment: 16)
    if let start = source.baseAddress { copy.copyMemory(from: start, byteCount: source.count) }
    self.engine = engine
    bytes = UnsafeRawPointer(copy)
    byteCount = source.count
    do {
      let configuration = engine.configuration
      let buffer = UnsafeRawBufferPointer(start: copy, count: source.count)
      declarations = try ModuleReader.read(buffer, features: configuration.features)
      signatures = declarations.types.map(Signature.of)
      view = ModuleView(
        declarations, canonicalTypeIDs: signatures.map(\.id), strategy: configuration.memoryStrategy)
      try Module.validateBodies(declarations, view, buffer)
      code = Mutex(try ModuleCode(declarations, lazily: !(eagerly || configuration.debug.eagerCompilation)))
    } catch {
      copy.deallocate()
      if let error = error as? ModuleError {
        switch error {
        case .malformed(let decoding): throw decoding
        case .invalid(let validation): throw validation
        }
      }
      throw error
    }
    if eagerly || engine.configuration.debug.eagerCompilation { try compileAll() }
  }

  deinit {
    code.withLock { $0.release() }
    bytes.deallocate()
  }

  public var imports: [ImportDeclaration] { declarations.imports }
  public var exports: [ExportDeclaration] { declarations.exports }

  /// Whether the bytes are a valid module that this engine supports.
  public static func validate(_ engine: Engine, _ bytes: [UInt8]) -> Bool {
    (try? Module(engine, bytes)) != nil
  }

  /// The declaration of an export by its name, compared as UTF-8.
  func export(_ name: WasmName) -> ExportDeclaration? {
    declarations.exports.first { $0.name == name }
  }

  func signature(ofFunction index: Int) -> Signature { signatures[Int(declarations.functions[index])] }
}
