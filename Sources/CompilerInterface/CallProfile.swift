// Which functions indirect calls have led to. Baseline code that counts notes it, for each call through a table or of a reference in a cell: the callee, and how
// often that has been another one than before. A call that has led to one function alone is compiled by the optimizing tier as a guess: a comparison with that function's
// record, and a direct call, or the body, if it is that one.
//
// A guess may be wrong at any time, and a cell may hold nonsense: several threads write it without order, and a number that another module's function has says nothing
// about this module's. The comparison is with the record of this module's function in the same instance, so that whatever stands in a cell costs time at most.

import RawCollections
import RuntimeLayout
import Synchronization

/// A module's cells.
public final class CallProfile: Sendable {
  private let cells = Mutex(Cells())

  public init() {}

  /// Whether no call has a cell.
  public var isEmpty: Bool { cells.withLock { $0.blocks.isEmpty } }

  /// The address of a call's cell, which is made when it is asked for first; it lives as long as this object.
  /// - Parameter wasmOffset: where the call is in the module.
  public func cell(at wasmOffset: UInt32) -> UInt {
    cells.withLock { cells in
      if let place = cells.places[wasmOffset] { return place }
      if cells.free == 0 {
        let block = UnsafeMutableRawPointer.allocate(byteCount: Cells.blockCount * CalleeCell.size, alignment: CalleeCell.size)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: Cells.blockCount * CalleeCell.size)
        cells.blocks.append(UInt(bitPattern: block))
        cells.free = Cells.blockCount
      }
      cells.free -= 1
      let place = cells.blocks[cells.blocks.count - 1] + UInt(cells.free * CalleeCell.size)
      cells.places[wasmOffset] = place
      return place
    }
  }

  /// The only function, by its number in the index space, that a call has led to as far as its cell tells; nil if there are several, or none.
  func callee(at wasmOffset: UInt32, _ module: ModuleInformation) -> Int? {
    guard let place = cells.withLock({ $0.places[wasmOffset] }) else { return nil }
    let cell = UnsafeRawPointer(bitPattern: place).unsafelyUnwrapped
    let changes = SharedWord.load32(at: cell + CalleeCell.changesOffset)
    guard changes >= 1, changes <= Self.mostChanges else { return nil }
    guard let joined = module.layout.joined else { return Int(SharedWord.load32(at: cell + CalleeCell.functionOffset)) }
    let distance = Int(bitPattern: SharedWord.load(at: cell + CalleeCell.recordOffset) &- UInt(bitPattern: joined.records))
    guard distance >= 0, distance % FunctionRecord.size == 0 else { return nil }
    return module.importedFunctionCount + distance / FunctionRecord.size
  }

  /// The first one counts; what led elsewhere only at the start is led to one function all the same.
  private static var mostChanges: UInt32 { 2 }

  private struct Cells {
    /// Of a block of memory.
    static var blockCount: Int { 16 }
    var places = NumberMap<UInt>()
    var blocks: [UInt] = []
    /// The cells of the last block that are not used.
    var free = 0
  }

  deinit {
    cells.withLock { cells in
      for block in cells.blocks { UnsafeMutableRawPointer(bitPattern: block)?.deallocate() }
    }
  }
}

extension ModuleInformation {
  /// The function of this module that a call of a type, at this place in the module, is worth a comparison with.
  public func likelyCallee(at wasmOffset: UInt32, type: Int) -> Int? {
    guard let callee = callProfile?.callee(at: wasmOffset, self), callee >= importedFunctionCount, callee < functionCount,
      shape(ofFunction: callee).canonicalID == types[type].canonicalID
    else { return nil }
    return callee
  }
}
