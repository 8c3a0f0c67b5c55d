// The names of functions in a module's name section. Not read with the rest of the module: hardly anybody asks for them, and large modules have
// megabytes of them.

extension ModuleDeclarations {
  /// The function names of the name section, by function index. Errors in it are no errors of the module; what was read before one is kept.
  ///
  /// - Parameter module: the bytes that the declarations were read from.
  public func functionNames(in module: UnsafeRawBufferPointer) -> [UInt32: WasmName] {
    var names: [UInt32: WasmName] = [:]
    for section in customSections where section.name == "name" {
      var input = CheckedCursor(module, features: features).part(section.bytes)
      do throws(ModuleError) {
        while !input.isAtEnd {
          let id = try input.byte()
          let content = try input.byteVector()
          if id != 1 { continue }
          var functions = input.part(content)
          for _ in 0..<(try functions.vectorCount()) {
            let index = try functions.u32()
            names[index] = try functions.name()
          }
        }
      } catch {}
    }
    return names
  }
}
