// Shapes of values: how many live at once, how they meet in phis, long chains and deep trees of expressions, memory.

import WasmFormat

extension GrowthShape {
  static let values: [GrowthShape] = [
    GrowthShape("ifs that set one of many locals") { writer, count in
      writer.locals(count)
      for local in 0..<count {
        writer.ifX { $0.set((local * 7) % count, to: local, plus: 1) }
      }
      writer.sum(count)
    },
    GrowthShape("diamonds that set fifty locals") { writer, count in
      let many = 50
      writer.locals(many)
      for _ in 0..<count / many {
        writer.x()
        writer.body.if()
        for local in 0..<many { writer.set(local, to: (local + 1) % many, plus: 1) }
        writer.body.else()
        for local in 0..<many { writer.set(local, to: (local + 3) % many) }
        writer.body.end()
      }
      writer.sum(many)
    },
    GrowthShape("chains of phis") { writer, count in
      writer.locals(3)
      writer.fill(3)
      for _ in 0..<count {
        writer.ifX { writer in
          writer.set(2, to: 0)
          writer.set(0, to: 1)
          writer.set(1, to: 2)
        }
      }
      writer.sum(3)
    },
    GrowthShape("all values live at once, in locals") { writer, count in
      writer.locals(count)
      writer.fill(count)
      writer.sum(count)
    },
    GrowthShape("all values live at once, as operands") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.apply(.i32Mul, number)
      }
      for _ in 1..<max(count, 1) { writer.body.emit(.i32Add) }
      if count > 0 { writer.body.localSet(0) }
    },
    GrowthShape("all floats live at once") { writer, count in
      writer.locals(count, .f64)
      for local in 0..<count {
        writer.x()
        writer.body.emit(.f64ConvertI32U)
        writer.body.f64Const(Double(local) + 0.5)
        writer.body.emit(.f64Mul)
        writer.set(local)
      }
      writer.body.f64Const(0)
      for local in 0..<count {
        writer.get(local)
        writer.body.emit(.f64Add)
      }
      writer.body.emit(.i32TruncSatF64S)
      writer.body.localSet(0)
    },
    GrowthShape("straight code") { writer, count in
      for _ in 0..<count {
        writer.x()
        writer.apply(.i32Mul, 3)
        writer.apply(.i32Add, 7)
        writer.body.localSet(0)
      }
    },
    GrowthShape("a long sum") { writer, count in
      writer.x()
      for _ in 0..<count {
        writer.x()
        writer.body.emit(.i32Add)
      }
      writer.body.localSet(0)
    },
    GrowthShape("a chain of two operations") { writer, count in
      writer.x()
      for number in 0..<count {
        writer.x()
        writer.apply(.i32Add, number)
        writer.body.emit(.i32Xor)
      }
      writer.body.localSet(0)
    },
    GrowthShape("a tree of sums") { writer, count in tree(&writer, depth: count.bitWidth - max(count, 1).leadingZeroBitCount, 1) },
    GrowthShape("sums of one value and constants") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.apply(.i32Add, number * 16)
        writer.body.load(.i32Load)
        writer.body.drop()
      }
    },
    GrowthShape("divisions") { writer, count in
      for _ in 0..<count {
        writer.x()
        writer.joinX(.i32DivS)
      }
    },
    GrowthShape("selects") { writer, count in
      for _ in 0..<count {
        writer.x()
        writer.body.i32Const(1)
        writer.x()
        writer.body.select()
        writer.body.localSet(0)
      }
    },
    GrowthShape("different constants") { writer, count in
      writer.locals(1, .i64)
      for number in 0..<count {
        writer.get(0)
        writer.body.i64Const(Int64(number) &* 0x1234_5678_9ABC)
        writer.body.emit(.i64Xor)
        writer.set(0)
      }
    },
    GrowthShape("different floats") { writer, count in
      writer.locals(1, .f64)
      for number in 0..<count {
        writer.get(0)
        writer.body.f64Const(Double(number) + 0.125)
        writer.body.emit(.f64Add)
        writer.set(0)
      }
    },
    GrowthShape("many locals that are never set") { writer, count in
      let many = min(count, 40_000)
      writer.locals(many)
      for number in 0..<count {
        writer.get(number % max(many, 1))
        writer.body.drop()
      }
    },
    GrowthShape("constants carried by many phis") { writer, count in
      writer.locals(8)
      for number in 0..<count {
        writer.ifX { writer in
          for local in 0..<8 {
            writer.body.i32Const(Int32(number + local))
            writer.set(local)
          }
        }
      }
      writer.sum(8)
    },
  ]

  private static func tree(_ writer: inout ShapeWriter, depth: Int, _ number: Int32) {
    if depth <= 0 {
      writer.x()
      writer.apply(.i32Mul, Int(number))
      return
    }
    tree(&writer, depth: depth - 1, number &* 2)
    tree(&writer, depth: depth - 1, number &* 2 &+ 1)
    writer.body.emit(.i32Sub)
    if number == 1 { writer.body.localSet(0) }
  }

  static let memory: [GrowthShape] = [
    GrowthShape("stores") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.x()
        writer.body.store(.i32Store, offset: UInt32(4 * (number % 5000)))
      }
    },
    GrowthShape("loads") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.body.load(.i32Load, offset: UInt32(4 * (number % 5000)))
        writer.joinX(.i32Add)
      }
    },
    GrowthShape("loads and stores of the same place") { writer, count in
      for number in 0..<count {
        writer.body.i32Const(8)
        writer.body.load(.i32Load)
        writer.joinX(.i32Add)
        if number % 3 != 0 { continue }
        writer.body.i32Const(8)
        writer.x()
        writer.body.store(.i32Store, offset: 4)
      }
    },
    GrowthShape("loads in ifs") { writer, count in
      for number in 0..<count {
        writer.x()
        writer.body.load(.i32Load, offset: UInt32(4 * (number % 64)))
        writer.if { writer in
          writer.x()
          writer.x()
          writer.body.store(.i32Store, offset: UInt32(4 * (number % 64)))
        }
      }
    },
    GrowthShape("loads in loops that store") { writer, count in
      for number in 0..<count {
        writer.whileX { writer in
          writer.x()
          writer.body.load(.i32Load, offset: UInt32(4 * (number % 64)))
          writer.body.localSet(0)
          writer.x()
          writer.body.i32Const(Int32(number))
          writer.body.store(.i32Store, offset: 1024)
        }
      }
    },
    GrowthShape("a loop that loads and stores much") { writer, count in
      writer.whileX { writer in
        for number in 0..<count {
          writer.x()
          writer.body.load(.i32Load, offset: UInt32(4 * number))
          writer.body.drop()
          writer.x()
          writer.body.i32Const(Int32(number))
          writer.body.store(.i32Store, offset: UInt32(4 * number + 4096))
        }
      }
    },
    GrowthShape("globals") { writer, count in
      for _ in 0..<count {
        writer.body.globalGet(0)
        writer.x()
        writer.body.emit(.i32Add)
        writer.body.globalSet(0)
      }
    },
  ]
}
