// What compiled code calls for operators that are not worth inlining: growing, filling, copying, initialising, throwing (see
// RuntimeLayout.RuntimeHelper for the signatures). They run on the wasm stack, called by thunks that have checked its headroom.

import FaultHandler
import RuntimeLayout
import WasmFormat

enum RuntimeHelpers {
  /// The table for contexts: pointers to the thunks.
  static var table: UnsafeRawPointer { latch_helper_thunk_table() }

  private static let success: UInt32 = 0
  private static let failure: UInt32 = 1

  /// Tells the thunks what to call.
  static func install() {
    set(.memoryGrow, memoryGrow)
    set(.memoryFill, memoryFill)
    set(.memoryCopy, memoryCopy)
    set(.memoryInit, memoryInit)
    set(.dataDrop, dataDrop)
    set(.tableGrow, tableGrow)
    set(.tableFill, tableFill)
    set(.tableCopy, tableCopy)
    set(.tableInit, tableInit)
    set(.elementDrop, elementDrop)
    set(.throwTag, throwTag)
    set(.throwReference, throwReference)
    set(.memoryAtomicWait32, memoryAtomicWait32)
    set(.memoryAtomicWait64, memoryAtomicWait64)
    set(.memoryAtomicNotify, memoryAtomicNotify)
  }

  private static func set<Implementation>(_ helper: RuntimeHelper, _ implementation: Implementation) {
    latch_set_helper(Int32(helper.rawValue), unsafeBitCast(implementation, to: UnsafeRawPointer.self))
  }

  // MARK: Memories

  private typealias ThreeWords = @convention(c) (UnsafeMutableRawPointer, UInt, UInt) -> UInt
  private typealias FourWords = @convention(c) (UnsafeMutableRawPointer, UInt, UInt, UInt) -> UInt
  private typealias FiveWords = @convention(c) (UnsafeMutableRawPointer, UInt, UInt, UInt, UInt) -> UInt32
  private typealias SixWords = @convention(c) (UnsafeMutableRawPointer, UInt, UInt, UInt, UInt, UInt) -> UInt32
  private typealias Drop = @convention(c) (UnsafeMutableRawPointer, UInt) -> Void

  /// A memory's record; that of memory 0 is at hand in the context.
  @inline(__always)
  private static func memoryRecord(
    _ context: UnsafeMutableRawPointer, _ index: UInt
  ) -> UnsafeMutablePointer<MemoryRecord> {
    if index == 0 {
      return context.load(fromByteOffset: InstanceContext.memory0Record, as: UnsafeMutablePointer<MemoryRecord>.self)
    }
    return InstanceStorage.from(context).memory(Int(index)).record
  }

  @inline(__always)
  private static func contains(_ size: UInt, _ offset: UInt, _ count: UInt) -> Bool {
    count <= size && offset <= size - count
  }

