// Shapes of calls and exceptions.

import WasmFormat

extension GrowthShape {
  static let calls: [GrowthShape] = [
    GrowthShape("calls") { writer, count in for _ in 0..<count { writer.callSelf() } },
    GrowthShape("values that live across many calls") { writer, count in
      writer.keep(500) { writer in
        for _ in 0..<count { writer.callSelf() }
      }
    },
    GrowthShape("as many values as calls, all live across all") { writer, count in
      writer.keep(count) { writer in
        for _ in 0..<count { writer.callSelf() }
      }
    },
    GrowthShape("values that are used between calls") { writer, count in
      writer.keep(100) { writer in
        for number in 0..<count {
          writer.callSelf()
          writer.set(number % 100, to: (number + 31) % 100, plus: 1)
        }
      }
    },
    GrowthShape("floats that live across calls") { writer, count in
      writer.locals(40, .f64)
      for local in 0..<40 {
        writer.x()
        writer.body.emit(.f64ConvertI32U)
        writer.set(local)
      }
      for number in 0..<count {
        writer.callSelf()
        writer.get(number % 40)
        writer.get((number + 7) % 40)
        writer.body.emit(.f64Add)
        writer.set(number % 40)
      }
      writer.get(3)
      writer.body.emit(.i32TruncSatF64S)
      writer.body.localSet(0)
    },
    GrowthShape("calls in loops") { writer, count in
      writer.locals(10)
      writer.fill(10)
      for number in 0..<count {
        writer.whileX { writer in
          writer.callSelf()
          writer.set(number % 10, to: (number + 1) % 10, plus: 1)
        }
      }
      writer.sum(10)
    },
    GrowthShape("calls in nested loops") { writer, count in
      writer.locals(10)
      writer.fill(10)
      for number in 0..<count {
        writer.body.loop()
        writer.callSelf()
        writer.set(number % 10, to: (number + 1) % 10, plus: 1)
      }
      for _ in 0..<count {
        writer.branchIfX(0)
        writer.body.end()
      }
      writer.sum(10)
    },
    GrowthShape("calls in ifs") { writer, count in
      writer.locals(20)
      writer.fill(20)
      for number in 0..<count {
        writer.get(number % 20)
        writer.if { $0.callSelf() }
      }
      writer.sum(20)
    },
    GrowthShape("calls with many arguments") { writer, count in
      for number in 0..<count / 16 {
        for argument in 0..<ShapeWriter.argumentCount {
          if argument & 1 == 0 { writer.x() } else { writer.body.i32Const(Int32(number + argument)) }
        }
        writer.body.call(writer.manyArguments)
        writer.body.localSet(0)
      }
    },
    GrowthShape("calls with several results") { writer, count in
      for _ in 0..<count {
        writer.body.call(writer.fourResults)
        for _ in 0..<3 { writer.body.emit(.i32Add) }
        writer.body.localSet(0)
      }
    },
    GrowthShape("calls by the table") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.body.i32Const(Int32(number & 3))
        writer.body.callIndirect(type: writer.unary)
        writer.body.localSet(0)
      }
    },
    GrowthShape("operations that the runtime does") { writer, count in
      for number in 0..<count {
        writer.body.i32Const(Int32(number))
        writer.x()
        writer.body.i32Const(2)
        writer.body.memoryFill()
      }
    },
    GrowthShape("calls of itself in tail position") { writer, count in
      for _ in 0..<count {
        writer.ifX { writer in
          writer.x()
          writer.apply(.i32Sub, 1)
          writer.body.returnCall(ShapeWriter.function)
        }
      }
    },
  ]

  static let exceptions: [GrowthShape] = [
    GrowthShape("try_tables one after the other") { writer, count in
      for _ in 0..<count {
        writer.beginTry()
        writer.callSelf()
        writer.ends(2)
      }
    },
    GrowthShape("nested try_tables") { writer, count in
      for _ in 0..<count { writer.beginTry() }
      writer.callSelf()
      writer.ends(2 * count)
    },
    GrowthShape("nested try_tables with a call in each") { writer, count in
      for _ in 0..<squareRoot(count) {
        writer.beginTry()
        writer.callSelf()
      }
      writer.ends(2 * squareRoot(count))
    },
    GrowthShape("one try_table around many calls") { writer, count in
      writer.locals(8)
      writer.fill(8)
      writer.beginTry([.all(label: 0)])
      for number in 0..<count {
        writer.callSelf()
        writer.set(number % 8, to: (number + 3) % 8, plus: 1)
      }
      writer.ends(2)
      writer.sum(8)
    },
    GrowthShape("a try_table with many clauses") { writer, count in
      writer.beginTry([FunctionBodyWriter.Catch](repeating: .tag(0, label: 0), count: count))
      writer.callSelf()
      writer.ends(2)
    },
    GrowthShape("try_tables in loops") { writer, count in
      writer.locals(4)
      for number in 0..<count {
        writer.whileX { writer in
          writer.beginTry([.all(label: 0)])
          writer.callSelf()
          writer.set(number % 4, to: (number + 1) % 4, plus: 1)
          writer.ends(2)
        }
      }
      writer.sum(4)
    },
    GrowthShape("throws") { writer, count in
      for number in 0..<count {
        writer.ifX { writer in
          writer.body.i32Const(Int32(number))
          writer.body.throw(1)
        }
      }
    },
  ]
}
