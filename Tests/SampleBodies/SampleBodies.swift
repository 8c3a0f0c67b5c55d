// Functions of modules that several test targets use, and a shorter notation for functions.

import WasmFormat

extension ModuleWriter {
  /// Adds a function with its body, exported and named if it has a name; the body's final `end` is added.
  @discardableResult
  public mutating func addFunction(
    _ name: WasmName?, _ parameters: [ValueType] = [], _ results: [ValueType] = [], _ write: (inout FunctionBodyWriter) -> Void
  ) -> UInt32 {
    let index = addFunction(type: addType(FuncType(parameters, results)))
    if let name {
      addExport(name, .function, index)
      nameFunction(index, name)
    }
    var body = FunctionBodyWriter(parameterCount: parameters.count)
    write(&body)
    body.end()
    addBody(body)
    return index
  }
}

extension FunctionBodyWriter {
  /// Counts an i32 local down to 0 in a loop of this type around what `write` writes.
  public mutating func countDown(_ local: UInt32 = 0, _ type: BlockType = .empty, _ write: (inout FunctionBodyWriter) -> Void) {
    loop(type)
    write(&self)
    localGet(local)
    i32Const(1)
    emit(.i32Sub)
    localTee(local)
    brIf(0)
    end()
  }

  /// The Fibonacci number of local 0, an i32, by a call of each of two functions.
  public mutating func fibonacci(calling first: UInt32, _ second: UInt32) {
    localGet(0)
    i32Const(2)
    emit(.i32LtS)
    `if`(.value(.i32))
    localGet(0)
    `else`()
    for (distance, function) in [(1, first), (2, second)] as [(Int32, UInt32)] {
      localGet(0)
      i32Const(distance)
      emit(.i32Sub)
      call(function)
    }
    emit(.i32Add)
    end()
  }
}
