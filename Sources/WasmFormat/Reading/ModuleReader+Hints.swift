// What a module says about its branches (BranchHint.swift), read when somebody asks.

extension ModuleDeclarations {
  /// The hints in a module. Those after an error, which includes a wrong order, are left out, and so are those of functions that it does not define
  /// and those after a body's end. Whether there is a branch at a hint's offset is not looked at.
  ///
  /// - Parameter module: the bytes that the declarations were read from.
  public func branchHints(in module: UnsafeRawBufferPointer) -> BranchHints {
    var hints = BranchHints()
    // There may be one such section, before the code.
    guard let section = customSections.first(where: { $0.name == BranchHint.sectionName }), let first = bodies.first,
      section.bytes.upperBound <= first.lowerBound
    else { return hints }
    var input = CheckedCursor(module, features: features).part(section.bytes)
    do throws(ModuleError) {
      var nextFunction: UInt32 = 0
      for _ in 0..<(try input.vectorCount()) {
        let function = try input.u32()
        guard function >= nextFunction, function < UInt32.max else { return hints }
        nextFunction = function + 1
        let isDefined = function >= importedFunctionCount && function < functions.count
        let size = isDefined ? bodies[Int(function) - importedFunctionCount].count : 0
        defer { hints.endFunction(function) }
        try readHints(&input, bodySize: size, into: &hints)
      }
    } catch {}
    return hints
  }

  /// Reads a function's hints.
  private func readHints(_ input: inout CheckedCursor, bodySize: Int, into hints: inout BranchHints) throws(ModuleError) {
    var nextOffset: UInt32 = 0
    for _ in 0..<(try input.vectorCount()) {
      let start = input.position
      let offset = try input.u32()
      let size = try input.u32()
      let value = try input.byte()
      guard offset >= nextOffset, offset < BranchHint.offsetLimit, size == 1, value <= 1 else {
        throw input.malformed("malformed branch hint", at: start)
      }
      nextOffset = offset + 1
      if offset < bodySize { hints.append(BranchHint(offset: offset, isLikely: value == 1)) }
    }
  }
}
