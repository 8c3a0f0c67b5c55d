// Adapters: modules that take the place of a host's functions in a frozen program. One is linked as a position-independent module (`wasm-ld -shared`), put into memory
// that the program does not know of, and instantiated beside it; so it is frozen with the rest.

import WasmEngine
import WasmFormat

extension Freezer {
  /// Adds an adapter. Its exports named `module.name` take the place of the host's functions of that name; of its other exports, those that are named become exports
  /// of the frozen module. It may import the instance's own exports (from `guest`), its memory, table and `__stack_pointer` (from `env`); whatever else it
  /// imports must be functions, which the frozen module imports.
  ///
  /// Throws `FreezeError`, or what making an instance throws.
  public mutating func add(adapter bytes: [UInt8], exporting names: [WasmName]) throws {
    let store = instance.store
    let module = try Module(store.engine, bytes)
    guard let memory = instance.memory("memory") else { throw FreezeError("the program exports no memory") }
    let need = try Self.memoryNeed(module, bytes)
    let pages = (need + MemoryType.pageSize - 1) / MemoryType.pageSize
    guard let page = memory.grow(by: pages) else { throw FreezeError("there is no room for an adapter in the program's memory") }
    var imports = Imports()
    for declaration in module.imports {
      imports[declaration.module, declaration.name] = try item(declaration, module, memory, base: page * MemoryType.pageSize)
    }
    let adapter = try Instance(module, imports: imports, in: store)
    try adapter.function("__wasm_apply_data_relocs")?()
    try adapter.function("__wasm_call_ctors")?()
    for declaration in module.exports where declaration.kind == .function && !declaration.name.utf8.starts(with: "__wasm_".utf8) {
      guard let function = adapter.function(declaration.name) else { continue }
      if let dot = declaration.name.utf8.firstIndex(of: UInt8(ascii: ".")) {
        let name = declaration.name.utf8
        replaceImport(WasmName(utf8: Array(name[..<dot])), WasmName(utf8: Array(name[(dot + 1)...])), with: function)
      } else if names.contains(declaration.name) {
        export(declaration.name, function)
      }
    }
  }

  private func item(_ declaration: ImportDeclaration, _ module: Module, _ memory: Memory, base: Int) throws -> Extern {
    let store = instance.store
    switch (declaration.module, declaration.name) {
    case ("env", "memory"): return .memory(memory)
    case ("env", "__memory_base"): return .global(try Global(store, .i32(Int32(truncatingIfNeeded: base))))
    case ("env", "__table_base"): return .global(try Global(store, .i32(0)))
    default: break
    }
    if declaration.module == "env" || declaration.module == "guest" {
      guard let item = instance.export(declaration.name) else {
        throw FreezeError("the program has no export \(declaration.name), which an adapter needs")
      }
      return item
    }
    guard case .function(let type) = declaration.descriptor else {
      throw FreezeError("an adapter imports \(declaration.module).\(declaration.name), which is no function")
    }
    let name = "\(declaration.module).\(declaration.name)"
    return .function(
      Function(store, module.functionType(type)) { (_: borrowing Caller, _: [Value]) throws -> [Value] in
        throw FreezeError("\(name) was called while freezing")
      })
  }

  /// The bytes of memory that a module needs, as the section `dylink.0` says. Its data may have any alignment up to a page's.
  private static func memoryNeed(_ module: Module, _ bytes: [UInt8]) throws -> Int {
    guard let section = module.declarations.customSections.first(where: { $0.name == "dylink.0" }) else {
      throw FreezeError("an adapter has to be linked with -shared")
    }
    return try bytes.withUnsafeBytes { buffer in
      var input = CheckedCursor(UnsafeRawBufferPointer(rebasing: buffer[section.bytes]), features: .standard)
      guard try input.byte() == 1 else { throw FreezeError("an adapter's dylink.0 section does not begin with its needs of memory") }
      _ = try input.u32()
      let size = try input.u32()
      _ = try input.u32()
      guard try input.u32() == 0 else { throw FreezeError("an adapter may not need table entries") }
      return Int(size)
    }
  }
}
