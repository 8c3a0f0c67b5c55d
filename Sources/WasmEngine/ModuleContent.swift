// What has been read of a module's bytes: declarations, and what both tiers go by. Several times as much as the bytes of a small module.
//
// Modules that are late-linked are small and many, and most of what was read of them serves nobody after their start function. Those that have joined their guest drop it
// then (JoinedLayout has what their code uses). It is read again when somebody wants it: the optimizing compiler, or a host that looks at the module. From then on it stays.

import CompilerInterface
import RuntimeLayout
import Synchronization
import WasmFormat

final class ModuleContent: Sendable {
  let declarations: ModuleDeclarations
  /// Of its types, by their indices.
  let signatures: [Signature]
  let information: ModuleInformation
  /// For the optimizing compiler, if it is used.
  let bodies: FunctionBodies?

  /// Reads a module. Its bodies are not looked at.
  ///
  /// - Parameters:
  ///   - buffer: the module, which stays where it is.
  ///   - engine: says what modules may have, and what code may make use of.
  ///   - bodies: where bodies are, if that is known.
  ///   - validatesLazily: bodies are validated when they are compiled.
  ///   - areValid: the bodies are known to be valid.
  ///   - callProfile: of code that the module has already.
  ///   - join: how the module joins another one's instance, if it does.
  init(
    _ buffer: UnsafeRawBufferPointer, _ engine: Engine, bodies: BodyRanges? = nil, validatesLazily: Bool, areValid: Bool,
    callProfile: CallProfile? = nil, join: (ModuleDeclarations) -> JoinedLayout?
  ) throws(ModuleError) {
    let configuration = engine.configuration
    var signatures: [Signature] = []
    declarations = try ModuleReader.read(buffer, features: configuration.features, limits: configuration.limits.module, bodies: bodies) { type in
      let signature = Signature.of(type)
      signatures.append(signature)
      return (signature.type, signature.id)
    }
    self.signatures = signatures
    information = ModuleInformation(
      declarations, strategy: configuration.memoryStrategy, processor: engine.processor, countsExecution: configuration.tier == .auto,
      countsFuel: configuration.countsFuel, validatesLazily: validatesLazily, isDeterministic: configuration.relaxedIsDeterministic,
      maximumLocals: configuration.limits.module.locals, joined: join(declarations), callProfile: callProfile)
    self.bodies = configuration.tier == .bbq ? nil : FunctionBodies(declarations.bodies, areValid: areValid)
  }

  /// The content of the name section, as a place in the module.
  var nameSection: Range<Int>? { declarations.customSections.first { $0.name == "name" }?.bytes }
}

/// The content of a module that drops it.
struct DroppableContent {
  /// nil: it has been dropped.
  var content: ModuleContent?
  /// Code has addresses of it.
  var callProfile: CallProfile?

  mutating func drop() {
    callProfile = content?.information.callProfile.flatMap { $0.isEmpty ? nil : $0 }
    content = nil
  }
}
