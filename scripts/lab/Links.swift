// What late linking takes: a module of about 200 bytes with one function, which its start function puts into the guest's table, linked again and again; all of
// them stay. scripts/bench links shows it beside the Scheme's.

import SampleBodies
import WasmEngine

enum Links {
  static func run(_ count: Int) throws {
    let store = Store(Engine())
    let linker = try LateLinker(Instance(Module(store.engine, guest()), in: store))
    let bytes = auxiliary()
    var times: [Double] = []
    times.reserveCapacity(count)
    let before = ProcessMemory.now()
    for _ in 0..<count {
      let start = ContinuousClock.now
      try bytes.withUnsafeBytes { _ = try linker.link($0) }
      times.append((ContinuousClock.now - start) / .microseconds(1))
    }
    let growth = ProcessMemory.now() - before
    let tenth = max(count / 10, 1)
    print(
      """
      module of \(bytes.count) bytes, \(count) links; microseconds each, median of all: \(Measurements.decimals(Measurements.median(times)))
      of the first tenth: \(Measurements.decimals(Measurements.median(Array(times.prefix(tenth))))), of the last: \
      \(Measurements.decimals(Measurements.median(Array(times.suffix(tenth)))))
      memory for each: \(growth / count) bytes
      """)
  }

  private static func guest() -> [UInt8] {
    var writer = ModuleWriter()
    writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
    writer.addExport("table", .table, writer.addTable(TableType(.funcref, Limits(1))))
    return writer.finish().bytes
  }

  /// The greatest common divisor, and a start function that grows the table by one entry for it and stores the entry's number in memory.
  private static func auxiliary() -> [UInt8] {
    var writer = ModuleWriter()
    _ = writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = writer.importTable("env", "table", TableType(.funcref, Limits(1)))
    let divisor = writer.addFunction(nil, [.i32, .i32], [.i32]) { body in
      let rest = body.addLocal(.i32)
      body.block()
      body.loop()
      body.localGet(1)
      body.emit(.i32Eqz)
      body.brIf(1)
      body.localGet(0)
      body.localGet(1)
      body.emit(.i32RemU)
      body.localSet(rest)
      body.localGet(1)
      body.localSet(0)
      body.localGet(rest)
      body.localSet(1)
      body.br(0)
      body.end()
      body.end()
      body.localGet(0)
      // Something of the size of a small closure: its statistics.
      for word in 0..<6 as Range<Int32> {
        body.i32Const(word * 4)
        body.i32Const(word * 4)
        body.load(.i32Load, offset: 1024)
        body.localGet(0)
        body.emit(.i32Add)
        body.store(.i32Store, offset: 1024)
      }
    }
    _ = writer.addDeclarativeElements(functions: [divisor])
    let patch = writer.addFunction(nil) { body in
      body.i32Const(64)
      body.refFunc(divisor)
      body.i32Const(1)
      body.tableGrow()
      body.store(.i32Store)
    }
    writer.setStart(patch)
    return writer.finish().bytes
  }
}
