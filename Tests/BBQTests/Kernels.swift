// Small modules whose code is kept in golden files.

import BBQ
import CompilerInterface
import RuntimeLayout
import WasmFormat

/// A module with one table, one memory and one function under test (function 0).
struct Kernel {
  let bytes: [UInt8]

  init(_ parameters: [ValueType], _ results: [ValueType], _ body: (inout FunctionBodyWriter, UInt32) -> Void) {
    var writer = ModuleWriter()
    let type = writer.addType(FuncType(parameters, results))
    _ = writer.addFunction(type: type)
    _ = writer.addTable(TableType(.funcref, Limits(1)))
    _ = writer.addMemory(MemoryType(Limits(1)))
    var function = FunctionBodyWriter(parameterCount: parameters.count)
    body(&function, type)
    function.end()
    writer.addBody(function)
    bytes = writer.finish().bytes
  }

  func compile(_ strategy: MemoryStrategy = .guarded, countsExecution: Bool = false) throws -> [UInt8] {
    try bytes.withUnsafeBytes { raw in
      let module = try ModuleReader.read(raw)
      let view = ModuleView(module, canonicalTypeIDs: [42], strategy: strategy, countsExecution: countsExecution)
      let body = UnsafeRawBufferPointer(rebasing: raw[module.bodies[0]])
      var validator = BodyValidator()
      try validator.validate(view, functionIndex: 0, body: body, moduleOffset: module.bodies[0].lowerBound)
      var compiler = BBQCompiler()
      return try [UInt8](
        compiler.compile(view, functionIndex: 0, body: body, moduleOffset: module.bodies[0].lowerBound).code)
    }
  }

  static var fibonacci: Kernel {
    Kernel([.i64], [.i64]) { body, _ in
      body.localGet(0)
      body.i64Const(2)
      body.emit(.i64LtS)
      body.if(.value(.i64))
      body.localGet(0)
      body.else()
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.call(0)
      body.localGet(0)
      body.i64Const(2)
      body.emit(.i64Sub)
      body.call(0)
      body.emit(.i64Add)
      body.end()
    }
  }

  /// Sums an array of i64 with a loop over addresses.
  static var sumLoop: Kernel {
    Kernel([.i32, .i32], [.i64]) { body, _ in
      let sum = body.addLocal(.i64)
      body.loop()
      body.localGet(sum)
      body.localGet(0)
      body.load(.i64Load, offset: 8)
      body.emit(.i64Add)
      body.localSet(sum)
      body.localGet(0)
      body.i32Const(8)
      body.emit(.i32Add)
      body.localTee(0)
      body.localGet(1)
      body.emit(.i32LtU)
      body.brIf(0)
      body.end()
      body.localGet(sum)
    }
  }

  /// A fixnum addition as the Scheme generator writes it: tag test, overflow test, slow path.
  static var taggedAdd: Kernel {
    Kernel([.i64, .i64], [.i64]) { body, _ in
      let sum = body.addLocal(.i64)
      body.block()
      body.localGet(0)
      body.localGet(1)
      body.emit(.i64Or)
      body.i64Const(7)
      body.emit(.i64And)
      body.emit(.i64Eqz)
      body.emit(.i32Eqz)
      body.brIf(0)
      body.localGet(0)
      body.localGet(1)
      body.emit(.i64Add)
      body.localTee(sum)
      body.localGet(0)
      body.emit(.i64Xor)
      body.localGet(sum)
      body.localGet(1)
      body.emit(.i64Xor)
      body.emit(.i64And)
      body.i64Const(0)
      body.emit(.i64LtS)
      body.brIf(0)
      body.localGet(sum)
      body.return()
      body.end()
      body.i64Const(-1)
    }
  }

  static var indirectCall: Kernel {
    Kernel([.i64, .i32], [.i64]) { body, type in
      body.localGet(0)
      body.localGet(0)
      body.emit(.i32WrapI64)
      body.localGet(0)
      body.emit(.i32WrapI64)
      body.load(.i32Load, offset: 4)
      body.callIndirect(type: type)
      body.localGet(1)
      body.i32Const(0)
      body.returnCallIndirect(type: type)
    }
  }

  /// Calls itself in a loop, within reach of a catch clause.
  static var callsInLoop: Kernel {
    Kernel([.i32, .i64], [.i64]) { body, _ in
      body.loop()
      body.block()
      body.tryTable(.empty, [.all(label: 0)])
      body.localGet(0)
      body.localGet(1)
      body.call(0)
      body.localSet(1)
      body.end()
      body.end()
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Sub)
      body.localTee(0)
      body.brIf(0)
      body.end()
      body.localGet(1)
    }
  }

  static var branchTable: Kernel {
    Kernel([.i32], [.i32]) { body, _ in
      body.block()
      body.block()
      body.block()
      body.localGet(0)
      body.brTable([0, 1], default: 2)
      body.end()
      body.i32Const(10)
      body.return()
      body.end()
      body.i32Const(20)
      body.return()
      body.end()
      body.i32Const(30)
    }
  }

  static var floats: Kernel {
    Kernel([.f64, .f64], [.f64]) { body, _ in
      body.localGet(0)
      body.localGet(1)
      body.emit(.f64Lt)
      body.if(.value(.f64))
      body.localGet(0)
      body.localGet(1)
      body.emit(.f64Mul)
      body.f64Const(1.5)
      body.emit(.f64Add)
      body.else()
      body.localGet(0)
      body.emit(.f64Neg)
      body.end()
    }
  }

  static var division: Kernel {
    Kernel([.i32, .i32], [.i32]) { body, _ in
      body.localGet(0)
      body.localGet(1)
      body.emit(.i32DivS)
      body.localGet(0)
      body.localGet(1)
      body.emit(.i32RemU)
      body.localGet(1)
      body.emit(.i32Shl)
      body.emit(.i32Add)
    }
  }
}
