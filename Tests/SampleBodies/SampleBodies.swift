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

  /// Pushes a value of a type: a number, a vector with the number and 0, or null.
  public mutating func constant(_ type: ValueType, _ number: Int32 = 1) {
    switch type {
    case .i32: i32Const(number)
    case .i64: i64Const(Int64(number))
    case .f32: f32Const(Float(number))
    case .f64: f64Const(Double(number))
    case .v128: v128Const(V128(low: UInt64(truncatingIfNeeded: number), high: 0))
    default: refNull(type)
    }
  }

  /// Pushes what an operator gives for a local, an i64, and a number.
  public mutating func combine(_ local: UInt32, _ opcode: Opcode, _ number: Int64) {
    localGet(local)
    i64Const(number)
    emit(opcode)
  }

  /// Pushes the sum of the numbers from local 0 down to 1.
  public mutating func sumOfCountDown() {
    let sum = addLocal(.i32)
    countDown { body in
      body.localGet(sum)
      body.localGet(0)
      body.emit(.i32Add)
      body.localSet(sum)
    }
    localGet(sum)
  }

  /// Multiplies the value on the stack, an i64, and adds it to the one below.
  public mutating func addMultiple(_ factor: Int64) {
    i64Const(factor)
    emit(.i64Mul)
    emit(.i64Add)
  }

  /// The start of a `try_table` of no values in a block, after which its clauses go on.
  public mutating func beginTry(_ clauses: [Catch]) {
    block()
    tryTable(.empty, clauses)
  }

  /// Returns what `write` pushes, a value of this type; a clause for label 0 goes on with such a value after this.
  public mutating func returnOrCatch(_ type: ValueType, _ clauses: [Catch], _ write: (inout FunctionBodyWriter) -> Void) {
    block(.value(type))
    tryTable(.value(type), clauses)
    write(&self)
    end()
    `return`()
    end()
  }

  /// A block that gives what comes by a clause for label 0 from what `write` writes, which does not end otherwise.
  public mutating func catching(_ type: BlockType, _ clauses: [Catch], _ write: (inout FunctionBodyWriter) -> Void) {
    block(type)
    tryTable(.empty, clauses)
    write(&self)
    end()
    unreachable()
    end()
  }

  /// Waits until the i32 at an address is local 0, which is 0 or 1; then stores the other one, and wakes up who waits for it.
  public mutating func takeTurn(at address: Int32) {
    block()
    loop()
    i32Const(address)
    load(.i32AtomicLoad)
    localGet(0)
    emit(.i32Eq)
    brIf(1)
    i32Const(address)
    otherTurn()
    i64Const(-1)
    load(.memoryAtomicWait32)
    drop()
    br(0)
    end()
    end()
    i32Const(address)
    otherTurn()
    store(.i32AtomicStore)
    i32Const(address)
    i32Const(1)
    load(.memoryAtomicNotify)
    drop()
  }

  private mutating func otherTurn() {
    i32Const(1)
    localGet(0)
    emit(.i32Sub)
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
