// What a module's active data segments leave in a memory, as a file in memory that instances map copy-on-write: the pages that an instance does not write
// are shared by all, and those that it does not touch cost nothing. The file is sealed: nobody can change or shorten it, so a mapping of it never
// faults and never changes.

import RuntimeLayout
import WasmFormat

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

#if os(Linux)
  // Swift's view of glibc hides the GNU extensions.
  @_silgen_name("memfd_create")
  private func createMemoryFile(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32
#endif

/// The first contents of one memory.
final class MemoryImage: Sendable {
  private let descriptor: Int32
  /// Whole pages of the memory, and of the file from its start.
  let pages: Range<Int>
  /// The file.
  nonisolated(unsafe) let contents: UnsafeRawPointer

  static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Of some segments, which are copied in their order, each to its start. Nil if the system does not have such files, or has none left.
  init?(_ segments: [(start: Int, bytes: UnsafeRawBufferPointer)]) {
    #if os(Linux)
      let page = Self.pageSize
      let segments = segments.filter { !$0.bytes.isEmpty }
      guard let first = segments.map(\.start).min(), let end = segments.map({ $0.start + $0.bytes.count }).max() else { return nil }
      pages = first / page * page..<(end + page - 1) / page * page
      let (closeOnExec, allowSealing) = (1 as UInt32, 2 as UInt32)
      descriptor = createMemoryFile("wasm-memory", closeOnExec | allowSealing)
      guard descriptor >= 0 else { return nil }
      guard Self.write(segments, pages, descriptor), Self.seal(descriptor),
        let contents = mmap(nil, pages.count, PROT_READ, MAP_SHARED, descriptor, 0), contents != MAP_FAILED
      else {
        close(descriptor)
        return nil
      }
      self.contents = UnsafeRawPointer(contents)
    #else
      return nil
    #endif
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: contents), pages.count)
    close(descriptor)
  }

  private static func write(_ segments: [(start: Int, bytes: UnsafeRawBufferPointer)], _ pages: Range<Int>, _ descriptor: Int32) -> Bool {
    guard ftruncate(descriptor, pages.count) == 0 else { return false }
    for segment in segments {
      var rest = segment.bytes
      var place = segment.start - pages.lowerBound
      while !rest.isEmpty {
        let count = pwrite(descriptor, rest.baseAddress, rest.count, place)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        place += count
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
    return true
  }

  private static func seal(_ descriptor: Int32) -> Bool {
    // F_ADD_SEALS; against sealing, shrinking, growing and writing.
    fcntl(descriptor, 1033, 0xF as Int32) == 0
  }

  /// Puts the contents into a new memory that begins there and has room for them. False if the system has no room: then nothing has changed.
  func map(at base: UnsafeMutableRawPointer) -> Bool {
    let place = base + pages.lowerBound
    let mapped = mmap(place, pages.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, descriptor, 0)
    return mapped == place
  }
}

/// What all active data segments of a module leave.
struct InitialMemories: Sendable {
  /// By the index of the memory; without those that have no such segments.
  let images: [Int: MemoryImage]
  /// For each memory that the module defines, in order. Empty if somebody may see the memory before its segments are in it: functions that are put into an imported
  /// table, when what comes after that fails.
  let slots: [MemorySlots]
  /// What former instances have left otherwise.
  let blocks = InstanceBlocks()
  /// For each data segment whether it is dropped afterwards: the active ones. Instances share the array until they drop others.
  let isDropped: [Bool]
}

/// The images of a module's memories, once it pays to have them: when it is instantiated for the second time.
enum MemoryImages: Sendable {
  case notYet
  case wanted
  case made(InitialMemories)
  /// The module's segments do not fit, depend on imports or go to imported memories; or the system has no files for them.
  case none
}

extension Module {
  /// Contents of all memories that the module defines, to be mapped instead of copying its active data segments. Nil if they have to be copied. To be asked for once for each
  /// instance.
  func initialMemories() -> InitialMemories? {
    images.withLock { images in
      switch images {
      case .notYet: images = .wanted
      case .wanted: images = makeImages().map { .made($0) } ?? .none
      case .made, .none: break
      }
      if case .made(let made) = images { return made }
      return nil
    }
  }

  private func makeImages() -> InitialMemories? {
    var segments: [Int: [(start: Int, bytes: UnsafeRawBufferPointer)]] = [:]
    var size = 0
    for segment in declarations.data {
      guard case .active(let index, let offset) = segment.mode else { continue }
      let memory = Int(index)
      guard memory >= declarations.importedMemoryCount, let start = offset.integerConstant else { return nil }
      let type = declarations.memories[memory]
      // Pages of the system are mapped whole, so the memory must have whole ones.
      guard type.pageSizeLog2 == 16 else { return nil }
      let room = UInt64(type.limits.minimum) << 16
      guard UInt64(segment.bytes.count) <= room, UInt64(bitPattern: start) <= room - UInt64(segment.bytes.count) else { return nil }
      segments[memory, default: []].append((Int(start), UnsafeRawBufferPointer(rebasing: buffer[segment.bytes])))
      size += segment.bytes.count
    }
    guard size >= Tuning.smallestMemoryImage else { return nil }
    var images: [Int: MemoryImage] = [:]
    for (memory, segments) in segments where segments.contains(where: { !$0.bytes.isEmpty }) {
      guard let image = MemoryImage(segments) else { return nil }
      images[memory] = image
    }
    let defined = declarations.importedMemoryCount..<declarations.memories.count
    return InitialMemories(
      images: images,
      slots: fillsImportedTables
        ? [] : defined.map { MemorySlots(declarations.memories[$0], images[$0], asksForPages: engine.configuration.debug.restoresPages) },
      isDropped: declarations.data.map { $0.mode != .passive })
  }
  private var fillsImportedTables: Bool {
    declarations.elements.contains { if case .active(let table, _) = $0.mode { table < declarations.importedTableCount } else { false } }
  }
}
