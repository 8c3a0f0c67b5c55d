// Shapes of loops.

import WasmFormat

extension GrowthShape {
  static let loops: [GrowthShape] = [
    GrowthShape("nested loops") { writer, count in
      for _ in 0..<count { writer.body.loop() }
      writer.branchIfX(max(count - 1, 0))
      writer.ends(count)
    },
    GrowthShape("nested loops that step a value") { writer, count in
      for _ in 0..<count {
        writer.body.loop()
        writer.add(1)
      }
      for _ in 0..<count {
        writer.branchIfX(0)
        writer.body.end()
      }
    },
    GrowthShape("nested loops, one branch to each") { writer, count in
      for _ in 0..<count { writer.body.loop() }
      for label in 0..<count { writer.branchIfX(label) }
      writer.ends(count)
    },
    GrowthShape("nested loops with locals of their own") { writer, count in
      let depth = squareRoot(count)
      writer.locals(depth)
      for local in 0..<depth {
        writer.body.loop()
        writer.set(local, to: local, plus: 1)
      }
      for local in 0..<depth {
        writer.get((local * 3) % depth)
        writer.body.brIf(UInt32(depth > local ? local % (depth - local) : 0))
        writer.body.end()
      }
    },
    GrowthShape("nests of ten loops") { writer, count in
      writer.locals(10)
      for _ in 0..<count / 10 {
        for local in 0..<10 {
          writer.body.loop()
          writer.set(local, to: local, plus: 1)
        }
        for local in 0..<10 {
          writer.get(local)
          writer.body.brIf(0)
          writer.body.end()
        }
      }
    },
    GrowthShape("loops one after the other") { writer, count in
      for _ in 0..<count { writer.countDown() }
    },
    GrowthShape("loops that step one of many locals") { writer, count in
      writer.locals(200)
      for number in 0..<count {
        writer.body.countDown(UInt32(1 + number % 200)) { _ in }
      }
    },
    GrowthShape("loops that test at their start") { writer, count in
      writer.locals(10)
      for number in 0..<count {
        writer.beginLoop(stepping: number % 10, to: number)
        writer.endLoop()
      }
      writer.sum(10)
    },
    GrowthShape("nested loops that test at their start") { writer, count in
      writer.locals(8)
      for number in 0..<count { writer.beginLoop(stepping: number % 8, to: number) }
      for _ in 0..<count { writer.endLoop() }
      writer.sum(8)
    },
    GrowthShape("loops that count from below zero up to it") { writer, count in
      writer.locals(1)
      for number in 0..<count {
        writer.body.i32Const(Int32(-8 * (number % 100 + 1)))
        writer.set(0)
        writer.body.loop()
        writer.get(0)
        writer.apply(.i32Add, 4096)
        writer.body.load(.i32Load)
        writer.joinX(.i32Add)
        writer.get(0)
        writer.apply(.i32Add, 8)
        writer.body.localTee(1)
        writer.body.brIf(0)
        writer.body.end()
      }
    },
    GrowthShape("many locals live across many loops") { writer, count in
      writer.keep(200) { writer in
        for _ in 0..<count { writer.countDown() }
      }
    },
    GrowthShape("as many locals as loops, all live across all") { writer, count in
      let many = squareRoot(count)
      writer.locals(count)
      writer.fill(count)
      for _ in 0..<many {
        writer.whileX { $0.add(1) }
      }
      writer.sum(count)
    },
    GrowthShape("a loop that shuffles many locals in many ifs") { writer, count in
      let many = squareRoot(count) * 4
      writer.locals(many)
      writer.whileX { writer in
        for _ in 0..<many {
          writer.ifX { writer in
            for local in stride(from: 0, to: many, by: 7) { writer.set(local, to: (local + 1) % many) }
          }
        }
      }
      writer.sum(many)
    },
    GrowthShape("a loop that rotates all locals") { writer, count in
      writer.locals(count)
      writer.fill(count)
      writer.whileX { writer in
        for local in 0..<count { writer.get((local + 1) % count) }
        for local in (0..<count).reversed() { writer.set(local) }
      }
      writer.sum(count)
    },
    GrowthShape("a loop with many back edges") { writer, count in
      writer.locals(6)
      writer.body.loop()
      for number in 0..<count {
        writer.set(number % 6, to: (number + 1) % 6, plus: 1)
        writer.branchIfX(0)
      }
      writer.body.end()
      writer.sum(6)
    },
    GrowthShape("a loop with many exits") { writer, count in
      writer.locals(6)
      writer.blocks(count)
      writer.whileX { writer in
        for number in 0..<count {
          writer.set(number % 6, to: (number + 1) % 6, plus: 1)
          writer.branchIfX(number + 1)
        }
      }
      writer.ends(count)
      writer.sum(6)
    },
    GrowthShape("a loop around everything") { writer, count in
      writer.locals(count)
      writer.whileX { writer in
        for local in 0..<count { writer.set(local, to: local, plus: local + 1) }
      }
      writer.sum(count)
    },
    GrowthShape("invariants of nested loops") { writer, count in
      for _ in 0..<count {
        writer.body.loop()
      }
      for number in 0..<count {
        writer.x()
        writer.apply(.i32Mul, number + 2)
        writer.body.load(.i32Load)
        writer.body.drop()
      }
      for _ in 0..<count {
        writer.body.globalGet(0)
        writer.body.brIf(0)
        writer.body.end()
      }
    },
  ]
}
