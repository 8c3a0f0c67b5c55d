// What a frozen guest has in place of late linking: the functions of `latch_jit`, as docs/late-linking.md says of a host that links nothing.

import WasmEngine
import WasmFormat

extension Freezer {
  /// Replaces the functions of `latch_jit` that the program imports by ones that link nothing: `link` says that the host links modules only between calls, and no
  /// handle is known any more. Throws what making an instance throws.
  public mutating func replaceLateLinking() throws {
    let module = WasmName(LateLinkInterface.module)
    let imports = instance.module.imports.filter { $0.module == module }
    var writer = ModuleWriter()
    for declaration in imports {
      guard case .function(let index) = declaration.descriptor else { continue }
      let type = instance.module.declarations.types[Int(index)]
      let function = writer.addFunction(type: writer.addType(type))
      var body = FunctionBodyWriter(parameterCount: type.parameters.count)
      if type.results == [.i32] { body.i32Const(Self.reply(declaration.name)) } else { body.unreachable() }
      body.end()
      writer.addBody(body)
      writer.addExport(declaration.name, .function, function)
    }
    let stub = try Instance(Module(instance.store.engine, writer.finish().bytes), in: instance.store)
    for declaration in imports {
      if let function = stub.function(declaration.name) { replaceImport(module, declaration.name, with: function) }
    }
  }

  private static func reply(_ name: WasmName) -> Int32 {
    switch name.string {
    case LateLinkInterface.version: LateLinkInterface.currentVersion
    case LateLinkInterface.link, LateLinkInterface.linkAsync: LinkState.pullOnly
    case LateLinkInterface.message: 0
    default: LinkFailure.noSuchHandle.rawValue
    }
  }
}
