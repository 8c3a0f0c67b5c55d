// Shapes of control flow: structures in structures, edges to one block, tables.

import WasmFormat

extension GrowthShape {
  static let structures: [GrowthShape] = [
    GrowthShape("nested blocks") { writer, count in
      writer.blocks(count)
      writer.branchIfX(max(count - 1, 0))
      writer.ends(count)
    },
    GrowthShape("nested blocks, a branch to each") { writer, count in
      writer.blocks(count)
      for label in 0..<count { writer.branchIfX(label) }
      writer.ends(count)
    },
    GrowthShape("nested blocks, each changes a value") { writer, count in
      writer.blocks(count)
      for label in 0..<count { writer.branchIfX(label) }
      for _ in 0..<count {
        writer.body.end()
        writer.add(1)
      }
    },
    GrowthShape("nested ifs") { writer, count in
      for _ in 0..<count {
        writer.x()
        writer.body.if()
      }
      writer.ends(count)
    },
    GrowthShape("ifs in elses") { writer, count in
      for _ in 0..<count {
        writer.x()
        writer.body.if()
        writer.add(1)
        writer.body.else()
      }
      writer.ends(count)
    },
    GrowthShape("ifs in elses, each gives a value") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.apply(.i32Eq, number)
        writer.body.if(.value(.i32))
        writer.body.i32Const(Int32(number * 3))
        writer.body.else()
      }
      writer.x()
      writer.ends(count)
      writer.body.localSet(0)
    },
    GrowthShape("nested ifs, each changes a local") { writer, count in
      writer.locals(20)
      for number in 0..<count {
        writer.x()
        writer.body.if()
        writer.set(number % 20, to: (number + 7) % 20, plus: 1)
      }
      writer.ends(count)
      writer.sum(20)
    },
    GrowthShape("blocks with parameters") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.body.i32Const(Int32(number))
        writer.body.block(.type(writer.twoToTwo))
        writer.x()
        writer.body.brIf(0)
        writer.apply(.i32Add, 1)
        writer.body.end()
        writer.body.emit(.i32Add)
        writer.body.localSet(0)
      }
    },
    GrowthShape("code after unreachable") { writer, count in
      writer.body.unreachable()
      for _ in 0..<count {
        writer.body.block()
        writer.body.end()
      }
    },
  ]

  static let branches: [GrowthShape] = [
    GrowthShape("a table to one block") { writer, count in
      writer.body.block()
      writer.table([UInt32](repeating: 0, count: count), default: 0)
      writer.body.end()
    },
    GrowthShape("many tables to one block each") { writer, count in
      for _ in 0..<count / 100 {
        writer.body.block()
        writer.table([UInt32](repeating: 0, count: 100), default: 0)
        writer.body.end()
      }
    },
    GrowthShape("a table to nested blocks") { writer, count in
      writer.blocks(count)
      writer.table((0..<UInt32(count)).dropLast().map { $0 }, default: max(count - 1, 0))
      for _ in 0..<count {
        writer.body.end()
        writer.add(3)
      }
    },
    GrowthShape("a table to two blocks by turns") { writer, count in
      writer.locals(4)
      writer.blocks(2)
      writer.table((0..<UInt32(count)).map { $0 & 1 }, default: 0)
      writer.body.end()
      writer.set(1, to: 2, plus: 1)
      writer.body.end()
      writer.sum(4)
    },
    GrowthShape("an interpreter's loop") { writer, count in
      // Each case changes one of 12 locals and goes on with the loop.
      writer.locals(12)
      writer.body.block()
      writer.body.loop()
      writer.blocks(count)
      writer.table((0..<UInt32(count)).map { $0 }, default: count + 1)
      for number in 0..<count {
        writer.body.end()
        writer.set(number % 12, to: (number + 5) % 12, plus: number)
        writer.add(-1)
        writer.body.br(UInt32(count - number - 1))
      }
      writer.ends(2)
      writer.sum(12)
    },
    GrowthShape("branches to one block") { writer, count in
      writer.body.block()
      for _ in 0..<count {
        writer.x()
        writer.apply(.i32Eq, 5)
        writer.body.brIf(0)
        writer.add(1)
      }
      writer.body.end()
    },
    GrowthShape("branches with a value to one block") { writer, count in
      writer.body.block(.value(.i32))
      for number in 0..<count {
        writer.body.i32Const(Int32(number))
        writer.branchIfX(0)
        writer.body.drop()
      }
      writer.x()
      writer.body.end()
      writer.body.localSet(0)
    },
    GrowthShape("branches to one block, each changes a local") { writer, count in
      writer.locals(16)
      writer.body.block()
      for number in 0..<count {
        writer.branchIfX(0)
        writer.set(number % 16, to: (number + 3) % 16, plus: number)
      }
      writer.body.end()
      writer.sum(16)
    },
    GrowthShape("tests that return") { writer, count in
      for number in 0..<count {
        writer.ifX(equals: number) { writer in
          writer.body.i32Const(Int32(number))
          writer.body.return()
        }
      }
    },
    GrowthShape("tests of one condition") { writer, count in
      writer.locals(1)
      for number in 0..<count {
        writer.ifX { $0.set(0, to: 0, plus: number) }
      }
      writer.sum(1)
    },
    GrowthShape("returns of different values") { writer, count in
      for number in 0..<count {
        writer.ifX { writer in
          writer.x()
          writer.apply(.i32Mul, number)
          writer.body.return()
        }
      }
    },
    GrowthShape("diamonds that set a local to constants and test it") { writer, count in
      writer.locals(1)
      for _ in 0..<count {
        writer.x()
        writer.body.if()
        writer.body.i32Const(1)
        writer.set(0)
        writer.body.else()
        writer.body.i32Const(0)
        writer.set(0)
        writer.body.end()
        writer.get(0)
        writer.if { $0.add(1) }
      }
    },
    GrowthShape("traps") { writer, count in
      for number in 0..<count {
        writer.ifX(equals: number + 1) { $0.body.unreachable() }
      }
    },
  ]
}