  @inline(__always)
  private static func pointer(_ base: UInt, _ offset: UInt) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutablePointer(bitPattern: base)! + Int(offset)
  }

  private static let memoryGrow: ThreeWords = { context, index, pages in
    let memory = MemoryStorage.from(memoryRecord(context, index))
    guard let old = memory.grow(UInt64(pages)) else { return .max }
    return UInt(old)
  }

  private static let memoryFill: FiveWords = { context, index, destination, byte, count in
    let record = memoryRecord(context, index)
    guard contains(record.byteCount, destination, count) else { return failure }
    BulkOperations.fill(pointer(record.base, destination), UInt8(truncatingIfNeeded: byte), Int(count))
    return success
  }

  private static let memoryCopy: SixWords = { context, destinationIndex, sourceIndex, destination, source, count in
    let target = memoryRecord(context, destinationIndex)
    let origin = memoryRecord(context, sourceIndex)
    guard contains(target.byteCount, destination, count), contains(origin.byteCount, source, count) else { return failure }
    BulkOperations.copy(pointer(target.base, destination), from: pointer(origin.base, source), Int(count))
    return success
  }

  private static let memoryInit: SixWords = { context, index, segment, destination, source, count in
    let record = memoryRecord(context, index)
    let (instance, segment) = InstanceStorage.from(context).segment(number: segment)
    let range = instance.module.declarations.data[segment].bytes
    let size = instance.isDataDropped[segment] ? 0 : range.count
    guard contains(record.byteCount, destination, count), contains(UInt(size), source, count) else { return failure }
    if count == 0 { return success }
    let bytes = (instance.module.bytes + range.lowerBound + Int(source)).assumingMemoryBound(to: UInt8.self)
    BulkOperations.copy(pointer(record.base, destination), from: bytes, Int(count))
    return success
  }

  private static let dataDrop: Drop = { context, segment in
    let (instance, segment) = InstanceStorage.from(context).segment(number: segment)
    instance.isDataDropped[segment] = true
  }

  // MARK: Waiting

  private typealias SixArguments = @convention(c) (UnsafeMutableRawPointer, UInt, UInt, UInt, UInt, UInt) -> UInt
  private typealias FiveArguments = @convention(c) (UnsafeMutableRawPointer, UInt, UInt, UInt, UInt) -> UInt

  /// The address of so many bytes at an index and an offset, which together are a multiple of their number; nil: the code traps when the helper returns.
  private static func atomicAddress(
    _ record: UnsafeMutablePointer<MemoryRecord>, _ index: UInt, _ offset: UInt, size: UInt
  ) -> UnsafeMutablePointer<UInt8>? {
    let (effective, overflows) = index.addingReportingOverflow(offset)
    guard effective & (size - 1) == 0 else {
      trap(.unalignedAtomic)
      return nil
    }
    guard !overflows, contains(record.byteCount, effective, size) else {
      trap(.memoryOutOfBounds)
      return nil
    }
    return pointer(record.base, effective)
  }

  private static func trap(_ reason: TrapReason) { latch_trap_after_helper(UInt32(reason.rawValue)) }

  @inline(__always)
  private static func wait(
    _ context: UnsafeMutableRawPointer, _ memory: UInt, _ offset: UInt, _ index: UInt, _ expected: UInt, _ nanoseconds: UInt, size: UInt
  ) -> UInt {
    let record = memoryRecord(context, memory)
    guard let address = atomicAddress(record, index, offset, size: size) else { return 0 }
    guard MemoryStorage.from(record).type.isShared else {
      trap(.expectedSharedMemory)
      return 0
    }
    return UInt(latch_wait(address, size == 8, UInt64(expected), Int64(bitPattern: UInt64(nanoseconds))).rawValue)
  }

  private static let memoryAtomicWait32: SixArguments = { context, memory, offset, index, expected, nanoseconds in
    wait(context, memory, offset, index, expected, nanoseconds, size: 4)
  }

  private static let memoryAtomicWait64: SixArguments = { context, memory, offset, index, expected, nanoseconds in
    wait(context, memory, offset, index, expected, nanoseconds, size: 8)
  }

  private static let memoryAtomicNotify: FiveArguments = { context, memory, offset, index, count in
    let record = memoryRecord(context, memory)
    guard let address = atomicAddress(record, index, offset, size: 4) else { return 0 }
    // Nobody can wait in a memory that is not shared.
    return UInt(latch_notify(address, UInt32(truncatingIfNeeded: count)))
  }

  // MARK: Tables

  private static let tableGrow: FourWords = { context, index, reference, count in
    let instance = InstanceStorage.from(context)
    let table = instance.table(Int(index))
    guard let old = table.grow(UInt64(count), in: instance.store) else { return .max }
    if table.type.element.isNullable {
      if reference != 0 { BulkOperations.fill(table.elements + old, reference, Int(count)) }
    } else {
      // Whole, even if the program is being stopped: what is left of the table is for others to read, and must not be null.
      (table.elements + old).update(repeating: reference, count: Int(count))
    }
    return UInt(old)
  }

  private static let tableFill: FiveWords = { context, index, destination, reference, count in
    let table = InstanceStorage.from(context).table(Int(index))
    guard table.contains(UInt64(destination), UInt64(count)) else { return failure }
    BulkOperations.fill(table.elements + Int(destination), reference, Int(count))
    return success
  }

  private static let tableCopy: SixWords = { context, destinationIndex, sourceIndex, destination, source, count in
    let instance = InstanceStorage.from(context)
    let target = instance.table(Int(destinationIndex))
    let origin = instance.table(Int(sourceIndex))
    guard target.contains(UInt64(destination), UInt64(count)), origin.contains(UInt64(source), UInt64(count)) else {
      return failure
    }
    BulkOperations.copy(target.elements + Int(destination), from: origin.elements + Int(source), Int(count))
    return success
  }

  private static let tableInit: SixWords = { context, index, segment, destination, source, count in
    let table = InstanceStorage.from(context).table(Int(index))
    let (instance, segment) = InstanceStorage.from(context).segment(number: segment)
    let elements = instance.elements(ofSegment: segment)
    let size = elements.count
    guard table.contains(UInt64(destination), UInt64(count)), contains(UInt(size), source, count) else { return failure }
    if count == 0 { return success }
    elements.withUnsafeBufferPointer { elements in
      BulkOperations.copy(table.elements + Int(destination), from: elements.baseAddress! + Int(source), Int(count))
    }
    return success
  }

  private static let elementDrop: Drop = { context, segment in
    let (instance, segment) = InstanceStorage.from(context).segment(number: segment)
    instance.dropElements(ofSegment: segment)
  }

  // MARK: Exceptions. The thunks throw what these return; 0 ends the call with the pending error.

  private static let throwTag: @convention(c) (UnsafeMutableRawPointer, UInt, UnsafePointer<UInt64>?) -> UInt = {
    context, index, arguments in
    let instance = InstanceStorage.from(context)
    let tag = instance.tag(Int(index))
    let exception: ExceptionReference
    do throws(ResourceError) {
      exception = try instance.store.exceptions.make(tag)
    } catch {
      instance.store.pendingError = error
      return 0
    }
    var words = 0
    for type in tag.signature.type.parameters {
      if type == .v128 {
        // Its lower half is in the lower word.
        exception.values[words] = arguments![-words - 1]
        exception.values[words + 1] = arguments![-words]
      } else {
        exception.values[words] = arguments![-words]
      }
      words += type.slotCount
    }
    return exception.address
  }

  private static let throwReference: @convention(c) (UnsafeMutableRawPointer, UInt) -> UInt = { _, exception in exception }
}
