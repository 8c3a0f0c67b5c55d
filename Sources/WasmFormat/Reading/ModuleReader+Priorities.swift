// What a module says about its functions' priorities (CompilationPriority.swift), read when somebody asks.

extension ModuleDeclarations {
  /// The priorities in a module, in its order; those after an error are left out, and so are those of functions that it does not define.
  ///
  /// - Parameter module: the bytes that the declarations were read from.
  public func compilationPriorities(in module: UnsafeRawBufferPointer) -> [CompilationPriority] {
    var priorities: [CompilationPriority] = []
    for section in customSections where section.name == CompilationPriority.sectionName {
      var input = CheckedCursor(module, features: features).part(section.bytes)
      do throws(ModuleError) {
        for _ in 0..<(try input.vectorCount()) {
          let function = try input.u32()
          for _ in 0..<(try input.vectorCount()) {
            let offset = try input.u32()
            let content = try input.byteVector()
            guard offset == 0, function >= importedFunctionCount, function < functions.count else { continue }
            var values = input.part(content)
            let compilation = try values.u32()
            priorities.append(
              CompilationPriority(
                function: function, compilation: compilation, optimization: values.isAtEnd ? nil : try values.u32()))
          }
        }
      } catch {}
    }
    return priorities
  }
}
