// `latch freeze --guest GUEST.wasm --call EXPORT`: any program that may have modules linked to itself is warmed up by calls of its exports, and written as one
// module that needs no late linking.

import Freezer
import WASI
import WasmEngine

struct GuestFreezing {
  let file: String
  /// Exports to call, each with its arguments after a "=", separated by commas.
  let calls: [String]
  /// What stands in for functions of the program's own host. The frozen module imports them, too.
  let imports: [HostImport]
  let keepsNames: Bool
  let engine: EngineConfiguration

  /// The frozen module. What the program writes while it is warmed up is written.
  func module() throws -> [UInt8] {
    let bytes = try ProgramFile.read(file)
    let name = ProgramFile.name(file)
    do {
      return try ProgramError.explaining(name) { try freeze(bytes) }
    } catch let exit as WASIExit {
      throw ProgramError(description: "\(name): the program ended with code \(exit.code) while it was warmed up")
    } catch let error as FreezeError {
      throw ProgramError(description: "\(name): \(error)")
    }
  }

  private func freeze(_ bytes: [UInt8]) throws -> [UInt8] {
    let module = try bytes.withUnsafeBytes { try Module(Engine(engine), copying: $0) }
    let store = Store(module.engine)
    // A program that is frozen knows nothing of this run: no arguments, no environment, no files.
    let process = try WASIProcess(arguments: [])
    var imports = Imports()
    process.define(in: &imports, for: store, usedBy: module)
    let linker = LateLinker(store, LateLinkOptions())
    linker.define(in: &imports)
    for hostImport in self.imports { try hostImport.define(in: &imports, for: module, store) }
    if let message = MissingImports.message(module, imports) { throw ProgramError(description: "\(file) \(message)") }
    let instance = try Instance(module, imports: imports, in: store)
    try linker.attach(instance)
    let code = try process.initialize(instance)
    guard code == 0 else { throw ProgramError(description: "\(file): the program ended with code \(code) when it was initialized") }
    for call in calls { try perform(call, instance) }
    var freezer = Freezer(instance)
    freezer.keepsNames = keepsNames
    try freezer.replaceLateLinking()
    return try freezer.freeze().bytes
  }

  private func perform(_ call: String, _ instance: Instance) throws {
    let parts = call.split(separator: "=", maxSplits: 1)
    let name = parts.first.map(String.init) ?? ""
    guard let function = instance.function(WasmName(name)) else { throw ProgramError(description: "\(file) exports no function \(name)") }
    let arguments = parts.count < 2 ? [] : parts[1].split(separator: ",").map(String.init)
    _ = try function.call(InvokeArguments.values(arguments, for: function.type, of: name))
  }
}
